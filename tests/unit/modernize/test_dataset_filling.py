"""Filled in for many tenants at once, the rows are those that each tenant's own story tells."""

from __future__ import annotations

from uuid import UUID, uuid5

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.modernize.demo_rows import AS_OF, DATASET

from modernize.dataset import demo_dataset, story
from modernize.dataset.columns import record_batch
from modernize.dataset.demo import VOLATILE
from modernize.dataset.identity import companies
from modernize.dataset.marks import FORMS, marks
from modernize.dataset.pattern import pattern
from modernize.dataset.story_rows import tell
from modernize.dataset.tenant import Tenant, variant_count
from reseed.seed import stable_id, stable_ids

TABLES = list(DATASET.definition.rows)
LEFT_OUT = {table: frozenset({column}) for table, column in VOLATILE}


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 20_000), st.integers(1, 4))
def test_many_at_once_are_what_each_tells_alone(first: int, count: int) -> None:
    tenants = range(first, first + count)
    told = [tell(Tenant(DATASET.seed, AS_OF, number))[0] for number in tenants]
    for table in TABLES:
        rows = [row for tables in told for row in tables[table]]
        assert DATASET.batch(table, tenants).equals(
            record_batch(table, rows, LEFT_OUT.get(table, frozenset()))
        ), table


def test_a_long_range_is_its_tenants_one_by_one() -> None:
    """With more tenants than variants, all variants are put together; alone, only its own is."""
    tenants = range(3, 43)
    assert len(tenants) > variant_count(None)
    for table in TABLES:
        whole, start = DATASET.batch(table, tenants), 0
        for number in tenants:
            alone = DATASET.batch(table, range(number, number + 1))
            assert whole.slice(start, alone.num_rows).equals(alone)
            start += alone.num_rows
        assert start == whole.num_rows


def test_no_tenant_has_no_rows() -> None:
    for table in TABLES:
        assert DATASET.batch(table, range(5, 5)).num_rows == 0


def test_no_blank_is_left_open() -> None:
    for table in TABLES:
        for column in DATASET.batch(table, range(200)).columns:
            assert not any("qx" in str(value).lower() for value in column.to_pylist()), table


def test_every_variant_is_lived_by_somebody() -> None:
    lived = {Tenant(DATASET.seed, AS_OF, number).variant for number in range(400)}
    assert lived == set(range(variant_count(None) + 1))


def test_words_need_no_escaping_in_documents_sheets_and_files() -> None:
    others = story.people().others
    for company in companies(1, range(3000)):
        for word in (company.slug, company.code, company.domain, company.network):
            assert set(word) <= set("abcdefghijklmnopqrstuvwxyz0123456789.-"), word
    for name in (*others.given, *others.family, *others.industries, *others.cities):
        assert not set(name) & set('"\\<>&\n'), name


def test_codes_and_networks_have_one_length() -> None:
    found = companies(DATASET.seed, range(3000))
    assert {(len(company.code), len(company.network)) for company in found} == {(3, 5)}


def test_a_blank_that_a_text_changes_is_not_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    def shouted(tenant: Tenant) -> object:
        tables, imports = tell(tenant)
        tables["client_accounts"][0]["slug"] = tables["client_accounts"][0]["slug"].upper()
        return tables, imports

    monkeypatch.setattr("modernize.dataset.story_rows.tell", shouted)
    with pytest.raises(ValueError, match="a blank that was changed"):
        pattern(1, AS_OF, 1, None, LEFT_OUT)


@given(st.lists(st.binary(min_size=16, max_size=16), min_size=1, max_size=5))
def test_marks_are_cut_from_ids(keys: list[bytes]) -> None:
    ids = np.frombuffer(b"".join(keys), np.uint8).reshape(-1, 16)
    for key, *found in zip(keys, *(marks(form, ids).to_pylist() for form in FORMS), strict=True):
        text, number = key.hex(), UUID(bytes=key).int
        pairs = [text[place : place + 2] for place in range(0, 14, 2)]
        assert dict(zip(FORMS, found, strict=True)) == {
            "hex": text,
            "serial": text[:10].upper(),
            "virtual_serial": f"VMware-42 {' '.join(pairs)}",
            "mac": ":".join(pairs[:3]),
            "managed_object": f"res-{number % 10**8:08d}",
            "account": str(100 + number % 80 * 10),
        }


@given(
    st.text(),
    st.lists(st.text(), max_size=3),
    st.lists(st.lists(st.text(), min_size=1, max_size=2), max_size=3),
)
def test_many_ids_at_once_are_those_made_one_by_one(
    namespace: str, first: list[str], rest: list[list[str]]
) -> None:
    made = stable_ids(namespace, first, rest)
    assert made.shape == (len(first), len(rest), 16)
    for row, part in zip(made, first, strict=True):
        for key, parts in zip(row, rest, strict=True):
            assert UUID(bytes=key.tobytes()) == stable_id(namespace, part, *parts)
            assert UUID(bytes=key.tobytes()).version == uuid5(UUID(int=0), "").version == 5


def test_another_clock_and_seed_have_patterns_of_their_own() -> None:
    """What is remembered for one dataset is not taken for another."""
    later = demo_dataset(DATASET.seed, AS_OF.replace(year=2027))
    other = demo_dataset(DATASET.seed + 1, AS_OF)
    ours = DATASET.batch("assets", range(1, 3))
    assert not ours.equals(later.batch("assets", range(1, 3)))
    assert not ours.equals(other.batch("assets", range(1, 3)))
    assert ours.equals(DATASET.batch("assets", range(1, 3)))
