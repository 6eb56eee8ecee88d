"""What a report says about the pages: a finding for each role and page, tables, pictures, and what was left out."""

from __future__ import annotations

from itertools import groupby

from reseed.pages.lines import slug
from reseed.pages.result import NOT_RUN, Line, PagesResult, by_role
from reseed.records import JSON, Finding, Picture, Section

_ROLE_AND_PAGE = "Does {page} show {role} what it must, and nothing that it must not?"
_ANSWERED = "Has a browser answered every line of the page checklist?"


def was_tried(result: PagesResult) -> bool:
    """Whether the application was started to be looked at. Only then a line that is not run is a failure."""
    return bool(result.measured)


def findings(result: PagesResult) -> tuple[Finding, ...]:
    """One for each role and page, after one about the checklist as a whole; none where no page was to be opened."""
    if not was_tried(result):
        return ()
    pairs = groupby(
        sorted(result.lines, key=lambda line: (line.role, line.page)), key=lambda line: (line.role, line.page)
    )
    grouped = {pair: tuple(lines) for pair, lines in pairs}
    in_order = dict.fromkeys((line.role, line.page) for line in result.lines)
    return (_whole(result), *(_finding(*pair, grouped[pair]) for pair in in_order))


def sections(result: PagesResult) -> tuple[Section, ...]:
    """Lines by role and result, and each one that failed or could not be asked."""
    counted: list[tuple[JSON, ...]] = [
        (role.role, *(role.statuses[status] for status in ("passed", "failed", NOT_RUN)))
        for role in by_role(result)
    ]
    if left := left_out(result):
        counted.append((left, "", "", len(result.lines)))
    tables: list[Section] = [("Pages", ("Role", "Lines passed", "Failed", "Not run"), tuple(counted))]
    if failed := result.of("failed"):
        rows: tuple[tuple[JSON, ...], ...] = tuple(
            (line.role, line.page, line.what, line.expected, line.found) for line in failed
        )
        tables.append(("Page lines that failed", ("Role", "Page", "What to do", "Expected", "Found"), rows))
    return tuple(tables)


def pictures(result: PagesResult) -> tuple[Picture, ...]:
    """The screenshots, by what they show."""
    taken = dict.fromkeys(
        (f"{line.role}: {line.page}", line.screenshot)
        for line in result.lines
        if line.screenshot in result.pictures
    )
    return tuple(taken)


def left_out(result: PagesResult) -> str:
    """A sentence about the pages where no browser has opened them; empty where one has."""
    return "" if result.executed else f"Pages not run: {result.reason.rstrip('.')}."


def in_words(result: PagesResult) -> str:
    """How the checklist ended, to stand behind "pages": "412 of 412 lines passed", "not run: no browser was found"."""
    return result.sentence if result.executed else f"not run: {result.reason.rstrip('.')}"


def _whole(result: PagesResult) -> Finding:
    left = result.of(NOT_RUN)
    expected: dict[str, JSON] = {"lines": len(result.lines), "not run": 0, "broke off": ""}
    actual: dict[str, JSON] = {"lines": len(result.lines), "not run": len(left), "broke off": result.reason}
    return Finding(
        "pages.answered",
        _ANSWERED,
        passed=expected == actual and bool(result.lines),
        expected=expected,
        actual=actual,
        measured=len(result.lines),
        rows=tuple(_row(line) for line in left[:10]),
    )


def _finding(role: str, page: str, lines: tuple[Line, ...]) -> Finding:
    wrong = tuple(line for line in lines if line.status != "passed")
    return Finding(
        f"pages.{slug(role)}.{slug(page)}",
        _ROLE_AND_PAGE.format(page=page, role=role),
        passed=not wrong,
        expected={"lines passed": len(lines)},
        actual={"lines passed": len(lines) - len(wrong)},
        measured=len(lines),
        rows=tuple(_row(line) for line in wrong[:10]),
        sql=next((line.sql for line in wrong if line.sql), ""),
    )


def _row(line: Line) -> dict[str, JSON]:
    return {
        "role": line.role,
        "page": line.page,
        "what": line.what,
        "expected": line.expected,
        "found": line.found,
        "screenshot": line.screenshot,
    }
