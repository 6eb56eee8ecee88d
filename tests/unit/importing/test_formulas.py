"""Formulas in cells: what a spreadsheet would evaluate is told from text that only looks like it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modernize.importing.formulas import is_formula, neutral


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        '=HYPERLINK("http://example.org","x")',
        "= SUM(A1:A2)",
        "=cmd|' /C calc'!A0",
        "+cmd|' /C calc'!A0",
        "-2+3+cmd|' /C calc'!A0",
        "@SUM(1+9)*cmd|' /C calc'!A0",
        "\t=1+1",
        "\r=1+1",
        "＝1+1",
        "+A1",
        "-Sheet1!B2",
        "-2+3",
        "+2*A1",
        '=""',
        "-(1+A1)",
        "--A1",
        '+"a"&"b"',
    ],
)
def test_what_is_evaluated(text: str) -> None:
    assert is_formula(text)
    assert neutral(text) == f"'{text}"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-4",
        "-4.5",
        "- 12,300.50",
        "+49 89 1234567",
        "+1-800-555-0100",
        "-12 %",
        "-1e5",
        "-",
        "--",
        "- see below -",
        "@rack",
        "@night shift",
        "-n/a-",
        "a=b",
        "===",
        "\ttext",
        "+ two disks (spare)",
    ],
)
def test_what_is_text(text: str) -> None:
    assert not is_formula(text)


@pytest.mark.parametrize(("text", "written"), [("-4", "-4"), ("@rack", "'@rack"), ("a-b", "a-b"), ("", "")])
def test_exports_are_stricter(text: str, written: str) -> None:
    assert neutral(text) == written


@given(st.text(max_size=40))
def test_an_export_never_holds_a_formula(text: str) -> None:
    assert not is_formula(neutral(text))
    assert neutral(text).endswith(text)
