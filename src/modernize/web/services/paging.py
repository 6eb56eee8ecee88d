"""One page of a list: counted, ordered and cut by the database, so that a list's length does not matter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import sqlalchemy as sa

from modernize.web.errors import Invalid

LARGEST = 500

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Paging:
    """Which rows of a list. `sort`: a field's name, with a minus in front for descending order."""

    sort: str = ""
    offset: int = 0
    limit: int = 50


@dataclass(frozen=True)
class Page(Generic[T]):
    """One page of rows, and how many there are in all."""

    rows: list[T]
    total: int


Listed = Page[dict[str, Any]]


def listed(
    connection: sa.Connection,
    query: sa.Select[Any],
    paging: Paging,
    sortable: Mapping[str, sa.ColumnElement[Any]],
    *,
    usual: str,
    last: sa.ColumnElement[Any],
) -> Listed:
    """Carry out one page of a query.

    Args:
        sortable: name of a sort field -> what to order by.
        usual: how it is ordered when nobody says.
        last: a unique column that decides between equals, so that no row is on two pages.

    Raises:
        Invalid: the list cannot be sorted by that field.
    """
    total = connection.scalar(sa.select(sa.func.count()).select_from(query.order_by(None).subquery())) or 0
    descending, column = _order(paging.sort or usual, sortable)
    offset, limit = max(paging.offset, 0), min(max(paging.limit, 1), LARGEST)
    if offset >= total:
        return Listed([], total)
    # The second half is read from the end: the last page then costs no more than the first.
    from_end = offset > total - offset - limit
    if from_end:
        offset, limit = max(total - offset - limit, 0), min(limit, total - offset)
        descending = not descending
    ordered = column.desc() if descending else column.asc()
    found = connection.execute(
        query.order_by(
            ordered.nulls_first() if from_end else ordered.nulls_last(), last.desc() if from_end else last
        )
        .offset(offset)
        .limit(limit)
    )
    rows = [dict(row) for row in found.mappings()]
    return Listed(rows[::-1] if from_end else rows, total)


def _order(sort: str, sortable: Mapping[str, sa.ColumnElement[Any]]) -> tuple[bool, sa.ColumnElement[Any]]:
    """Whether the order descends, and by what."""
    column = sortable.get(sort.removeprefix("-"))
    if column is None:
        raise Invalid(
            f'The list cannot be sorted by "{sort}", expected one of {", ".join(sorted(sortable))}.'
        )
    return sort.startswith("-"), column
