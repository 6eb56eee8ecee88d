"""Old revisions: copied aside before anything new exists, and replaced only when the new one is proved.

Alembic reads the files of `versions/` and no folder beside it, so an archive beside it is history that can still be
read and no longer runs. Nothing is deleted before an identical copy is there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from reseed.check import Check
from reseed.errors import SchemaError
from reseed.records import Finding
from reseed.schema.scripts import place, require_migrations
from reseed.site import Site


def archive(site: Site) -> tuple[str, ...]:
    """Copy every revision to `<migrations>/archived_<YYYYMMDD>/`; the names of the copies, relative to the migrations.

    Idempotent: a copy that is there already with the same bytes is left as it is.

    Raises:
        SchemaError: the archive holds other bytes under the name of a revision.
        StorageError: the folder cannot be written.
    """
    require_migrations(site.migrations)
    folder = archive_folder(site)
    copies = []
    for revision in _revisions(site.migrations):
        copy = folder / revision.name
        if copy.exists() and not _same(revision, copy):
            raise SchemaError(
                f"{copy} exists already and differs from {revision}.",
                "Rename the archive of that day, and try again.",
            )
        if not copy.exists():
            place(copy, revision.read_bytes(), like=revision)
        copies.append(str(copy.relative_to(site.migrations)))
    return tuple(copies)


def publish(site: Site) -> tuple[str, ...]:
    """Put the staged revision in place of the old ones; the names of the files that went.

    Safe at any instant: the new revision is on the disk before an old one goes, and an old one goes only while its
    archived copy is identical. Doing it again finishes it.

    Raises:
        SchemaError: nothing is staged, or an old revision has no identical copy.
    """
    staged, old = _staged(site), _replaced(site)
    for revision in old:
        if not _has_copy(site.migrations, revision):
            raise SchemaError(
                f"{revision} has no identical copy in an archived_<date> folder of {site.migrations}; it stays.",
                "Archive again: task 1.2.",
            )
    published = site.migrations / "versions"
    for revision in staged:
        place(published / revision.name, revision.read_bytes(), like=site.migrations / "env.py")
    for revision in old:
        revision.unlink()
    return tuple(revision.name for revision in old)


def to_be_replaced(site: Site) -> tuple[str, ...]:
    """Names of the revisions that publishing takes away."""
    return tuple(revision.name for revision in _replaced(site))


def withdraw(site: Site, replaced: Iterable[str]) -> tuple[str, ...]:
    """Put archived revisions back in place of the staged one: the inverse of `publish`; the names of those put back.

    Safe at any instant: they are on the disk before the new one goes, which stays staged. Doing it again finishes it.

    Raises:
        SchemaError: one of them is not in the archive any more.
    """
    published, archived = site.migrations / "versions", archive_folder(site)
    wanted = sorted(replaced)
    for name in wanted:
        if not (archived / name).is_file():
            raise SchemaError(
                f"{archived / name} is not there any more, so the revision cannot be put back.",
                f"Bring it back from version control to {published}.",
            )
    for name in wanted:
        place(published / name, (archived / name).read_bytes(), like=site.migrations / "env.py")
    for revision in _staged(site):
        own = published / revision.name
        if own.is_file() and _same(revision, own):
            own.unlink()
    return tuple(wanted)


def archive_folder(site: Site) -> Path:
    """Where this run archives: the day is the run's own, so that a resumed run finds its archive again."""
    found = re.match(r"\d{8}", site.run)
    day = found[0] if found else f"{datetime.now(UTC):%Y%m%d}"
    return site.migrations / f"archived_{day}"


def _staged(site: Site) -> list[Path]:
    staged = _revisions(site.staged_migrations)
    if not staged:
        raise SchemaError(
            f"{site.staged_migrations} holds no revision to publish.", "Squash first: task 1.4."
        )
    return staged


def _replaced(site: Site) -> list[Path]:
    new = {revision.name for revision in _staged(site)}
    return [revision for revision in _revisions(site.migrations) if revision.name not in new]


def _is_archived(site: Site) -> Finding:
    revisions = _revisions(site.migrations)
    missing = [revision.name for revision in revisions if not _has_copy(site.migrations, revision)]
    # A project whose history is empty has nothing to archive: its folder was looked at, that is all there is.
    return ARCHIVED.answer(
        0, len(missing), measured=max(len(revisions), 1), rows=tuple({"revision": name} for name in missing)
    )


def _revisions(location: Path) -> list[Path]:
    return sorted((location / "versions").glob("*.py"))


def _has_copy(location: Path, revision: Path) -> bool:
    return any(_same(revision, copy) for copy in location.glob(f"archived_*/{revision.name}"))


def _same(first: Path, second: Path) -> bool:
    return first.read_bytes() == second.read_bytes()


ARCHIVED = Check(
    name="reset.archived",
    question="Has every old revision an identical copy in the archive?",
    measure=_is_archived,
    scope="run",
)
