"""The table: every number with its unit, every limit with its verdict, nothing hidden that was not reached."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from benchmarks import table
from benchmarks.lines import Chapter, Line, against, at_most, missing, rates, times
from rich.console import Console

FLOOR = times("psql", [10.0])
OURS = against(times("reseed seed", [12.0, 13.0, 14.0], "all of it"), FLOOR, 1.35)
LATE = against(times("reseed run", [25.0]), FLOOR, 2.0)
ABSENT = against(missing("drizzle-seed", "node is not installed"), FLOOR, 2.0)
CHAPTER = Chapter("Load", (FLOOR, OURS, LATE, ABSENT), "one could not be run")


def shown() -> str:
    text = io.StringIO()
    table.show([CHAPTER], Console(file=text, width=150))
    return text.getvalue()


def test_a_line_has_a_cell_for_every_column() -> None:
    assert table.cells(OURS) == ("reseed seed", "13.0 s", "3", "1.30x psql", "at most 1.35x", "yes")
    assert all(len(table.cells(line)) == len(table.COLUMNS) for line in CHAPTER.lines)


@pytest.mark.parametrize(
    ("line", "said"), [(FLOOR, ""), (OURS, "yes"), (LATE, "no"), (ABSENT, "not measured")]
)
def test_a_verdict_is_one_word_or_two(line: Line, said: str) -> None:
    assert table.verdict(line) == said


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.12345, "s", "0.123 s"),
        (61.26, "s", "61.3 s"),
        (1234567.0, "rows/s", "1,234,567 rows/s"),
        (99.6, "MB", "100 MB"),
        (None, "s", "-"),
    ],
)
def test_quantities_have_their_unit(value: float | None, unit: str, text: str) -> None:
    assert table.quantity(value, unit) == text


def test_a_limit_of_the_unit_itself_says_so() -> None:
    assert table.cells(at_most(Line("memory", (99.0,), "MB"), 600))[4] == "at most 600 MB"
    assert table.cells(against(rates("a", 9, [1]), rates("b", 3, [1]), 2, at_least=True))[4] == "at least 2x"


def test_the_table_without_a_terminal_is_plain() -> None:
    text = shown()
    assert "\x1b" not in text
    assert "2.50x psql" in text
    assert "at most 2x" in text


def test_what_failed_and_what_is_absent_is_told() -> None:
    text = shown()
    assert "FAILED: one could not be run" in text
    assert "drizzle-seed: node is not installed" in text
    assert "not measured" in text


def test_markdown_has_a_row_for_every_line() -> None:
    lines = table.markdown([CHAPTER]).splitlines()
    assert lines[0] == "**Load**"
    assert [line.split(" | ")[0].strip("| ") for line in lines[4:]] == [line.name for line in CHAPTER.lines]
    assert all(line.count("|") == len(table.COLUMNS) + 1 for line in lines if line.startswith("|"))


def test_json_has_every_value_and_verdict() -> None:
    told = json.loads(json.dumps(table.as_json([CHAPTER], {"cores": 2})))
    (chapter,) = told["chapters"]
    assert told["circumstances"] == {"cores": 2}
    assert chapter["failure"] == "one could not be run"
    assert [line["met"] for line in chapter["lines"]] == [None, True, False, None]
    assert chapter["lines"][1]["values"] == [12.0, 13.0, 14.0]
    assert chapter["lines"][3]["note"] == "node is not installed"


def test_a_page_gets_new_tables_between_its_marks() -> None:
    page = "before\n<!-- measured -->\nold\n<!-- /measured -->\nafter\n"
    once = table.put(page, "new")
    assert once == "before\n<!-- measured -->\n\nnew\n\n<!-- /measured -->\nafter\n"
    assert table.put(once, "new") == once


@pytest.mark.parametrize("page", ["none", "only <!-- measured -->", "<!-- /measured --> <!-- measured -->"])
def test_a_page_without_marks_is_left_alone(page: str) -> None:
    with pytest.raises(ValueError, match="expected both"):
        table.put(page, "new")


def test_our_own_page_has_the_marks() -> None:
    page = Path(table.__file__).with_name("README.md").read_text(encoding="utf-8")
    assert "| measured | median |" in table.put(page, table.markdown([CHAPTER]))
