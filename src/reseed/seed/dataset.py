"""What a dataset must offer to be seeded, measured and proved: the door between the tool and an application's data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, slots=True)
class Completion:
    """Columns of a table loaded earlier that are filled in now, because what they refer to only exists now.

    Attributes:
        table: the table; until now its `columns` hold their default.
        after: the table of the same part that must be loaded before.
    """

    table: str
    columns: tuple[str, ...]
    after: str


@dataclass(frozen=True, slots=True)
class Part:
    """What one seeding task loads.

    Attributes:
        name: short, as tasks name it: `assets`.
        tables: in load order, referenced tables first.
        completions: what is filled in on the way.
    """

    name: str
    tables: tuple[str, ...]
    completions: tuple[Completion, ...] = ()

    @property
    def steps(self) -> tuple[str | Completion, ...]:
        """Tables to load and completions to make, in order."""
        steps: list[str | Completion] = []
        for table in self.tables:
            steps.append(table)
            steps.extend(completion for completion in self.completions if completion.after == table)
        return tuple(steps)

    def completes(self, table: str) -> frozenset[str]:
        """Columns of a table that this part fills in."""
        return frozenset(
            column
            for completion in self.completions
            if completion.table == table
            for column in completion.columns
        )


@dataclass(frozen=True, slots=True)
class Subset:
    """A number that must hold for some rows of a table: "20 assets are Linux servers".

    Attributes:
        name: dotted, from the wide to the narrow: `assets.servers.linux`.
        table: name of the table. where: SQL condition on its columns. rows: how many rows satisfy it, exactly.
    """

    name: str
    table: str
    where: str
    rows: int


@dataclass(frozen=True, slots=True)
class Definition:
    """The expected numbers of tenant 0, declared once and compared with every database.

    Attributes:
        rows: table -> number of rows; its keys are the dataset's tables in load order.
        subsets: numbers about parts of tables.
    """

    rows: Mapping[str, int]
    subsets: tuple[Subset, ...]


TENANTS_AT_ONCE = 32
"""How many tenants are made and loaded together, which bounds the memory of a load of any size."""


def slices(tenants: range) -> Iterator[range]:
    """The tenants in order, some at a time."""
    for first in range(tenants.start, tenants.stop, TENANTS_AT_ONCE):
        yield range(first, min(first + TENANTS_AT_ONCE, tenants.stop))


class Dataset(Protocol):
    """Demo data as a pure function of (seed, as-of time, tenants).

    Attributes:
        seed: of every random stream. as_of: the frozen clock (UTC) that all timestamps are offsets from.
        definition: the expected numbers of tenant 0, the demo tenant.
        parts: in load order; together they name every table once.
        volatile: (table, column) pairs that differ on purpose from load to load, such as salted password hashes; no
            digest covers them.
        identity: constant name -> id, for ids that people and tests know by heart.
    """

    @property
    def seed(self) -> int: ...
    @property
    def as_of(self) -> datetime: ...
    @property
    def definition(self) -> Definition: ...
    @property
    def parts(self) -> tuple[Part, ...]: ...
    @property
    def volatile(self) -> frozenset[tuple[str, str]]: ...
    @property
    def identity(self) -> Mapping[str, UUID]: ...

    def batch(self, table: str, tenants: range) -> pa.RecordBatch:
        """All rows of a table for some tenants, without its volatile columns.

        The rows of a tenant depend on its number alone, never on the other tenants asked for. Column types: `pa.uuid()`
        for ids, `pa.json_()` for json and jsonb, strings for text, enums and inet, `decimal128` for numeric,
        `timestamp("us", tz="UTC")` for timestamptz, otherwise Arrow's type of the same name.
        """
        ...

    def volatile_values(self, table: str, column: str, rows: int, password: str) -> pa.Array:
        """Values for a volatile column of a load of `rows` rows, made from the demo password."""
        ...

    def tenant_id(self, tenant: int) -> UUID:
        """Key of a tenant in the tenant table."""
        ...

    def seeded_ids(self) -> Mapping[str, Mapping[str, UUID]]:
        """Ids that later tasks and people refer to by role: kind -> role -> id."""
        ...

    def files(self) -> Mapping[str, bytes]:
        """The files the demo tenant's rows tell about: file name -> contents."""
        ...

    def file_sizes(self) -> Mapping[str, int]:
        """File name -> size in bytes, as the demo tenant's rows state it."""
        ...
