"""The proof of a backup: its files are those of the manifest, and it brings back a database that is the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from reseed import database
from reseed.backup import manifest
from reseed.backup.difference import differences
from reseed.backup.restore import restore
from reseed.backup.take import FOLDER
from reseed.check import Check
from reseed.database import Target, tools
from reseed.errors import BackupError, ServerError
from reseed.records import JSON, Backup, Finding
from reseed.site import Site


def rehearse(backup: Backup, folder: Path, target: Target) -> tuple[Mapping[str, JSON], ...]:
    """Restore a backup into a scratch database beside the target's; how that differs from what was backed up.

    Raises:
        BackupError: a file is missing or altered, or the backup does not restore. StorageError: no room for it.
    """
    with database.scratch(target, target.database, like=target.database) as second:
        restore(folder, second)
        try:
            return differences(backup, folder, second)
        except ServerError as error:
            raise BackupError(
                f"{folder} restores, but cannot be compared: {error.message}", error.next_step
            ) from error


@contextmanager
def _proving_ground(site: Site, backup: Backup) -> Iterator[Target]:
    """The target's own server; where that has no room for a second database, a server of ours for the moment."""
    if site.make_way is None or tools.embedded_binaries() is None:
        yield site.target
        return
    with database.embedded.ephemeral() as server:
        with database.connect(server) as connection:
            for lack in database.lacks(connection, backup.roles, {}):
                connection.execute(lack.remedy.encode())
        yield server.on(backup.database)


def _complete(site: Site) -> Finding:
    folder = site.folder / FOLDER
    try:
        backup = manifest.read(folder)
        found = manifest.measure(folder)
    except BackupError as error:
        return COMPLETE.answer("a manifest", error.message, measured=0)
    names = sorted({*backup.files, *found})
    expected: JSON = {name: dict(backup.files.get(name, {})) for name in names}
    actual: JSON = {name: dict(found.get(name, {})) for name in names}
    return COMPLETE.answer(expected, actual, measured=len(names))


def _restores(site: Site) -> Finding:
    folder = site.folder / FOLDER
    try:
        backup = manifest.read(folder)
        with _proving_ground(site, backup) as target:
            different = rehearse(backup, folder, target)
    except BackupError as error:
        return RESTORES.answer("a dump that restores", str(error), measured=0)
    tables = {str(each["table"]): each["restored"] for each in different if "table" in each}
    # The definitions count as looked at, so that the backup of an empty database has a proof too.
    return RESTORES.answer(
        dict(backup.rows),
        {**backup.rows, **tables},
        measured=len(backup.rows) + 1,
        rows=tuple(dict(each) for each in different),
        passed=not different,
    )


COMPLETE = Check(
    name="backup.complete",
    question="Are the backup's files those of its manifest, by size and sha256?",
    measure=_complete,
    scope="run",
)
RESTORES = Check(
    name="backup.restores",
    question="Does the full backup restore, with every row, sequence, large object and definition as it was?",
    measure=_restores,
    scope="run",
)
CHECKS = (COMPLETE, RESTORES)
