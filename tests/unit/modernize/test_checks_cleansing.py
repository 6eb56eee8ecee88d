"""What many rows share is worked out once, and is nothing else than what each row by itself gives."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modernize.checks import cleansing
from modernize.checks.cleansing import Cleansing
from modernize.checks.imported import FieldMapping, Import, Record
from modernize.checks.reasons import Surroundings, is_true
from modernize.importing.transformation import transform
from modernize.models.enums import TransformationType

VALUES = st.sampled_from(["", "12", "a b", " Prod ", 12, 1, 1.0, True, False, None, 0, 2.5])
RULES: dict[str, dict[str, Any] | None] = {
    "direct": None,
    "normalization": {"steps": ["strip", "lowercase"]},
    "split": {"pattern": r"^(\S+)", "take": 1},
    "concatenation": {"fields": ["name", "guest.name"], "separator": "/"},
}


def mapping(kind: str, source: str) -> FieldMapping:
    rule = RULES[kind]
    return FieldMapping(source, "target", kind, None if rule is None else json.dumps(rule), True)


@given(
    st.sampled_from(sorted(RULES)),
    st.sampled_from(["name", "guest.name", "dotted.name"]),
    st.lists(st.tuples(VALUES, VALUES, VALUES), min_size=1, max_size=20),
)
def test_remembered_results_are_those_of_the_transformation(
    kind: str, source: str, rows: list[tuple[Any, Any, Any]]
) -> None:
    ((_, step),) = Cleansing().steps([mapping(kind, source)])
    for plain, nested, dotted in rows:
        raw = {"name": plain, "guest": {"name": nested}, "dotted.name": dotted}
        wanted = transform(raw, source, TransformationType(kind), RULES[kind])
        found = step(raw)
        assert (type(found), found) == (type(wanted), wanted)


def test_a_path_through_what_is_no_object_finds_nothing() -> None:
    ((_, step),) = Cleansing().steps([mapping("direct", "guest.name")])
    assert [step({"guest": "none"}), step({})] == [None, None]


def test_mappings_that_are_not_approved_are_not_applied() -> None:
    refused = mapping("direct", "name")._replace(approved=False)
    assert Cleansing().steps([refused]) == []


def test_memory_does_not_grow_with_the_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cleansing, "REMEMBERED", 3)
    ((_, step),) = Cleansing().steps([mapping("split", "name")])
    assert [step({"name": f"{number} x"}) for number in (1, 2, 3, 4, 1)] == ["1", "2", "3", "4", "1"]


def read(*raws: dict[str, Any]) -> Import:
    records = [Record(number, False, raw, None, []) for number, raw in enumerate(raws, 1)]
    return Import("CMDB", "cmdb", [], records)


def test_a_serial_number_is_repeated_only_within_its_import() -> None:
    reason = {"code": "duplicate_serial", "field": "serial", "value": "S1"}
    twice, once = read({"serial": "S1"}, {"serial": "S1"}), read({"serial": "S1"}, {"serial": "S2"})
    assert is_true(twice.records[0], reason, Surroundings(twice, ()))
    assert not is_true(once.records[0], reason, Surroundings(once, ()))


def test_a_missing_value_repeats_nothing() -> None:
    reason = {"code": "duplicate_serial", "field": "serial", "value": None}
    empty = read({}, {})
    assert not is_true(empty.records[0], reason, Surroundings(empty, ()))


def test_a_reason_that_nobody_knows_is_not_true() -> None:
    known = read({"name": "x"})
    assert not is_true(
        known.records[0], {"code": "bad mood", "field": "name", "value": "x"}, Surroundings(known, ())
    )
