"""`report.json` is the whole report: it reads back as what was written."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reseed.errors import ReseedError
from reseed.records import Finding, Report
from reseed.report import from_json, report_json

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
ROWS = st.lists(st.dictionaries(st.text(), VALUES, max_size=3), max_size=3).map(tuple)
FINDINGS = st.builds(
    Finding,
    check=st.text(),
    question=st.text(),
    passed=st.booleans(),
    expected=VALUES,
    actual=VALUES,
    measured=st.integers(0),
    rows=ROWS,
    sql=st.text(),
)
REPORTS = st.builds(
    Report,
    title=st.text(),
    database=st.text(),
    measured=st.text(),
    findings=st.lists(FINDINGS, max_size=3).map(tuple),
    facts=st.dictionaries(st.text(), VALUES, max_size=3),
    sections=st.lists(
        st.tuples(
            st.text(),
            st.lists(st.text(), max_size=2).map(tuple),
            st.lists(st.lists(VALUES, max_size=2).map(tuple), max_size=2).map(tuple),
        ),
        max_size=2,
    ).map(tuple),
)


@given(REPORTS)
def test_the_way_there_and_back(report: Report) -> None:
    assert from_json(report_json(report)) == report


def test_what_a_database_returns_becomes_text(failed: Report) -> None:
    row: Any = {
        "id": UUID(int=1),
        "at": datetime(2026, 1, 15, tzinfo=UTC),
        "cost": Decimal("1.10"),
        "x": float("nan"),
    }
    finding = Finding("a.b", "?", False, 0, 1, 1, rows=(row,))
    text = report_json(Report("t", "d", "m", (finding,)))
    assert from_json(text).findings[0].rows == (
        {"id": str(UUID(int=1)), "at": "2026-01-15 00:00:00+00:00", "cost": "1.10", "x": "nan"},
    )


def test_a_claimed_verdict_is_not_believed(failed: Report) -> None:
    document = json.loads(report_json(failed))
    document["passed"] = True
    assert not from_json(json.dumps(document)).passed


def test_an_empty_report_has_failed(empty: Report) -> None:
    document = json.loads(report_json(empty))
    assert document["passed"] is False
    assert document["verdict"].startswith("No check was executed.")


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", "null", '{"format": 2}', '{"format": 1}', '{"format": 1, "title": "t"}']
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ReseedError, match="report"):
        from_json(text)
