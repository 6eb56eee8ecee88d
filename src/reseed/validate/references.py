"""What the models say rows refer to, hard (foreign keys) and soft (ids that no constraint holds)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa


@dataclass(frozen=True, slots=True)
class Reference:
    """Columns of a table that name a row of another table.

    Attributes:
        name: the constraint's name, or `table.column` for a soft reference.
        table, pairs: where it stands, and the columns with those they name: (column, parent column).
        parent: the table named. key: primary key of `table`, by which an offending row is shown.
        many: a column that holds an array of ids; empty where every column holds one value.
        hard: held by a foreign key.
    """

    name: str
    table: str
    pairs: tuple[tuple[str, str], ...]
    parent: str
    key: tuple[str, ...]
    many: str = ""
    hard: bool = True

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(column for column, _ in self.pairs)

    @property
    def parent_columns(self) -> tuple[str, ...]:
        return tuple(parent for _, parent in self.pairs)

    @property
    def identifying(self) -> tuple[tuple[str, str], ...]:
        """The pairs that say which row is meant.

        Columns named alike on both sides (tenant, engagement) say where both rows live; they count only when there is
        nothing else.
        """
        return tuple(pair for pair in self.pairs if pair[0] != pair[1]) or self.pairs

    def __str__(self) -> str:
        return f"{self.table}({', '.join(self.columns)}) -> {self.parent}({', '.join(self.parent_columns)})"


def foreign_keys(tables: Sequence[sa.Table]) -> Iterator[Reference]:
    """Every foreign key of some tables, table by table."""
    for table in tables:
        for key in sorted(table.foreign_key_constraints, key=lambda key: str(key.name)):
            yield Reference(
                name=str(key.name),
                table=table.fullname,
                pairs=tuple((element.parent.name, element.column.name) for element in key.elements),
                parent=key.referred_table.fullname,
                key=_key(table),
            )


def soft_references(metadata: sa.MetaData) -> Iterator[Reference]:
    """Every soft reference of the models: `info={"soft_references": {"asset_ids": "assets"}}` on a table.

    The column names the last column of the parent's primary key; its other columns are those of the same name.
    """
    for table in metadata.sorted_tables:
        declared: Mapping[str, str] = table.info.get("soft_references", {})
        for column, parent in declared.items():
            *shared, identity = _key(metadata.tables[parent])
            yield Reference(
                name=f"{table.fullname}.{column}",
                table=table.fullname,
                pairs=(*((name, name) for name in shared), (column, identity)),
                parent=parent,
                key=_key(table),
                many=column if isinstance(table.columns[column].type, sa.ARRAY) else "",
                hard=False,
            )


def references(metadata: sa.MetaData) -> tuple[Reference, ...]:
    """All of them, hard ones first."""
    return (*foreign_keys(metadata.sorted_tables), *soft_references(metadata))


def tenant_tables(metadata: sa.MetaData, tenant_column: str, tenant_table: str) -> dict[str, str]:
    """Tables whose rows belong to a tenant -> the column that says which; the tenant table itself by its key."""
    found: dict[str, str] = {}
    for table in metadata.sorted_tables:
        if table.fullname == tenant_table:
            found[table.fullname] = _key(table)[0]
        elif tenant_column in table.columns:
            found[table.fullname] = tenant_column
    return found


def _key(table: sa.Table) -> tuple[str, ...]:
    return tuple(column.name for column in table.primary_key.columns)
