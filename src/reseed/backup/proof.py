"""The proof of a backup: its files are those of the manifest, and the dump really brings every row back."""

from __future__ import annotations

from pathlib import Path

from reseed import database
from reseed.backup import manifest
from reseed.backup.take import FOLDER
from reseed.check import Check
from reseed.database import Target, tools
from reseed.errors import BackupError, ServerError
from reseed.records import JSON, Finding
from reseed.site import Site

# One transaction, stopped by the first error: a database restored by halves never exists.
_PSQL = (
    "--no-psqlrc",
    "--quiet",
    "--set=ON_ERROR_STOP=1",
    "--set=VERBOSITY=verbose",
    "--single-transaction",
    "--file=-",
)


def restore(dump: Path, target: Target) -> None:
    """Restore a full backup into an empty database, as whoever the target's role is.

    Raises:
        BackupError: the dump is missing, or the server refuses a statement of it.
    """
    if not dump.is_file():
        raise BackupError(f"{dump} does not exist, expected a full backup.")
    try:
        with database.connect(target) as connection:
            server = connection.info.server_version // 10000
        tools.run("psql", _PSQL, target, stdin=dump, at_least=server)
    except ServerError as error:
        raise BackupError(f"{dump} does not restore: {error.message}", error.next_step) from error


def _complete(site: Site) -> Finding:
    folder = site.folder / FOLDER
    try:
        backup = manifest.read(folder)
    except BackupError as error:
        return COMPLETE.answer("a manifest", error.message, measured=0)
    expected: JSON = {name: dict(facts) for name, facts in backup.files.items()}
    actual: JSON = {name: dict(facts) for name, facts in manifest.measure(folder).items()}
    return COMPLETE.answer(expected, actual, measured=len(manifest.FILES))


def _restores(site: Site) -> Finding:
    folder = site.folder / FOLDER
    try:
        backup = manifest.read(folder)
        with database.scratch(site.target, site.public) as target:
            restore(folder / manifest.FULL, target)
            with database.connect(target) as connection:
                actual = database.row_counts(connection)
    except BackupError as error:
        return RESTORES.answer("a dump that restores", error.message, measured=0)
    expected = dict(backup.rows)
    different: tuple[dict[str, object], ...] = tuple(
        {"table": table, "backed up": expected.get(table), "restored": actual.get(table)}
        for table in sorted({*expected, *actual})
        if expected.get(table) != actual.get(table)
    )
    # The dump itself counts as looked at, so that the backup of an empty database has a proof too.
    return RESTORES.answer(expected, actual, measured=len(actual) + 1, rows=different)


COMPLETE = Check(
    name="backup.complete",
    question="Are the backup's files those of its manifest, by size and sha256?",
    measure=_complete,
    scope="run",
)
RESTORES = Check(
    name="backup.restores",
    question="Does the full backup restore, with the rows of every table as they were?",
    measure=_restores,
    scope="run",
)
CHECKS = (COMPLETE, RESTORES)
