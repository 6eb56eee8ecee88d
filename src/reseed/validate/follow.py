"""The statements that follow a reference: rows that name nothing, rows that name another tenant's row."""

from __future__ import annotations

from collections.abc import Iterable
from typing import LiteralString

from reseed.database import sql
from reseed.validate.references import Reference

Pairs = tuple[tuple[str, str], ...]


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


def orphans(reference: Reference, pairs: Pairs = ()) -> sql.Composed:
    """Rows that name a row which does not exist, following all pairs or those given."""
    followed = pairs or reference.pairs
    return sql.SQL("{} AND NOT EXISTS (SELECT 1 FROM {} AS parent WHERE {})").format(
        naming(reference, followed), identifier(reference.parent), _same(followed)
    )


def leaks(reference: Reference, tenant: str, parent_tenant: str) -> sql.Composed:
    """Rows that name a row of another tenant, found by what identifies the row.

    Args:
        tenant, parent_tenant: the columns that say whose row it is, in the table and in its parent.
    """
    return sql.SQL(
        "SELECT child.*, parent.{theirs} AS named_tenant FROM {children} AS child JOIN {parent} AS parent ON {same} "
        "WHERE parent.{theirs}::text IS DISTINCT FROM child.{ours}::text"
    ).format(
        children=_children(reference, tenant),
        parent=identifier(reference.parent),
        theirs=sql.Identifier(parent_tenant),
        ours=sql.Identifier(tenant),
        same=_same(reference.identifying),
    )


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


def _same(pairs: Pairs) -> sql.Composed:
    # As text, because an old database may keep as text what the models call a uuid.
    return _all("parent.{}::text = child.{}::text", ((parent, column) for column, parent in pairs))


def _all(condition: LiteralString, names: Iterable[tuple[str, ...]]) -> sql.Composed:
    template = sql.SQL(condition)
    return sql.SQL(" AND ").join(template.format(*map(sql.Identifier, group)) for group in names)
