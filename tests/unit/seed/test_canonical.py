"""One spelling for every value, and digests that see what changes and nothing else."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from ipaddress import IPv4Address
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reseed.seed.canonical import combined, joined, row_hash, spelled, table_digest

NOON = datetime(2026, 1, 15, 12, tzinfo=UTC)
COLUMNS = ("id", "name", "size")
values = st.one_of(st.none(), st.integers(), st.text(max_size=5), st.booleans())
tables = st.lists(st.tuples(values, values, values), max_size=12)


@pytest.mark.parametrize(
    ("one", "same"),
    [
        (Decimal("12.50"), Decimal("12.5")),
        (Decimal("-0.00"), Decimal("0")),
        (Decimal("100"), Decimal("1E+2")),
        (NOON, NOON.astimezone(timezone(timedelta(hours=-5)))),
        (UUID(int=7), str(UUID(int=7))),
        (IPv4Address("10.20.1.1"), "10.20.1.1"),
        ({"b": 1, "a": [1, 2]}, {"a": [1, 2], "b": 1}),
        ((1, 2), [1, 2]),
    ],
)
def test_two_forms_of_a_value_are_spelled_alike(one: Any, same: Any) -> None:
    assert row_hash([one]) == row_hash([same])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (None, ""),
        (0, False),
        (1, True),
        ("1", 1),
        (NOON, NOON + timedelta(microseconds=1)),
        (Decimal("1000"), Decimal("100")),
        ([1, 2], [2, 1]),
        ({"a": None}, {}),
        (Decimal("0." + "1" * 35), Decimal("0." + "1" * 34)),
    ],
)
def test_two_values_are_spelled_differently(one: Any, other: Any) -> None:
    assert row_hash([one]) != row_hash([other])


def test_instants_are_utc_with_microseconds_and_dates_are_dates() -> None:
    assert spelled(NOON) == "2026-01-15T12:00:00.000000+00:00"
    assert spelled(date(2026, 1, 15)) == "2026-01-15"


@given(tables, st.randoms(use_true_random=False))
def test_neither_the_order_of_rows_nor_that_of_columns_counts(
    rows: list[tuple[Any, ...]], random: Any
) -> None:
    shuffled = list(rows)
    random.shuffle(shuffled)
    turned = [tuple(reversed(row)) for row in shuffled]
    assert table_digest("t", COLUMNS, rows) == table_digest("t", tuple(reversed(COLUMNS)), turned)


@given(tables, st.integers(0, 12))
def test_slices_joined_are_the_whole(rows: list[tuple[Any, ...]], cut: int) -> None:
    pieces = [table_digest("t", COLUMNS, rows[cut:]), table_digest("t", COLUMNS, rows[:cut])]
    assert joined(pieces) == table_digest("t", COLUMNS, rows)


@given(tables.filter(len))
def test_a_doubled_row_does_not_cancel_out(rows: list[tuple[Any, ...]]) -> None:
    plain = table_digest("t", COLUMNS, rows)
    assert table_digest("t", COLUMNS, [*rows, rows[0], rows[0]]).hexdigest != plain.hexdigest


def test_a_value_in_another_column_is_another_table() -> None:
    assert table_digest("t", COLUMNS, [(1, 2, None)]) != table_digest("t", COLUMNS, [(1, None, 2)])


def test_slices_of_two_tables_are_not_joined() -> None:
    with pytest.raises(ValueError, match="two different tables"):
        joined([table_digest("t", COLUMNS, []), table_digest("u", COLUMNS, [])])


def test_an_empty_table_counts_and_so_does_its_name() -> None:
    empty = table_digest("t", COLUMNS, [])
    assert combined({"t": empty}) != combined({})
    assert combined({"t": empty}) != combined({"u": table_digest("u", COLUMNS, [])})
