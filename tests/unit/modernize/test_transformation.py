"""Transformation rules, one by one: what cleansing does to a value."""

from __future__ import annotations

from typing import Any

import pytest
from tests.unit.modernize.demo_rows import rows

from modernize.importing.transformation import field, transform
from modernize.models.enums import TransformationType

SPLIT, UNITS, DATES = (
    TransformationType.SPLIT,
    TransformationType.UNIT_CONVERSION,
    TransformationType.DATE_FORMAT,
)
NAME, VERSION = r"^(.+?) \d", r"^.+? (\d.*)$"


@pytest.mark.parametrize(
    ("kind", "rule", "value", "expected"),
    [
        (TransformationType.DIRECT, None, 8, 8),
        (TransformationType.NORMALIZATION, {"to": "integer"}, "16", 16),
        (
            TransformationType.NORMALIZATION,
            {"steps": ["strip", "lowercase"]},
            " RENO-PRINT-01 ",
            "reno-print-01",
        ),
        (TransformationType.ENUM_MAPPING, {"values": {"PRD": "production"}}, "PRD", "production"),
        (SPLIT, {"pattern": NAME, "take": 1}, "Windows Server 2012 R2", "Windows Server"),
        (SPLIT, {"pattern": VERSION, "take": 1}, "Windows Server 2012 R2", "2012 R2"),
        (SPLIT, {"pattern": NAME, "take": 1}, "no version", None),
        (UNITS, {"divide_by": 1024}, "32768", 32),
        (UNITS, {"divide_by": 1024}, "1536", 1.5),
        (UNITS, {"multiply_by": 1024}, 0.25, 256),
        (DATES, {"from": "%d.%m.%Y", "to": "%Y-%m-%d"}, "03.02.2014", "2014-02-03"),
    ],
)
def test_a_rule_turns_a_value_into_the_target_value(
    kind: TransformationType, rule: dict[str, Any] | None, value: Any, expected: Any
) -> None:
    assert transform({"source": value}, "source", kind, rule) == expected


@pytest.mark.parametrize("kind", TransformationType)
@pytest.mark.parametrize("raw", [{"source": ""}, {"source": None}, {}])
def test_what_is_empty_stays_empty_under_every_rule(kind: TransformationType, raw: dict[str, Any]) -> None:
    assert transform(raw, "source", kind, {}) is None


def test_a_concatenation_joins_several_fields() -> None:
    rule = {"fields": ["Site", "Room"], "separator": ", "}
    raw = {"Site": "Reno", "Room": "Rack 1"}
    assert transform(raw, "Site", TransformationType.CONCATENATION, rule) == "Reno, Rack 1"


def test_a_dot_leads_into_an_object_unless_a_column_is_called_so() -> None:
    raw = {"guest": {"ip": {"v4": "10.0.0.1"}}, "a.b": 1, "plain": "x"}
    assert field(raw, "guest.ip.v4") == "10.0.0.1"
    assert field(raw, "a.b") == 1
    assert field(raw, "plain.deeper") is None
    assert field(raw, "guest.name") is None


def test_pending_rules_would_work_too() -> None:
    """What waits for approval can be applied to every valid row of its file."""
    pending = [row for row in rows("import_field_mappings", 0) if row["status"] == "pending"]
    valid = [
        row["raw_data"]
        for row in rows("raw_import_records", 0)
        if row["is_valid"] and "Site" in row["raw_data"]
    ]
    assert {row["transformation_type"] for row in pending} == {
        "direct",
        "unit_conversion",
        "date_format",
        "concatenation",
    }
    for row in pending:
        kind = TransformationType(row["transformation_type"])
        values = [transform(raw, row["source_field"], kind, row["transformation_rule"]) for raw in valid]
        assert None not in values
