"""Ranges of tenants that are loaded in one transaction each, by whoever takes one next."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

import pyarrow as pa

from reseed.database import Connection, Target
from reseed.seed import ledger
from reseed.seed.catalog import column_types
from reseed.seed.dataset import Completion, Dataset
from reseed.seed.rows import complete, copy_rows
from reseed.seed.side_by_side import unhurried

ROWS = 60_000
"""About how many rows a partition has, which bounds what is lost when its loader dies, and what waits in the WAL."""

MOST_TENANTS = 256


@dataclass(frozen=True, slots=True)
class Loaded:
    """A partition that is in the database: its tenants, its rows by table, and how long it took."""

    tenants: range
    rows: Mapping[str, int]
    seconds: float


@dataclass(frozen=True)
class Loader:
    """Everything that is needed to load any partition.

    Attributes:
        password: what the users' password hashes are made from. unbound: no foreign key is left on the tables.
    """

    target: Target
    dataset: Dataset
    unbound: bool
    password: str = field(repr=False)
    _making: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def load_all(self, tell: Callable[[Loaded], None]) -> None:
        """Take one partition after the other, until each is loaded or somebody else is loading it; several threads may
        do so."""
        with unhurried(self.target) as connection:
            types = self._types(connection)
            while (loaded := self._load(connection, types)) is not None:
                tell(loaded)

    def load_one(self, first: int) -> Loaded | None:
        """Load the partition that begins with a tenant; None when it is loaded already."""
        with unhurried(self.target) as connection:
            return self._load(connection, self._types(connection), first)

    def _load(
        self, connection: Connection, types: Mapping[str, Mapping[str, str]], first: int | None = None
    ) -> Loaded | None:
        with connection.transaction():
            # The server may lose the newest partitions, each with its note: then they are loaded once more.
            connection.execute("SET LOCAL synchronous_commit = off")
            tenants = ledger.take(connection, first)
            if tenants is None:
                return None
            began = time.monotonic()
            rows = self._copy(connection, types, tenants)
            loaded = Loaded(tenants, rows, time.monotonic() - began)
            ledger.note(connection, tenants, loaded.rows, loaded.seconds)
        return loaded

    def _copy(
        self, connection: Connection, types: Mapping[str, Mapping[str, str]], tenants: range
    ) -> dict[str, int]:
        batches = self._made(tenants)
        rows = {table: batch.num_rows for table, batch in batches.items()}
        for step in [step for part in self.dataset.parts for step in part.steps]:
            if not isinstance(step, Completion):
                # Where no foreign key is in the way, what later parts fill in comes at once.
                batch = batches[step]
                ready = batch if self.unbound else without_completed(self.dataset, step, batch)
                copy_rows(connection, step, ready, types[step])
            elif not self.unbound:
                complete(connection, step, batches[step.table])
        return rows

    def _made(self, tenants: range) -> dict[str, pa.RecordBatch]:
        """Every table's rows. Made by one thread at a time, which takes turns with packing and sending them: Python
        would not let two make rows at once, and what tenants have in common is made once."""
        with self._making:
            return {
                table: with_volatile(self.dataset, table, self.dataset.batch(table, tenants), self.password)
                for table in self.dataset.definition.rows
            }

    def _types(self, connection: Connection) -> dict[str, Mapping[str, str]]:
        return {table: column_types(connection, table) for table in self.dataset.definition.rows}


def with_volatile(dataset: Dataset, table: str, batch: pa.RecordBatch, password: str) -> pa.RecordBatch:
    """A table's rows with its volatile columns."""
    for column in sorted(column for owner, column in dataset.volatile if owner == table):
        batch = batch.append_column(column, dataset.volatile_values(table, column, batch.num_rows, password))
    return batch


def without_completed(dataset: Dataset, table: str, batch: pa.RecordBatch) -> pa.RecordBatch:
    """A table's rows without the columns that are filled in later."""
    later = frozenset[str]().union(*(part.completes(table) for part in dataset.parts))
    return batch.select([name for name in batch.schema.names if name not in later])


def split(tenants: range, rows_per_tenant: int) -> Iterator[range]:
    """The tenants in partitions of about `ROWS` rows, at least one tenant each."""
    at_once = max(1, min(MOST_TENANTS, ROWS // max(rows_per_tenant, 1)))
    for first in range(tenants.start, tenants.stop, at_once):
        yield range(first, min(first + at_once, tenants.stop))
