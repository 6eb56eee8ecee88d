"""The public name changes hands: a run's database takes it, a restored one takes it, or a rollback gives it back.

Each move is written down before it happens (`swap.begins`: who is who, by oid), happens in one transaction of the
server, and is written down again when the revisions have followed. What a process that died has left open is finished
here, too, from the same words: see `finish`.
"""

from __future__ import annotations

from collections.abc import Sequence

from reseed import database, schema
from reseed.database import Claim, Exchange
from reseed.errors import ServerError
from reseed.records import JSON
from reseed.run.folder import read_run
from reseed.run.journal import Journal
from reseed.run.standing import RESTORE, ROLLBACK, RUN, Swap, last_swap, unfinished
from reseed.site import Site


def put_in_place(site: Site, claim: Claim, journal: Journal) -> str:
    """Give the database that the run has built the public name; returns the name that the previous one is kept under.

    Raises:
        Refused: the public database is not the one that the run backed up. ServerError: what was built is gone.
    """
    standing = database.oid(site.target, site.public)
    built = database.oid(site.target, site.database)
    last = last_swap(site.folder)
    if built is None and last and last.oid == standing:
        # Done and written down by a process that died before the run could note it.
        return last.previous
    exchange = _begun(site, standing, built) or _next(site, built, last, standing)
    move(claim, journal, RUN, exchange)
    finish(site, journal, RUN, exchange)
    return exchange.previous


def move(claim: Claim, journal: Journal, purpose: str, exchange: Exchange) -> None:
    """Write down a swap, and do it."""
    journal.write(
        "swap.begins",
        purpose=purpose,
        public=exchange.public,
        new=exchange.new,
        old=exchange.old,
        previous=exchange.previous,
    )
    done = database.swap(claim, exchange, carry=purpose != ROLLBACK)
    if done.left:
        journal.write("swap.left", statements=list(done.left))


def finish(site: Site, journal: Journal, purpose: str, exchange: Exchange) -> None:
    """What follows a swap that has happened: its revisions where they go with it, and the note that it is done."""
    public, previous, oid = exchange.public, exchange.previous, exchange.new
    if purpose == RUN:
        journal.write("swap.done", public=public, previous=previous, oid=oid)
    elif purpose == RESTORE:
        revisions: list[JSON] = [*_withdrawn_with(site, exchange)]
        journal.write("restore.done", public=public, previous=previous, oid=oid, revisions=revisions)
    elif swap := last_swap(site.folder):
        _give_back(site, journal, exchange, swap)


def publish(site: Site, journal: Journal) -> None:
    """Put the run's revision in place of the old ones.

    Raises:
        SchemaError: nothing is staged, or an old revision has no identical copy in the archive.
    """
    # Written down before it happens, so that a rollback knows what to put back.
    journal.write("publish.begins", replaced=list(schema.to_be_replaced(site)))
    schema.publish(site)
    journal.write("publish.done")


def _give_back(site: Site, journal: Journal, exchange: Exchange, swap: Swap) -> None:
    kept = exchange.previous
    if swap.purpose == RESTORE:
        if swap.revisions:
            schema.publish(site)
        journal.write("restore.undone", public=exchange.public, kept=kept)
        return
    if swap.revisions:
        schema.withdraw(site, swap.revisions)
    journal.write("swap.undone", public=exchange.public, kept=kept)


def _withdrawn_with(site: Site, exchange: Exchange) -> Sequence[str]:
    """Revisions that come back with a restored database: those that the run's own had replaced, if that stood aside."""
    swap = last_swap(site.folder)
    if swap is None or swap.purpose != RUN or swap.oid != exchange.old or not swap.revisions:
        return ()
    return schema.withdraw(site, swap.revisions)


def _begun(site: Site, standing: int | None, built: int | None) -> Exchange | None:
    """The run's swap, where it was begun before with the same database."""
    left = unfinished(site.folder)
    exchange = left.exchange if left.purpose == RUN else None
    return exchange if exchange and exchange.new in (standing, built) else None


def _next(site: Site, built: int | None, last: Swap | None, standing: int | None) -> Exchange:
    """The run's swap; what it replaces is the database that it began with, or its own of before a redo."""
    if built is None:
        raise ServerError(
            f'Database "{site.database}" does not exist, so it cannot take the name "{site.public}".',
            "Build it again with a new run.",
        )
    previous = (
        "" if standing is None else database.free_name(site.target, site.public, f"previous_{site.run}")
    )
    known = last.oid if last else read_run(site.folder).oid
    return Exchange(site.public, built, known or standing, previous)
