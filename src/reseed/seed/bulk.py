"""A bulk load: indexes and foreign keys off, rows by COPY in partitions, and everything back as the catalog had it.

It may be interrupted at any instant and begun again: the ledger in the database says what is loaded and what is to be
put back. What the database consists of is compared before and after, by whoever gives `describe`.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from reseed.database import Connection, Target, connect, sql, take_turns, without_row_security
from reseed.errors import SchemaError, SeedError
from reseed.project import Project
from reseed.records import Load
from reseed.seed import ledger
from reseed.seed.advance import Advance
from reseed.seed.catalog import primary_key
from reseed.seed.dataset import Dataset
from reseed.seed.digest import expected_digest
from reseed.seed.ledger import Inputs, Pending
from reseed.seed.load import load_tenants
from reseed.seed.partitions import Loader, split
from reseed.seed.put_aside import FORCE, removals, take_off
from reseed.seed.put_back import analyze, put_back, vacuum
from reseed.seed.side_by_side import side_by_side

SMALL = 5_000
"""Up to so many rows a load goes in place: taking everything off and putting it back would take longer."""

LOCK_SECONDS = 30

Describe = Callable[[Connection], Mapping[str, str]]
"""Everything that a database consists of: object -> definition."""


@dataclass(frozen=True)
class Order:
    """What is to be loaded, and where.

    Attributes:
        target: the database. password: of the users that are loaded; one that nobody knows when empty.
        loaders: sessions that load rows side by side. describe: what the database consists of.
        tell: is told how far the load is.
    """

    project: Project
    dataset: Dataset
    target: Target
    describe: Describe
    tell: Callable[[str], None] = lambda line: None
    password: str = field(default="", repr=False)
    loaders: int = 2

    def inputs(self, tenants: range) -> Inputs:
        project = self.project
        return Inputs(
            project.name,
            project.seed,
            project.as_of.isoformat(),
            dict(project.dataset_options),
            tenants.start,
            tenants.stop,
            expected_digest(self.dataset, tenants[-1:]),
        )

    @property
    def tables(self) -> tuple[str, ...]:
        return tuple(self.dataset.definition.rows)


Loading = Callable[[Order, Pending], None]
"""Loads every partition that is missing, and returns when there is none."""


def load_dataset(order: Order, tenants: range, load_partitions: Loading | None = None) -> Load:
    """Load some tenants, none of which may be there; goes on with a load of the same that was interrupted.

    Args:
        load_partitions: loads what the ledger says is missing; this process does when not given.

    Raises:
        SeedError: some are there, another load has begun, or rows and tables do not fit.
        SchemaError: the database is not what it was before, beside its rows.
    """
    began = time.monotonic()
    with connect(order.target) as connection:
        pending = ledger.find(connection)
    if pending is None:
        require_absent(order, tenants)
        if (rows := _rows_per_tenant(order.dataset, tenants)) * len(tenants) <= SMALL:
            return _in_place(order, tenants)
        pending = begin(order, tenants, rows)
    ledger.require_same(pending, order.inputs(tenants))
    (load_partitions or load_here)(order, pending)
    return finish(order, time.monotonic() - began)


def begin(order: Order, tenants: range, rows_per_tenant: int) -> Pending:
    """Take everything off and write down what is to be loaded, in one transaction."""
    order.tell("taking indexes and foreign keys off")
    with connect(order.target) as connection:
        take_turns(connection)
        facts = order.describe(connection)
        found = removals(connection, order.tables)
        pending = Pending(secrets.token_hex(8), order.inputs(tenants), facts, found.unbound)
        take_off(connection, found, LOCK_SECONDS)
        ledger.create(connection, pending, split(tenants, rows_per_tenant), found.entries)
    return pending


def finish(order: Order, seconds: float = 0.0) -> Load:
    """Put everything back, let the planner know the tables, compare, and forget the load.

    Raises:
        SeedError: partitions are missing, or rows break what is to be put back.
        SchemaError: the database differs from what it was.
    """
    began = time.monotonic()
    with connect(order.target) as connection:
        rows = _require_complete(connection).rows
    order.tell("vacuuming")
    vacuum(order.target, order.tables)
    put_back(order.target, order.tell)
    order.tell("analyzing")
    analyze(order.target, order.tables)
    with connect(order.target) as connection:
        different = _end(connection, order.describe)
        if different:
            raise _changed(different, "The load is kept as it is, in schema reseed_load.")
    return Load("+".join(part.name for part in order.dataset.parts), rows, seconds + time.monotonic() - began)


def give_up(order: Order) -> ledger.Standing | None:
    """Put everything back without loading what is missing; None where no load has begun.

    The partitions that are loaded stay, each with all rows of its tenants.

    Raises:
        SeedError: rows break what is to be put back.
        SchemaError: the database differs from what it was; the load is forgotten all the same.
    """
    with connect(order.target) as connection:
        if ledger.find(connection) is None:
            return None
        standing = ledger.standing(connection)
        ledger.forsake(connection)
    put_back(order.target, order.tell)
    order.tell("analyzing")
    analyze(order.target, order.tables)
    with connect(order.target) as connection:
        different = _end(connection, order.describe)
    if different:
        raise _changed(different, "Everything that was taken off is back.")
    return standing


def require_absent(order: Order, tenants: range) -> None:
    """None of the tenants is there.

    Raises:
        SeedError: some are.
    """
    there = present(order, tenants)
    if there:
        named = (
            f"tenant {there[0]}"
            if len(there) == 1
            else f"{len(there)} tenants from {there[0]} to {there[-1]}"
        )
        raise SeedError(
            f"Database {order.target.database} has {named} already, "
            f"expected none of tenants {tenants.start} to {tenants.stop - 1}.",
            "Load into a database without them: reseed run builds one.",
        )


def present(order: Order, tenants: range) -> list[int]:
    """Which of the tenants the database has."""
    table = order.project.tenant_table
    numbers = {order.dataset.tenant_id(number): number for number in tenants}
    with connect(order.target) as connection, without_row_security(connection):
        (key,) = primary_key(connection, table)
        query = sql.SQL("SELECT {} FROM {}").format(sql.Identifier(key), sql.Identifier(table))
        return sorted(numbers[id] for (id,) in connection.execute(query) if id in numbers)


def load_here(order: Order, pending: Pending) -> None:
    """Load what is missing by this process, several sessions side by side."""
    made_by = loader(order, pending)
    advance = Advance(order.tell)
    with connect(order.target) as connection:
        standing = ledger.standing(connection)
    advance.begin(standing)
    side_by_side(
        lambda: made_by.load_all(advance.add), min(order.loaders, standing.partitions - standing.loaded)
    )


def loader(order: Order, pending: Pending) -> Loader:
    """What loads any partition of a load."""
    password = order.password or secrets.token_urlsafe()
    return Loader(order.target, order.dataset, pending.unbound, password)


def _in_place(order: Order, tenants: range) -> Load:
    with connect(order.target) as connection:
        load = load_tenants(connection, order.dataset, tenants, password=order.password or None)
    analyze(order.target, order.tables)
    return load


def _end(connection: Connection, describe: Describe) -> list[str]:
    """Force row security again and forget the load; what differs from the facts it began with."""
    take_turns(connection)
    pending = ledger.find(connection)
    if pending is None:
        return []
    connection.execute(sql.SQL("SET LOCAL lock_timeout = {}").format(f"{LOCK_SECONDS}s"))
    for _, entry in ledger.waiting(connection, FORCE):
        for statement in entry.statements:
            connection.execute(statement.encode())
    ledger.drop(connection)
    return _differences(pending.facts, describe(connection))


def _differences(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    return [
        f"{name}: expected {before.get(name, 'nothing')}, found {after.get(name, 'nothing')}"
        for name in sorted(before.keys() | after.keys())
        if before.get(name) != after.get(name)
    ]


def _changed(different: list[str], kept: str) -> SchemaError:
    more = f" ({len(different) - 1} more)" if len(different) > 1 else ""
    return SchemaError(f"The load has changed the schema: {different[0]}{more}. {kept}")


def _require_complete(connection: Connection) -> ledger.Standing:
    if ledger.find(connection) is None:
        raise SeedError(
            "The load has been ended by somebody else.", "See what is there with: reseed validate"
        )
    standing = ledger.standing(connection)
    if not standing.complete:
        raise SeedError(
            f"{standing.partitions - standing.loaded} of {standing.partitions} partitions are not loaded.",
            "Go on with: reseed seed",
        )
    return standing


def _rows_per_tenant(dataset: Dataset, tenants: range) -> int:
    """Rows of the last of the tenants, which is no demo tenant unless there is no other one."""
    sample = range(tenants.stop - 1, tenants.stop)
    return sum(dataset.batch(table, sample).num_rows for table in dataset.definition.rows)
