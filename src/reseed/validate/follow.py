"""The statements that follow a reference: rows that name nothing, rows that name another tenant's row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import LiteralString, TypeAlias

from reseed.database import sql
from reseed.validate.references import Reference

Pairs = tuple[tuple[str, str], ...]

ColumnTypes: TypeAlias = Mapping[tuple[str, str], str]
"""(table, column) -> its type as the database calls it."""

NO_TYPES: ColumnTypes = MappingProxyType({})


def identifier(table: str) -> sql.Identifier:
    """A quoted table name from `table` or `schema.table`."""
    return sql.Identifier(*table.split("."))


def naming(reference: Reference, pairs: Pairs = ()) -> sql.Composed:
    """Rows that name another row. A reference with a null column names nothing, as in MATCH SIMPLE.

    Args:
        pairs: the pairs that must be present; all of them when not given.
    """
    present = _all("child.{} IS NOT NULL", ((column,) for column, _ in pairs or reference.pairs))
    return sql.SQL("SELECT * FROM {} AS child WHERE {}").format(_children(reference), present)


def orphans(reference: Reference, pairs: Pairs = (), types: ColumnTypes = NO_TYPES) -> sql.Composed:
    """Rows that name a row which does not exist, following all pairs or those given.

    Args:
        types: of the database's columns; what is known to be of one type on both sides is compared as it is.
    """
    followed = pairs or reference.pairs
    return sql.SQL("{} AND NOT EXISTS (SELECT 1 FROM {} AS parent WHERE {})").format(
        naming(reference, followed), identifier(reference.parent), _same(reference, followed, types)
    )


def leaks(
    reference: Reference, tenant: str, parent_tenant: str, types: ColumnTypes = NO_TYPES
) -> sql.Composed:
    """Rows that name a row of another tenant and none of their own, found by what identifies the row.

    Where keys are counted anew in every tenant, two may have a row of the same key; then the own one is meant.

    Args:
        tenant, parent_tenant: the columns that say whose row it is, in the table and in its parent.
        types: as for `orphans`.
    """
    return sql.SQL(
        "SELECT child.*, parent.{theirs} AS named_tenant FROM {children} AS child JOIN {parent} AS parent ON {same} "
        "WHERE {their_tenant} IS DISTINCT FROM {our_tenant} AND NOT EXISTS "
        "(SELECT 1 FROM {parent} AS own WHERE {same_own} AND {own_tenant} = {our_tenant})"
    ).format(
        children=_children(reference, tenant),
        parent=identifier(reference.parent),
        theirs=sql.Identifier(parent_tenant),
        same=_same(reference, reference.identifying, types),
        same_own=_same(reference, reference.identifying, types, "own"),
        own_tenant=_sides(reference, tenant, parent_tenant, types, "own")[1],
        **dict(
            zip(("our_tenant", "their_tenant"), _sides(reference, tenant, parent_tenant, types), strict=True)
        ),
    )


def namings(table: str, followed: Sequence[tuple[Reference, Pairs]]) -> sql.Composed:
    """How many rows each reference of a table names, as one row of as many numbers, in one pass over the table."""
    return sql.SQL("SELECT {} FROM {}").format(
        sql.SQL(", ").join(_named(reference, pairs or reference.pairs) for reference, pairs in followed),
        identifier(table),
    )


def _named(reference: Reference, pairs: Pairs) -> sql.Composed:
    single = [column for column, _ in pairs if column != reference.many]
    present = _all("{} IS NOT NULL", ((column,) for column in single)) if single else sql.SQL("true")
    if not reference.many:
        return sql.SQL("count(*) FILTER (WHERE {})").format(present)
    elements = sql.SQL("coalesce(sum(cardinality(array_remove({}, NULL))) FILTER (WHERE {}), 0)")
    return elements.format(sql.Identifier(reference.many), present)


def _children(reference: Reference, *more: str) -> sql.Composed:
    """The referring rows by key and reference only (whole rows may hold secrets), arrays of ids one by one."""
    columns = dict.fromkeys((*reference.key, *more, *reference.columns))
    shown = sql.SQL(", ").join(
        sql.SQL("unnest({0}) AS {0}").format(sql.Identifier(column))
        if column == reference.many
        else sql.Identifier(column)
        for column in columns
    )
    return sql.SQL("(SELECT {} FROM {})").format(shown, identifier(reference.table))


def _same(reference: Reference, pairs: Pairs, types: ColumnTypes, alias: str = "parent") -> sql.Composed:
    return sql.SQL(" AND ").join(
        sql.SQL("{1} = {0}").format(*_sides(reference, column, parent, types, alias))
        for column, parent in pairs
    )


def _sides(
    reference: Reference, column: str, parent: str, types: ColumnTypes, alias: str = "parent"
) -> tuple[sql.Composed, ...]:
    """A column of the child and one of the parent, which goes by an alias, as they can be compared."""
    ours = types.get((reference.table, column), "")
    if column == reference.many:
        ours = ours.removesuffix("[]")
    # Otherwise as text, because an old database may keep as text what the models call a uuid.
    template = "{}.{}" if ours and ours == types.get((reference.parent, parent)) else "{}.{}::text"
    return tuple(
        sql.SQL(template).format(sql.Identifier(side), sql.Identifier(name))
        for side, name in (("child", column), (alias, parent))
    )


def _all(condition: LiteralString, names: Iterable[tuple[str, ...]]) -> sql.Composed:
    template = sql.SQL(condition)
    return sql.SQL(" AND ").join(template.format(*map(sql.Identifier, group)) for group in names)
