"""In place: the old database is dropped before the new one is built, for servers without room for both.

It goes only once its backup has been proven, has been taken from everybody, and is still what was backed up. A run that
fails afterwards, or is given up, brings it back from that backup. Meanwhile nothing bears the public name: what is half
built is never shown under it.
"""

from __future__ import annotations

from collections.abc import Mapping

from reseed import backup, database
from reseed.backup.take import FOLDER
from reseed.database import Claim
from reseed.errors import (
    BackupError,
    LoginRefused,
    MissingPrivilege,
    PlanError,
    ReseedError,
    ServerError,
    ServerUnreachable,
)
from reseed.plan import Plan
from reseed.plan.reach import upstream
from reseed.records import JSON
from reseed.run.folder import read_run
from reseed.run.journal import Journal
from reseed.run.standing import swaps, unfinished
from reseed.site import Site

_PROOF = {"backup.complete", "backup.restores"}


def require_proven_backup(plan: Plan) -> None:
    """The plan proves a backup before it resets anything.

    Raises:
        PlanError: it does not.
    """
    proven = {task.id for task in plan.tasks if task.action == "back_up" and set(task.gate) >= _PROOF}
    for task in plan.tasks:
        if task.action == "reset" and not proven & upstream(plan, task.id):
            raise PlanError(
                f"Task {task.id} would drop the old database in place, and no task before it proves a backup.",
                f"Let it need a task with action back_up, and {' and '.join(sorted(_PROOF))} in its gate.",
            )


def make_way(site: Site, claim: Claim, journal: Journal) -> None:
    """Leave an empty database under the run's private name, and the old one dropped.

    Idempotent. After a swap of this run there is no old one any more, and a redo builds beside as usual.

    Raises:
        BackupError: the backup is missing or altered. ServerError: the old database has changed since the backup; it
            has its name again.
    """
    old = read_run(site.folder).oid
    if swaps(site.folder) or old is None or database.named(site.target, old) is None:
        source = site.public if swaps(site.folder) else site.database
        _renew(site, claim, source, site.database)
        return
    previous = database.private_name(site.public, f"previous_{site.run}")
    journal.write("in_place.begins", public=site.public, old=old, previous=previous)
    try:
        # Renamed first, so that nobody can write to it while it is compared.
        database.rename(claim, old, previous)
        _require_unchanged(site, previous)
        _renew(site, claim, previous, site.database)
    except ReseedError:
        _keep(site, claim, journal, old)
        raise
    # From here on the proven backup is all there need be: it was compared with what nobody can write to any more.
    journal.write("in_place.dropping")
    database.drop(site.target, previous)
    journal.write("in_place.dropped", previous=previous)


def bring_back(site: Site, claim: Claim, journal: Journal) -> str:
    """Give the public name to the old database again, or to what its backup restores; how that went, in words.

    Empty where nothing was dropped. An old database that was not found equal to its backup has whatever was written
    since, so it comes back as it is. Otherwise what the run had built goes first, to make room. Idempotent.

    Raises:
        BackupError: the backup does not restore any more.
    """
    begun = unfinished(site.folder).in_place
    if begun is None:
        return ""
    standing = database.named(site.target, begun.old)
    if standing and not (begun.dropping and _is_half_dropped(site, standing)):
        _keep(site, claim, journal, begun.old)
        return "the old database, which was not dropped yet, has its name again"
    if standing:
        database.drop(site.target, standing)
    restored = database.private_name(site.public, f"restored_{site.run}")
    source = site.database if database.exists(site.target, site.database) else restored
    _renew(site, claim, source, restored)
    database.drop(site.target, site.database)
    backup.restore(site.folder / FOLDER, site.target.on(restored))
    require_same(site, restored)
    made = database.require_oid(site.target, restored)
    database.rename(claim, made, site.public)
    journal.write("in_place.restored", public=site.public, oid=made)
    return "the old database is restored from its backup, and has its name again"


def _keep(site: Site, claim: Claim, journal: Journal, old: int) -> None:
    database.rename(claim, old, site.public)
    database.drop(site.target, _fresh(site))
    journal.write("in_place.kept")


def _differences(site: Site, name: str) -> tuple[Mapping[str, JSON], ...]:
    """How a database differs from what the run backed up; the backup is verified first."""
    kept = site.folder / FOLDER
    return backup.differences(backup.verify(kept), kept, site.target.on(name))


def require_same(site: Site, name: str) -> None:
    """Make sure that a database is what the run backed up.

    Raises:
        BackupError: it is not; names the first difference.
    """
    if differences := _differences(site, name):
        raise BackupError(
            f"What {site.folder / FOLDER} restores differs from what was backed up, first in {dict(differences[0])}.",
            f'It lies in database "{name}".',
        )


def _require_unchanged(site: Site, name: str) -> None:
    if differences := _differences(site, name):
        raise ServerError(
            f'Database "{site.public}" has changed since it was backed up, first in {dict(differences[0])}; '
            "it was not dropped.",
            "Stop what writes to it (before_reset in reseed.toml), and begin again with: reseed run --in-place",
        )


def _is_half_dropped(site: Site, name: str) -> bool:
    """Whether a database cannot be read, as when the server died while it dropped it; its backup is verified."""
    try:
        _differences(site, name)
    except (ServerUnreachable, LoginRefused, MissingPrivilege):
        # That says nothing of the database.
        raise
    except ServerError:
        return True
    return False


def _renew(site: Site, claim: Claim, source: str, name: str) -> None:
    """An empty database called `name`, with the locale, owner, grants and settings of `source`, which may be the same.

    Killed at any instant and done again, it has not lost them: it is made beside, and takes the name at the end.
    """
    target = site.target
    fresh = _fresh(site)
    if database.exists(target, source):
        database.drop(target, fresh)
        database.create(target, fresh, like=source)
        database.take_over(target, source, fresh)
    database.drop(target, name)
    database.rename(claim, database.require_oid(target, fresh), name)


def _fresh(site: Site) -> str:
    return database.private_name(site.public, f"fresh_{site.run}")
