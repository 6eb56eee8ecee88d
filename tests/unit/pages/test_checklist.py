"""The checklist as people and machines read it, not run and executed."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from reseed.errors import ProjectError, SettingsError, StorageError
from reseed.pages.checklist import not_run, read_result, write_result
from reseed.pages.declared import Pages
from reseed.pages.lines import Selection, plan_lines
from reseed.pages.numbers import defined, wanted_by_definition
from reseed.pages.reading import read_pages
from reseed.pages.render import to_markdown
from reseed.pages.result import Line, PagesResult, from_json, to_json
from reseed.seed import Definition, Subset

from .test_reading import PAGES

DEFINITION = Definition(rows={"orders": 7}, subsets=(Subset("orders.open", "orders", "open", 3),))


@pytest.fixture
def pages(tmp_path: Path) -> Pages:
    path = tmp_path / "pages.toml"
    path.write_text(PAGES, encoding="utf-8")
    return read_pages(path)


def asked(pages: Pages, selection: Selection | None = None) -> list[tuple[str, str, str, str]]:
    lines = plan_lines(pages, wanted_by_definition(pages, DEFINITION), selection)
    return [(line.role, line.page, line.kind, line.expected) for line in lines]


BEHAVIOUR = [
    ("script", "None"),
    ("console", "No error"),
    ("requests", "None fails"),
    ("elsewhere", "None"),
    ("barriers", "None serious"),
]


def test_each_role_has_a_line_for_everything_that_can_be_asked(pages: Pages) -> None:
    lines = asked(pages)
    assert lines == [
        ("READER", "Sign-in", "sign-in", "Signed in"),
        ("READER", "Sign-in", "wrong-password", "Refused"),
        ("READER", "Orders", "opens", "Status 200"),
        ("READER", "Orders", "in-menu", "There"),
        ("READER", "Orders", "value", "3"),
        ("READER", "Orders", "rows", "the rows of its query"),
        *(("READER", "Orders", kind, expected) for kind, expected in BEHAVIOUR),
        ("READER", "Orders", "not-offered", "Not offered"),
        ("READER", "Orders", "action-refused", "Refused: 403"),
        ("READER", "Users", "refused", "Refused"),
        ("READER", "Users", "not-in-menu", "Not there"),
        ("READER", "Users", "request-refused", "Refused: 401 or 403"),
        ("ADMIN", "Sign-in", "sign-in", "Signed in"),
        ("ADMIN", "Orders", "opens", "Status 200"),
        ("ADMIN", "Orders", "in-menu", "There"),
        ("ADMIN", "Orders", "value", "3"),
        ("ADMIN", "Orders", "rows", "the rows of its query"),
        *(("ADMIN", "Orders", kind, expected) for kind, expected in BEHAVIOUR),
        ("ADMIN", "Orders", "offered", "Offered"),
        ("ADMIN", "Orders", "action-allowed", "Not refused"),
        ("ADMIN", "Users", "opens", "Status 200"),
        ("ADMIN", "Users", "in-menu", "There"),
        *(("ADMIN", "Users", kind, expected) for kind, expected in BEHAVIOUR),
        ("ADMIN", "Users", "request-answered", "Answered"),
    ]


def test_a_part_of_the_checklist_can_be_meant(pages: Pages) -> None:
    some = asked(pages, Selection(roles=("ADMIN",), pages=("Users",), throwaway=False))
    assert {(role, page) for role, page, *_ in some} == {("ADMIN", "Sign-in"), ("ADMIN", "Users")}
    assert not {kind for _, _, kind, _ in some} & {"request-answered", "action-allowed"}
    with pytest.raises(SettingsError, match="has no page 'Ordres', expected one of: Orders, Users"):
        Selection(pages=("Ordres",)).require_known(pages)


def test_further_looks_at_a_page_are_its_first_roles(pages: Pages) -> None:
    looks = pages.model_copy(update={"color_schemes": ("light", "dark"), "widths": (1280, 400)})
    lines = plan_lines(looks, wanted_by_definition(looks, DEFINITION))
    barriers = [(line.role, line.page, line.subject) for line in lines if line.kind == "barriers"]
    assert [look for role, page, look in barriers if (role, page) == ("READER", "Orders")] == [
        "light, 1280 wide",
        "dark, 1280 wide",
        "light, 400 wide",
    ]
    assert [look for role, page, look in barriers if (role, page) == ("ADMIN", "Orders")] == [
        "light, 1280 wide"
    ]


def test_numbers_are_those_of_the_definition() -> None:
    assert (defined(DEFINITION, "orders"), defined(DEFINITION, "orders.open")) == (7, 3)
    with pytest.raises(ProjectError, match=r'number "orders\.late", which the dataset does not define'):
        defined(DEFINITION, "orders.late")


def test_what_nobody_executed_says_so_at_every_line_and_has_not_passed(pages: Pages) -> None:
    result = not_run(pages, DEFINITION, "no browser was found")
    assert not result.passed
    assert not result.executed
    text = to_markdown(result)
    assert "**Not run**: no browser was found." in text
    rows = [line for line in text.splitlines() if line.startswith("| ") and "screenshots/" in line]
    assert len(rows) == len(result.lines)
    assert all("| not run: no browser was found | not run |" in row for row in rows)
    assert "![" not in text
    assert "SELECT count(\\*)" not in text
    assert "`SELECT count(*) FROM orders WHERE open`" in text


def answer(line: Line) -> Line:
    return line.answered(
        line.kind != "value" or line.role == "ADMIN", "4" if line.kind == "value" else "fine"
    )


def test_what_failed_comes_first_with_expected_found_and_sql(pages: Pages) -> None:
    planned = not_run(pages, DEFINITION, "")
    result = PagesResult(
        tuple(map(answer, planned.lines)),
        "",
        "Chromium 1",
        "http://127.0.0.1:1",
        "2026-01-15T09:00:00+00:00",
        12.3,
    )
    assert (len(result.of("failed")), result.passed) == (1, False)
    text = to_markdown(result)
    assert f"**Failed**: {len(result.lines) - 1} of {len(result.lines)} lines passed, 1 failed." in text
    assert "Chromium 1 opened http://127.0.0.1:1 on 2026-01-15T09:00:00+00:00; it took 12 s." in text
    assert text.index("## What failed") < text.index("## READER")
    assert (
        "- **Orders** as READER: Read Open\n  - expected: 3\n  - found: 4\n"
        "  - SQL: `SELECT count(*) FROM orders WHERE open`"
    ) in text
    assert "![Orders](screenshots/reader/orders.png)" in text
    assert "| READER | " in text


def test_no_value_turns_into_markdown(pages: Pages) -> None:
    planned = not_run(pages, DEFINITION, "")
    hostile = "a | b <script>alert(1)</script> ![x](http://evil.example/x.png) `code`\n# no"
    result = replace(planned, lines=tuple(line.answered(False, hostile) for line in planned.lines))
    html = MarkdownIt("commonmark").enable("table").render(to_markdown(result))
    assert "<script>" not in html
    assert "evil.example" not in "".join(part for part in html.split('"') if part.startswith("http"))
    assert html.count("<table>") == 3
    assert "<h1>no" not in html


def test_a_result_comes_back_from_its_file(pages: Pages, tmp_path: Path) -> None:
    planned = not_run(pages, DEFINITION, "")
    result = PagesResult(
        tuple(map(answer, planned.lines)), "it stopped", "Chromium 1", "http://x", "now", 1.5
    )
    assert write_result(result, tmp_path / "new") == ("UI_VALIDATION.md", "pages.json")
    assert read_result(tmp_path / "new") == result == from_json(to_json(result))
    assert json.loads((tmp_path / "new" / "pages.json").read_text())["passed"] is False


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"passed": true, "lines": [{}]}'])
def test_a_damaged_result_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "pages.json").write_text(text)
    with pytest.raises(StorageError, match=r"pages\.json, cannot be read"):
        read_result(tmp_path)


def test_nothing_asked_is_not_passed() -> None:
    assert not PagesResult(()).passed
