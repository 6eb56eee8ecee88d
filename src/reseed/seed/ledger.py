"""What a bulk load has done and still has to do, kept in the database that it fills: see `ledger.sql`.

An entry changes in the same transaction as what it is about, so it is true whenever a process dies: a partition that
is noted is loaded, and whatever was taken off and is not put back has its statement here.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass

from reseed.database import Connection, named_statements
from reseed.errors import Refused, SeedError

SCHEMA = "reseed_load"

_SQL = named_statements(__package__, "ledger.sql")

Rows = Mapping[str, int]
"""Table -> how many rows of it."""


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a load loads; a load that was interrupted goes on with the same and with nothing else.

    Attributes:
        project: the application's name. seed, as_of, options: of its dataset. first, stop: tenants, `stop` not among
            them. sample: digest of the last tenant's rows, so that two versions of a dataset are not mixed.
    """

    project: str
    seed: int
    as_of: str
    options: Mapping[str, int]
    first: int
    stop: int
    sample: str

    @property
    def tenants(self) -> range:
        return range(self.first, self.stop)

    def __str__(self) -> str:
        sizes = "".join(f", {name} {value}" for name, value in sorted(self.options.items()))
        return (
            f"tenants {self.first} to {self.stop - 1} of {self.project}, seed {self.seed}, as of {self.as_of}{sizes}, "
            f"rows {self.sample[:12]}"
        )


@dataclass(frozen=True, slots=True)
class Pending:
    """A load that has begun and not ended.

    Attributes:
        id: tells this load from every other. facts: object -> definition, before anything was taken off.
        unbound: no foreign key is left on its tables.
    """

    id: str
    inputs: Inputs
    facts: Mapping[str, str]
    unbound: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """Something to be put back.

    Attributes:
        what: its name, for people. tables: those it is about, the one that is read first.
    """

    phase: int
    what: str
    tables: tuple[str, ...]
    statements: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a load is: partitions, and the rows of those that are loaded."""

    partitions: int
    loaded: int
    rows: Rows

    @property
    def complete(self) -> bool:
        return self.loaded == self.partitions


def find(connection: Connection) -> Pending | None:
    """The load that this database waits for the end of; None when there is none.

    Raises:
        Refused: the schema is somebody else's, whose statements we do not carry out.
    """
    row = connection.execute(_SQL["owner"], ()).fetchone()
    if row is None:
        return None
    owner, ours, whole = row
    if not ours:
        raise Refused(
            f"Schema {SCHEMA} of database {connection.info.dbname} belongs to role {owner}, expected our own.",
            f"Connect as {owner} to end its load, or drop the schema if it is none.",
        )
    if not whole:
        raise Refused(
            f"Schema {SCHEMA} of database {connection.info.dbname} holds something else than a load of reseed.",
            "Rename or drop it, then try again.",
        )
    id, inputs, facts, unbound = connection.execute(
        "SELECT id, inputs, facts, unbound FROM reseed_load.load"
    ).fetchall()[0]
    return Pending(id, Inputs(**json.loads(inputs)), json.loads(facts), unbound)


def create(
    connection: Connection, pending: Pending, partitions: Iterable[range], entries: Iterable[Entry]
) -> None:
    """Write down a load that is about to begin."""
    connection.execute(_SQL["create"])
    connection.execute(
        "INSERT INTO reseed_load.load VALUES (%s, %s, %s, %s)",
        (pending.id, json.dumps(asdict(pending.inputs)), json.dumps(dict(pending.facts)), pending.unbound),
    )
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO reseed_load.partition (first, stop) VALUES (%s, %s)",
            [(each.start, each.stop) for each in partitions],
        )
        cursor.executemany(
            "INSERT INTO reseed_load.put_aside VALUES (%s, %s, %s, %s, %s)",
            [
                (place, entry.phase, entry.what, list(entry.tables), list(entry.statements))
                for place, entry in enumerate(entries)
            ],
        )


def drop(connection: Connection) -> None:
    """Forget the load."""
    connection.execute("DROP SCHEMA reseed_load CASCADE")


def take(connection: Connection, first: int | None = None) -> range | None:
    """A partition that is not loaded yet, for this transaction alone; None when there is none.

    Args:
        first: the one that begins with this tenant, waited for while somebody else loads it; any free one by default.
    """
    if first is None:
        row = connection.execute(_SQL["take"]).fetchone()
    else:
        row = connection.execute(_SQL["take_one"], (first,)).fetchone()
    return range(row[0], row[1]) if row else None


def note(connection: Connection, partition: range, rows: Rows, seconds: float) -> None:
    """Write down that a partition is loaded, in the transaction that has loaded it."""
    connection.execute(_SQL["note"], (json.dumps(dict(rows)), seconds, partition.start))


def standing(connection: Connection) -> Standing:
    """How far the load is."""
    found = connection.execute("SELECT rows FROM reseed_load.partition ORDER BY first").fetchall()
    loaded = [json.loads(rows) for (rows,) in found if rows is not None]
    total: dict[str, int] = {}
    for rows in loaded:
        for table, number in rows.items():
            total[table] = total.get(table, 0) + number
    return Standing(len(found), len(loaded), total)


def missing(connection: Connection) -> list[int]:
    """The first tenant of every partition that is not loaded."""
    return [first for (first,) in connection.execute(_SQL["missing"])]


def forsake(connection: Connection) -> None:
    """Take the partitions out that are not loaded: nobody is to load them any more."""
    connection.execute("DELETE FROM reseed_load.partition WHERE rows IS NULL")


def waiting(connection: Connection, phase: int) -> list[tuple[int, Entry]]:
    """What is still to be put back in a phase, with the number it is known by."""
    return [
        (number, Entry(phase, what, tuple(tables), tuple(statements)))
        for number, what, tables, statements in connection.execute(_SQL["waiting"], (phase,))
    ]


def strike(connection: Connection, number: int) -> bool:
    """Take an entry out, in the transaction that puts it back; False when somebody else has."""
    return connection.execute("DELETE FROM reseed_load.put_aside WHERE id = %s", (number,)).rowcount == 1


def require_same(pending: Pending, inputs: Inputs) -> None:
    """Go on with what was begun, and with nothing else.

    Raises:
        SeedError: it was begun with something else.
    """
    if pending.inputs != inputs:
        raise SeedError(
            f"A load of {pending.inputs} has begun and not ended, expected one of {inputs}.",
            "Go on with the same sizes, or put everything back with: reseed seed --give-up",
        )
