"""Standing before something destructive: everything is looked at and judged, and every reason against it is told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from reseed import database
from reseed.database import Target
from reseed.guard import rules
from reseed.guard.contents import with_contents
from reseed.guard.measure import measure
from reseed.guard.measured import Measured
from reseed.guard.terms import Terms


def require(target: Target, terms: Terms, *, copies: bool = False, in_place: bool = False) -> Measured:
    """What was seen of the target's database, when nothing speaks against resetting it.

    Its rows are looked at last and only when nothing else speaks against it, because that locks tables for a moment. A
    database that is closed to sessions cannot be looked into, so only what the catalog says of it is judged.

    Args:
        copies: the command dumps the database and restores it. in_place: not on its server, which has no room for two.

    Raises:
        Refused: with every reason that holds.
        ServerError and its kin: unreachable, login refused, no such database, or rows that cannot be read although a
            rule of the project is about them.
    """
    seen = measure(target, terms, copies=copies, in_place=in_place)
    _insist(tuple(rules.by_look(seen, terms)))
    if seen.open:
        seen = with_contents(seen, target, terms)
        _insist(tuple(rules.by_contents(seen, terms)))
    return seen


def require_if_there(target: Target, terms: Terms) -> Measured | None:
    """The same where the database need not exist; None when it does not, and name, server and who asks are allowed.

    Raises:
        Refused: with every reason that holds. ServerError and its kin: as `require`.
    """
    if database.exists(target, target.database):
        return require(target, terms)
    with database.maintenance(target) as connection:
        at = database.address(connection)
    _insist(tuple(rules.by_place(target.database, f"{at.host}:{at.port}", at.names, terms)))
    return None


def require_kept(target: Target, names: Iterable[str], terms: Terms) -> None:
    """What databases beside the public one hold may go for good; their names and their server are not asked about.

    Raises:
        Refused: with every reason that holds for the first that may not. ServerError and its kin: as `require`.
    """
    only_contents = replace(terms, ours=True, rules=terms.rules.model_copy(update={"allowed_databases": ()}))
    for name in names:
        require(target.on(name), only_contents)


def require_consent(target: Target, terms: Terms) -> None:
    """An AI agent may do this to the target's database.

    Raises:
        Refused: it lacks consent.
    """
    _insist(
        tuple(rules.consent(target.database, f"{target.host or 'the local socket'}:{target.port}", terms))
    )


def _insist(refusals: tuple[rules.Refusal, ...]) -> None:
    if refusals:
        raise rules.refused(refusals)
