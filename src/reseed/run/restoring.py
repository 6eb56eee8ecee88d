"""A run's backup becomes the public database again: restored beside, compared with what was backed up, swapped in."""

from __future__ import annotations

from pathlib import Path

from reseed import backup, database, guard
from reseed.backup.take import FOLDER
from reseed.database import Exchange
from reseed.run import moves
from reseed.run.context import Listener, RunContext, alone, journal_of, require_its_target, site_of
from reseed.run.folder import new_run_id, read_run
from reseed.run.in_place import require_same
from reseed.run.journal import Journal
from reseed.run.standing import RESTORE
from reseed.site import Site


def restore(context: RunContext, folder: Path, listeners: tuple[Listener, ...] = ()) -> str:
    """Restore what a run backed up, and give it the public name; returns the name that the present one is kept under.

    Its revisions come back with it where the run's own database is the one that steps aside.

    Raises:
        SettingsError: the run was about another database.
        BackupError: there is no backup, it was altered, it does not restore, or something else comes back than was
            backed up. Refused: the guard has a reason, or another run is at work.
    """
    guard.require_if_there(context.target, context.terms)
    require_its_target(context, read_run(folder))
    kept = folder / FOLDER
    backup.verify(kept)
    with alone(context.target, folder) as claim:
        site = site_of(context.project, context.target, folder)
        journal = journal_of(folder, context.plan, listeners)
        exchange = _beside(site, kept, journal)
        moves.move(claim, journal, RESTORE, exchange)
        moves.finish(site, journal, RESTORE, exchange)
    return exchange.previous


def _beside(site: Site, kept: Path, journal: Journal) -> Exchange:
    """The backup restored under a private name, and what is to become of the two databases."""
    moment = new_run_id()
    name = database.private_name(site.public, f"restored_{moment}")
    journal.write("restore.begins", database=name)
    database.create(site.target, name, like=site.public)
    try:
        backup.restore(kept, site.target.on(name))
        require_same(site, name)
    except BaseException:
        database.drop(site.target, name)
        journal.write("restore.abandoned", database=name)
        raise
    made = database.require_oid(site.target, name)
    previous = database.private_name(site.public, f"previous_{moment}")
    return Exchange(site.public, made, database.oid(site.target, site.public), previous)
