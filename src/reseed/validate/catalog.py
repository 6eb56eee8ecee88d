"""What the database says holds its rows together."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from reseed.database import Connection, dict_rows
from reseed.validate.follow import ColumnTypes
from reseed.validate.named import read_queries
from reseed.validate.references import Reference
from reseed.validate.rows import Row, plain_row, statement

QUERIES = read_queries(Path(__file__).with_name("constraints.sql"))


@dataclass(frozen=True, slots=True)
class HeldKey:
    """A foreign key of the database. `validated`: it holds for the rows that were there before it, too."""

    name: str
    table: str
    parent: str
    pairs: frozenset[tuple[str, str]]
    validated: bool

    def holds(self, reference: Reference) -> bool:
        """Whether it is the reference that the models declare, whatever either is called."""
        said = (reference.table, reference.parent, frozenset(reference.pairs))
        return (self.table, self.parent, self.pairs) == said


def held_keys(connection: Connection) -> tuple[HeldKey, ...]:
    """Every foreign key."""
    return tuple(
        HeldKey(
            row["name"],
            row["table"],
            row["parent"],
            frozenset(zip(row["columns"], row["parent_columns"], strict=True)),
            row["validated"],
        )
        for row in dict_rows(connection, statement(QUERIES["foreign_keys"].sql))
    )


def unproven(connection: Connection) -> tuple[Row, ...]:
    """Constraints that are NOT VALID and indexes that are INVALID."""
    return tuple(map(plain_row, dict_rows(connection, statement(QUERIES["unproven"].sql))))


def required_columns(connection: Connection) -> frozenset[tuple[str, str]]:
    """(table, column) of every column that refuses NULL."""
    found = dict_rows(connection, statement(QUERIES["required_columns"].sql))
    return frozenset((row["table"], row["column"]) for row in found)


def column_types(connection: Connection) -> ColumnTypes:
    """(table, column) -> the type of every column."""
    found = dict_rows(connection, statement(QUERIES["column_types"].sql))
    return {(row["table"], row["column"]): str(row["type"]) for row in found}
