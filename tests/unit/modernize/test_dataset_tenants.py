"""Every tenant is a pure function of seed, clock and its number: its own names and sizes, the same rules."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.modernize.demo_rows import AS_OF, DATASET, Row, rows

from modernize.dataset import demo_dataset
from modernize.dataset.columns import record_batch
from modernize.dataset.tenant import ROWS_PER_VARIANT, Tenant

TABLES = list(DATASET.definition.rows)
GLOBALLY_UNIQUE = {"client_accounts": ("id", "slug"), "users": ("id", "email")}


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(TABLES), st.integers(0, 5), st.integers(0, 5))
def test_a_tenants_rows_are_the_same_in_any_slice(table: str, first: int, count: int) -> None:
    whole = DATASET.batch(table, range(first, first + count))
    pieces = [
        row
        for number in range(first, first + count)
        for row in DATASET.batch(table, range(number, number + 1)).to_pylist()
    ]
    assert whole.to_pylist() == pieces


@pytest.mark.parametrize("table", TABLES)
def test_no_row_of_two_tenants_has_the_same_id(table: str) -> None:
    found = DATASET.batch(table, range(12)).column("id").to_pylist()
    assert len(set(found)) == len(found)


def test_tenants_differ_in_names_sizes_and_people() -> None:
    for table, columns in GLOBALLY_UNIQUE.items():
        batch = DATASET.batch(table, range(12))
        for column in columns:
            assert len(set(batch.column(column).to_pylist())) == batch.num_rows
    sizes = {sum(int(row["cpu_cores"] or 0) for row in rows("assets", number)) for number in range(12)}
    assert len(sizes) > 4
    names = {tuple(sorted(row["name"] for row in rows("assets", number))) for number in range(12)}
    assert len(names) == 12
    people = {rows("users", number)[0]["full_name"] for number in range(12)}
    assert len(people) > 6


def test_company_names_stay_unique_beyond_the_words_there_are() -> None:
    companies = [Tenant(1, AS_OF, number).company for number in range(1, 12_001)]
    assert len({company.slug for company in companies}) == 12_000
    assert len({company.name for company in companies}) == 12_000


def test_another_seed_changes_what_is_drawn_and_not_what_is_written() -> None:
    other = demo_dataset(1, AS_OF)
    ours, theirs = rows("assets", 0), other.batch("assets", range(1)).to_pylist()
    assert [row["name"] for row in ours] == [row["name"] for row in theirs]
    assert [row["monthly_cost"] for row in ours] != [row["monthly_cost"] for row in theirs]


def test_another_clock_moves_every_instant_by_as_much() -> None:
    """A demo given three weeks later looks as fresh as today's."""
    later = demo_dataset(DATASET.seed, AS_OF + timedelta(weeks=3))
    for table in TABLES:
        moved = later.batch(table, range(1)).to_pylist()
        for before, after in zip(rows(table, 0), moved, strict=True):
            for name, value in before.items():
                if isinstance(value, datetime):
                    assert after[name] - value == timedelta(weeks=3), (table, name)


def test_a_clock_in_another_zone_is_the_same_clock() -> None:
    zoned = demo_dataset(DATASET.seed, datetime.fromisoformat("2026-01-15T04:00:00-05:00"))
    assert zoned == DATASET


def test_readiness_follows_the_clock() -> None:
    """Five years on, support has ended for nearly everything."""
    blocked = {
        years: sum(
            row["readiness_status"] == "blocked" for row in dataset_rows(AS_OF.replace(year=2026 + years))
        )
        for years in (0, 2, 5)
    }
    assert blocked[0] < blocked[2] < blocked[5]


def dataset_rows(as_of: datetime) -> list[Row]:
    found: list[Row] = demo_dataset(DATASET.seed, as_of).batch("assets", range(1)).to_pylist()
    return found


def test_instants_lie_before_the_clock_and_rows_change_after_they_are_made(tenant: int) -> None:
    ahead = {"cutover_starts_at", "cutover_ends_at"}
    for table in TABLES:
        for row in rows(table, tenant):
            instants = {name: value for name, value in row.items() if isinstance(value, datetime)}
            assert all(value <= AS_OF for name, value in instants.items() if name not in ahead), table
            assert row["created_at"] <= row["updated_at"], table


def test_a_row_that_does_not_fit_its_table_is_refused_by_column() -> None:
    row = dict(rows("client_accounts", 0)[0])
    row["is_mock"] = row.pop("slug")
    with pytest.raises(
        ValueError, match=r"client_accounts differs from its columns in \['is_mock', 'slug'\]"
    ):
        record_batch("client_accounts", [row], frozenset())


def test_a_variant_has_row_numbers_of_its_own_and_no_more() -> None:
    demo, other = Tenant(1, AS_OF, 0), Tenant(1, AS_OF, 1)
    assert demo.rows(ROWS_PER_VARIANT).stop <= other.rows(1).start
    assert other.rows(1).start == other.variant * ROWS_PER_VARIANT
    with pytest.raises(ValueError, match="row numbers"):
        demo.rows(ROWS_PER_VARIANT + 1)


def test_only_password_hashes_are_volatile() -> None:
    assert DATASET.volatile == {("users", "password_hash")}
    assert "password_hash" not in DATASET.batch("users", range(1)).schema.names
    with pytest.raises(ValueError, match=r"users\.email is not volatile"):
        DATASET.volatile_values("users", "email", 4, "x")
