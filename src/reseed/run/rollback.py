"""The last swap is taken back: the previous database has the public name again, and its revisions come back with it."""

from __future__ import annotations

from dataclasses import dataclass

from reseed import database, guard
from reseed.database import Exchange
from reseed.errors import ServerError, SettingsError
from reseed.run import moves
from reseed.run.context import Listener, RunContext, alone, journal_of, site_of
from reseed.run.folder import runs_folder
from reseed.run.standing import RESTORE, ROLLBACK, RUN, Swap, last_swap, standing_run
from reseed.site import Site


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What a rollback did. `of`: whose swap, in words. `kept`: the name that its database is kept under."""

    of: str
    kept: str


def rollback(context: RunContext, listeners: tuple[Listener, ...] = ()) -> TakenBack:
    """Give the public name back to the database that had it before the last run, or the last restore.

    Nothing is lost: the database that steps aside keeps all it has under a private name. What an interrupted rollback
    has left is finished by `recover`.

    Raises:
        SettingsError: no run here made the database that has the name now. ServerError: the previous one is gone.
        Refused: the guard has a reason, or another run is at work.
        SchemaError: a revision is not in the archive any more.
    """
    guard.require(context.target, context.terms)
    folder = standing_run(context.state, context.target, context.embedded)
    if folder is None:
        raise SettingsError(
            f"No run in {runs_folder(context.state)} made the database {context.target.database}, "
            "so there is no swap to take back.",
            "Name the folder that the run lies in with --state.",
        )
    with alone(context.target, folder) as claim:
        site, swap = site_of(context.project, context.target, folder), last_swap(folder)
        assert swap is not None  # noqa: S101 - that is what makes the run the standing one
        journal = journal_of(folder, context.plan, listeners)
        exchange = _exchange(site, swap)
        moves.move(claim, journal, ROLLBACK, exchange)
        moves.finish(site, journal, ROLLBACK, exchange)
    return TakenBack(
        f"{'restore of ' if swap.purpose == RESTORE else ''}run {folder.name}", exchange.previous
    )


def _exchange(site: Site, swap: Swap) -> Exchange:
    previous = database.oid(site.target, swap.previous)
    if previous is None:
        raise ServerError(
            f'Database "{swap.previous}", which run {site.run} kept, does not exist any more.'
            if swap.previous
            else f"Run {site.run} was in place, so the database from before it was dropped.",
            f"Restore its backup with: reseed restore {site.run}",
        )
    return Exchange(site.public, previous, swap.oid, _aside(site, swap))


def _aside(site: Site, swap: Swap) -> str:
    """A private name for the database that steps aside: its own, or one with a number where that is taken."""
    if swap.purpose == RUN and not database.exists(site.target, site.database):
        return site.database
    tag = f"new_{site.run}" if swap.purpose == RUN else f"restored_{site.run}"
    return database.free_name(site.target, site.public, tag)
