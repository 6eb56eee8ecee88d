"""Starting a process that imports or adds rows, hearing how it begins, and seeing to it that it has an end."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.exc import OperationalError

from modernize.importing.adding import NotReady
from modernize.importing.ending import settle
from modernize.importing.flows import FlowTaken
from modernize.importing.job import Job, Order
from modernize.importing.refused import FileRefused, Problem, refused
from modernize.importing.session import opened

AT_ONCE = 2
LOOKING_SECONDS = 180

# The machine's cores and memory are the process's to share out, whatever application runs in it.
_places = threading.BoundedSemaphore(AT_ONCE)


class Busy(Exception):
    """As many imports are under way as this machine carries out at once."""


class Unreachable(Exception):
    """The database does not answer the process that imports."""


@dataclass(frozen=True, slots=True)
class Begun:
    """An import that is under way. `process_id`: of the one that reads."""

    import_id: UUID
    flow_id: UUID
    rows: int
    notes: tuple[str, ...]
    process_id: int


def start(job: Job) -> Begun:
    """Start importing; returns when the file has been looked through and its rows are being stored.

    The file belongs to the process from here on, and is deleted whatever happens.

    Raises:
        FileRefused: with everything that is wrong with it; nothing was stored.
        FlowTaken: the flow takes no file. Busy: try again when another import is over. Unreachable: nothing was stored.
    """

    def forget() -> None:
        job.path.unlink(missing_ok=True)

    try:
        process = _spawn("worker", job, forget)
        event = _first_event(process, job.as_json())
    except BaseException:
        forget()
        raise
    if "import_id" in event:
        return Begun(
            UUID(event["import_id"]),
            UUID(event["flow_id"]),
            event["rows"],
            tuple(event["notes"]),
            process.pid,
        )
    forget()
    raise _refusal(event, job)


def add(order: Order) -> int:
    """Start adding the accepted rows of an import to the inventory; returns the process's id when it has begun.

    Raises:
        NotReady: the import's rows cannot be added. Busy: try again when another import is over.
        Unreachable: nothing was added.
    """
    process = _spawn("adding", order, lambda: None)
    event = _first_event(process, order.as_json())
    if "conflict" in event:
        raise NotReady(event["conflict"])
    if "begun" not in event:
        raise Unreachable("The database does not answer; no row was added. Try again in a moment.")
    return process.pid


def _spawn(module: str, work: Job | Order, afterwards: Callable[[], None]) -> subprocess.Popen[str]:
    if not _places.acquire(blocking=False):
        raise Busy(f"{AT_ONCE} files are being imported already; try again when one of them is done.")
    try:
        process = subprocess.Popen(  # noqa: S603 - a module of ours
            [sys.executable, "-P", "-m", f"modernize.importing.{module}"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
    except BaseException:
        _places.release()
        raise
    threading.Thread(
        target=_see_to_the_end, args=(process, work, afterwards), name="import", daemon=True
    ).start()
    return process


def _first_event(process: subprocess.Popen[str], told: str) -> dict[str, Any]:
    """What it says when it has begun or refused; empty when it ended without a word."""
    assert process.stdin is not None  # noqa: S101 - both are pipes
    assert process.stdout is not None  # noqa: S101
    # A file made to be slow must not hold a place for ever.
    timer = threading.Timer(LOOKING_SECONDS, process.kill)
    timer.start()
    try:
        with suppress(BrokenPipeError):
            process.stdin.write(told + "\n")
            process.stdin.close()
        line = process.stdout.readline()
    finally:
        timer.cancel()
        process.stdout.close()
    return dict(json.loads(line)) if line else {}


def _refusal(event: dict[str, Any], job: Job) -> Exception:
    if "refused" in event:
        return FileRefused(Problem.from_json(each) for each in event["refused"])
    if "conflict" in event:
        return FlowTaken(event["conflict"])
    if "unavailable" in event:
        return Unreachable(
            f"The database does not answer; nothing of {job.name} was stored. Try again in a moment."
        )
    return refused(
        "unreadable",
        job.name,
        f"a file that can be looked through in {LOOKING_SECONDS} seconds and the memory an import may use",
        "one that ended the process that read it",
        "split it into several files, or save it as .csv, and upload again",
    )


def _see_to_the_end(
    process: subprocess.Popen[str], work: Job | Order, afterwards: Callable[[], None]
) -> None:
    """Wait for the process; what it left unfinished is settled at once."""
    try:
        status = process.wait()
        afterwards()
        if status:
            # Where the database is gone, whoever looks next does it.
            with suppress(OperationalError), opened(work.database_url, work.client_account_id) as session:
                settle(session, work.engagement_id)
    finally:
        _places.release()
