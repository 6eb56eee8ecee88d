"""Looking at a target without changing it or locking its tables: what the guard's rules are about."""

from __future__ import annotations

from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from tempfile import gettempdir

from reseed import database
from reseed.database import Address, Connection, Target, embedded, tools
from reseed.errors import Refused, ServerError
from reseed.guard.measured import SETTING, Measured, Room, Stamp
from reseed.guard.room import SPARE, Need, rooms
from reseed.guard.stamp import read_stamp, strongest
from reseed.guard.terms import Terms

_OUTSIDE = files(__package__).joinpath("outside.sql").read_bytes()
_INSIDE = files(__package__).joinpath("inside.sql").read_bytes()
_MAJOR = 10000


def measure(target: Target, terms: Terms, *, copies: bool, in_place: bool = False) -> Measured:
    """What there is to know of the target's database before its rows are counted.

    Args:
        copies: the command dumps the database and restores it, which takes room and a `pg_dump` that is new enough.
        in_place: it restores it on a server of ours for the moment.

    Raises:
        ServerError and its kin: unreachable, login refused, no such database, no `pg_dump`.
    """
    with database.maintenance(target) as connection:
        seen = _from_outside(connection, target, terms, copies, in_place)
    if not seen.open:
        return seen
    with database.connect(target) as connection:
        return _from_inside(connection, seen, target)


def room_for_copy(target: Target, name: str, terms: Terms) -> Room | None:
    """The server's disk and what a copy of one of its databases needs there; None where its size may not be known."""
    with database.maintenance(target) as connection:
        row = connection.execute(_OUTSIDE, (name,)).fetchone()
        at = database.address(connection)
    if row is None or row[2] is None:
        return None
    (found,) = rooms([Need("the server's disk", _data_folder(terms, at, row[5]), row[2] + SPARE)])
    return found


def _from_outside(
    connection: Connection, target: Target, terms: Terms, copies: bool, in_place: bool
) -> Measured:
    row = connection.execute(_OUTSIDE, (target.database,)).fetchone()
    if row is None:
        raise ServerError(
            f"Database {target.database!r} does not exist on {target.masked}; "
            "a reset needs the database it replaces.",
            "Name another with --database-url, create it empty, or see a demonstration with: reseed demo",
        )
    template, is_open, size, empty, standby, data = row
    at = database.address(connection)
    major = connection.info.server_version // _MAJOR
    return Measured(
        names=at.names,
        here=database.is_near(at.numeric or at.host),
        port=at.port,
        database=target.database,
        size=size,
        template=template,
        open=is_open,
        stamp=read_stamp(connection, target.database),
        version=(database.server_version(connection), major),
        client=_newest_client(major) if copies else None,
        standby=standby,
        read_only=False,
        own_state=_named_as_state(target, at, terms),
        rooms=_rooms(terms, _data_folder(terms, at, data), size, empty, in_place) if copies else (),
        tables=None,
    )


def _from_inside(connection: Connection, seen: Measured, target: Target) -> Measured:
    row = connection.execute(_INSIDE).fetchone()
    read_only, environment, holds_state = row or (False, "", False)
    return replace(
        seen,
        stamp=strongest(seen.stamp, Stamp(environment, SETTING) if environment.strip() else None),
        read_only=read_only,
        own_state=seen.own_state or ("holds the state of runs, in schema dbos" if holds_state else ""),
        tables=sum(table.holds_rows for table in database.tables(connection)),
    )


def _newest_client(major: int) -> tuple[str, int]:
    try:
        return tools.version("pg_dump", at_least=major)
    except Refused:
        return tools.version("pg_dump")


def _named_as_state(target: Target, at: Address, terms: Terms) -> str:
    state = terms.state_database
    if state is None or (state.database, state.port) != (target.database, at.port):
        return ""
    same = state.host in at.names or all(map(database.is_near, (state.host, at.numeric or at.host)))
    return "is the one that RESEED_STATE_URL names" if same else ""


def _data_folder(terms: Terms, at: Address, told: str | None) -> Path | None:
    """Where the server keeps its data, when that is on this machine and may be known."""
    if terms.ours:
        return embedded.data_folder(terms.state)
    return Path(told) if told and at.here else None


def _rooms(terms: Terms, data: Path | None, size: int | None, empty: int, in_place: bool) -> tuple[Room, ...]:
    """The server needs room for a whole copy and some beside it; a dump holds what an empty database has not.

    In place, the copy that proves the backup lies on this machine, where temporary files do.
    """
    whole = size or 0
    here = Path(gettempdir())
    needs = [
        Need("the server's disk", data, SPARE if in_place else whole + SPARE),
        Need(f"the disk of {terms.state}", terms.state, max(0, whole - empty), "--state"),
    ]
    if in_place:
        needs.append(Need(f"the disk of {here}", here, whole + SPARE, "TMPDIR"))
    return rooms(needs)
