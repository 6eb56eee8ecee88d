"""`python -m modernize.importing.worker`: one file, one process. Told what to do on stdin, says on stdout how it began.

First it looks through the whole file; when that is refused, it says why and nothing is stored. Then it says that it has
begun, and from there on the database says how far it is.
"""

from __future__ import annotations

import os
import resource
import sys
import time
import traceback
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from uuid import UUID, uuid4

from sqlalchemy.exc import OperationalError

from modernize.importing import ending, store
from modernize.importing.flows import FlowTaken
from modernize.importing.inspection import Inspection, inspect
from modernize.importing.job import Job, internal, say
from modernize.importing.judgement import Judge
from modernize.importing.refused import FileRefused, Problem
from modernize.importing.session import Session, opened
from modernize.importing.table import Row

# The console answers first; what reads files takes what is left of the processor.
_NICER = 2


class Cancelled(Exception):
    """Somebody wants the import to end."""


def main() -> int:
    """Import; 0 also when the file was refused, 1 when the import failed."""
    job = Job.from_json(sys.stdin.readline())
    _limit(job)
    try:
        return _carry_out(job)
    finally:
        job.path.unlink(missing_ok=True)


def _carry_out(job: Job) -> int:
    began = time.monotonic()
    try:
        inspection = inspect(job.path, job.name, job.limits, job.sheet)
    except FileRefused as error:
        say(refused=[problem.as_json() for problem in error.problems])
        return 0
    except MemoryError:
        say(refused=[too_large_in_memory(job.name).as_json()])
        return 0
    try:
        with opened(job.database_url, job.client_account_id) as session:
            return _begin(session, job, inspection, began)
    except OperationalError as error:
        # Heard only while nothing has been said yet; later, whoever looks finds the import without a process.
        print(f"the database does not answer: {error}", file=sys.stderr)
        say(unavailable=True)
        return 1


def _begin(session: Session, job: Job, inspection: Inspection, began: float) -> int:
    import_id = uuid4()
    session.hold(import_id)
    try:
        with session.transaction() as connection:
            flow = store.begin(connection, job, import_id, inspection)
    except FlowTaken as error:
        say(conflict=str(error))
        return 0
    say(import_id=str(import_id), flow_id=str(flow), rows=inspection.rows, notes=list(inspection.notes))
    return _import(session, job, import_id, flow, inspection, began)


def _import(
    session: Session, job: Job, import_id: UUID, flow: UUID, inspection: Inspection, began: float
) -> int:
    judge = Judge(inspection)
    try:
        _store_rows(session, job, import_id, inspection, judge, began)
        with session.transaction() as connection:
            store.complete(connection, job, import_id, flow, judge, time.monotonic() - began)
    except Cancelled:
        with session.transaction() as connection:
            ending.cancel(connection, import_id)
    except Exception as error:  # noqa: BLE001 - whatever it was, the import says that it failed
        traceback.print_exc()
        reason = str(error) if isinstance(error, FileRefused) else internal(error)
        with session.transaction() as connection:
            ending.fail(
                connection,
                import_id,
                f"The import of {job.name} failed: {reason}; nothing of it was kept. Upload the file again.",
                "import_failed",
            )
        return 1
    return 0


def _store_rows(
    session: Session, job: Job, import_id: UUID, inspection: Inspection, judge: Judge, began: float
) -> None:
    valid = failed = 0
    for rows in _batches(inspection.table.read(), job.batch):
        with session.transaction() as connection:
            verdicts = judge.judge(rows, store.known_serials(connection, job, judge.serials(rows)))
            good = sum(verdict.cleansed is not None for verdict in verdicts)
            valid, failed = valid + good, failed + len(verdicts) - good
            store.add(connection, job, import_id, verdicts)
            seconds = max(time.monotonic() - began, 0.001)
            progress = {
                "rows_done": valid + failed,
                "records_per_second": round((valid + failed) / seconds, 3),
                "duration_seconds": round(seconds, 3),
                "rejected_by_reason": dict(sorted(judge.refused_by_reason.items())),
            }
            cancelled = store.tell(connection, job, import_id, progress, valid, failed)  # type: ignore[arg-type]
        if cancelled:
            raise Cancelled


def too_large_in_memory(name: str) -> Problem:
    """What is said when reading a file takes more memory than a file may."""
    return Problem(
        "too_large",
        name,
        "a file that can be read in the memory an import may use",
        "one that needs more",
        "split it into several files, or save it as .csv, and upload again",
    )


def _batches(rows: Iterator[Row], size: int) -> Iterator[list[Row]]:
    while batch := list(islice(rows, size)):
        yield batch


def _limit(job: Job) -> None:
    """A backstop behind the limits that are checked while reading."""
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    most = job.limits.memory if hard == resource.RLIM_INFINITY else min(job.limits.memory, hard)
    resource.setrlimit(resource.RLIMIT_AS, (most, hard))
    # A crash of the reader leaves no copy of a customer's data on the disk.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with suppress(OSError):
        os.nice(_NICER)


if __name__ == "__main__":
    sys.exit(main())
