"""What `metadata.create_all` and `drop_all` would run, statement by statement, without a database.

Autogenerate sees tables, columns, constraints and indexes. What models attach to DDL events (functions, triggers,
policies, grants, views, extensions) it does not see, but `create_all` runs it, so that is where it is read:
SQLAlchemy's mock engine takes every statement down, in the order that is known to work.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import (
    AddConstraint,
    CreateIndex,
    CreateTable,
    DropConstraint,
    SetColumnComment,
    SetTableComment,
)

from reseed.errors import SchemaError

# Named parameters leave a percent sign alone; the driver's own style would double it.
DIALECT = postgresql.dialect(paramstyle="named")  # type: ignore[no-untyped-call]

# `CREATE TABLE` of a revision carries these itself.
_TOLD_BY_THE_TABLE = (SetTableComment, SetColumnComment)

_FROM_A_SET = (CreateIndex, AddConstraint, DropConstraint)


@dataclass(frozen=True)
class Block:
    """Consecutive statements about one table, or about no table in particular.

    Attributes:
        table: the one that is made here, with everything attached to it; None for types, functions, late foreign keys.
        statements: as SQLAlchemy elements, in the order they run.
    """

    table: sa.Table | None
    statements: tuple[sa.ClauseElement, ...]


@dataclass(frozen=True)
class Recording:
    """A whole schema as the statements that make it and the statements that take it away."""

    create: tuple[Block, ...]
    drop: tuple[sa.ClauseElement, ...]

    def statements(self) -> Iterator[sa.ClauseElement]:
        """Every statement of `create`, in order."""
        for block in self.create:
            yield from block.statements


def record(metadata: sa.MetaData) -> Recording:
    """Take down what the models would run.

    Raises:
        SchemaError: a listener of the models asks the database something while making it, so that what it does
            cannot be written down.
    """
    return Recording(
        create=tuple(_blocks(_taken_down(metadata.create_all))), drop=tuple(_taken_down(metadata.drop_all))
    )


def models_digest(metadata: sa.MetaData) -> str:
    """sha256 over all that `create_all` would run, comments included: equal where models make the same schema.

    Raises:
        SchemaError: as `record`.
    """
    statements = _taken_down(metadata.create_all, left_out=())
    return hashlib.sha256("\0".join(map(sql_of, statements)).encode()).hexdigest()


def sql_of(statement: sa.ClauseElement) -> str:
    """The statement's text as PostgreSQL gets it, without surrounding white space."""
    return str(statement.compile(dialect=DIALECT)).strip()


def _taken_down(
    run: Callable[..., None], left_out: tuple[type[sa.ClauseElement], ...] = _TOLD_BY_THE_TABLE
) -> list[sa.ClauseElement]:
    statements: list[sa.ClauseElement] = []

    def take(statement: sa.ClauseElement, *_: Any) -> None:
        if not isinstance(statement, left_out):
            statements.append(statement)

    try:
        run(sa.create_mock_engine("postgresql+psycopg://", take), checkfirst=False)
    except (AttributeError, TypeError) as error:
        raise SchemaError(
            f"A listener of the models asks the database something ({error}), expected only statements.",
            "Attach sqlalchemy.DDL objects, or a listener that does nothing but execute statements.",
        ) from error
    return [statement for group in _runs(statements) for statement in group]


def _runs(statements: Iterable[sa.ClauseElement]) -> Iterator[list[sa.ClauseElement]]:
    """Statements that SQLAlchemy draws from a set come by their text: a set has no order that lasts."""
    for kind, group in groupby(statements, type):
        run = list(group)
        yield sorted(run, key=sql_of) if kind in _FROM_A_SET else run


def _blocks(statements: Iterable[sa.ClauseElement]) -> Iterator[Block]:
    made: set[sa.Table] = set()
    table: sa.Table | None = None
    gathered: list[sa.ClauseElement] = []
    for statement in statements:
        owner = _owner(statement, table, made)
        if owner is not table and gathered:
            yield Block(table, tuple(gathered))
            gathered = []
        table = owner
        gathered.append(statement)
        if isinstance(statement, CreateTable):
            made.add(statement.element)
    if gathered:
        yield Block(table, tuple(gathered))


def _owner(statement: sa.ClauseElement, current: sa.Table | None, made: set[sa.Table]) -> sa.Table | None:
    """The table whose making a statement belongs to: its own, or else the one that was made last."""
    match statement:
        case CreateTable(element=sa.Table() as table):
            return table
        case AddConstraint() | sa.DDL(target=sa.MetaData()):
            return None
        case sa.DDL(target=sa.Table() as table) if table not in made:
            return table
        case _:
            return current
