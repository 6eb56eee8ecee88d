"""A checklist for people: what failed first, then every role's lines with their results and pictures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from reseed.pages.result import NOT_RUN, Line, PagesResult, by_role

_INTRODUCTION = """\
# Page checklist

For each role: sign in, open every page, and compare what it shows with what the SQL returns for the demo tenant. A
page has passed when it shows every value below, without an error, a failed request, a request to another machine, or
what axe-core calls a serious barrier. A page that a role must not open is refused by its address and by the API behind
it, and is not in the menu."""

_MARKS = {"passed": "passed", "failed": "**FAILED**", NOT_RUN: NOT_RUN}


def to_markdown(result: PagesResult) -> str:
    """The checklist as Markdown; pictures are named relative to it, and shown once a browser has taken them."""
    parts = [_INTRODUCTION, "", *_summary(result)]
    parts += _failures(result)
    for role, lines in groupby(result.lines, key=lambda line: line.role):
        parts += _role(role, list(lines))
    parts += ["## Where the values come from", "", *_sources(result.lines)]
    return "\n".join(parts).rstrip() + "\n"


def _summary(result: PagesResult) -> Iterator[str]:
    if result.executed:
        yield f"**{'Passed' if result.passed else 'Failed'}**: {result.sentence}."
        yield ""
        yield (
            f"{_text(result.browser)} opened {_text(result.base)} on {result.began}; it took {result.seconds:.0f} s."
        )
    else:
        yield f"**Not run**: {_text(result.reason or 'no browser has executed it yet')}."
    if result.executed and result.reason:
        yield ""
        yield f"It broke off: {_text(result.reason)}."
    yield ""
    yield _row(("Role", "Passed", "Failed", "Not run"))
    yield _row(("---", "---:", "---:", "---:"))
    for counted in by_role(result):
        statuses = counted.statuses
        yield _row((_text(counted.role), *(str(statuses[name]) for name in ("passed", "failed", NOT_RUN))))
    yield ""


def _failures(result: PagesResult) -> Iterator[str]:
    failed = result.of("failed")
    if not failed:
        return
    yield "## What failed\n"
    for line in failed:
        yield f"- **{_text(line.page)}** as {_text(line.role)}: {_text(line.what)}"
        yield f"  - expected: {_text(line.expected)}"
        yield f"  - found: {_text(line.found)}"
        if line.sql:
            yield f"  - SQL: {_code(line.sql)}"
    yield ""


def _role(role: str, lines: Sequence[Line]) -> Iterator[str]:
    yield f"## {_text(role)}\n"
    yield _row(("Page", "What to do", "Expected", "Found", "Result", "Screenshot"))
    yield _row(("---",) * 6)
    for line in lines:
        yield _row(
            (
                _text(line.page),
                _text(line.what),
                _text(line.expected),
                _text(line.found),
                _MARKS[line.status],
                line.screenshot,
            )
        )
    yield ""
    yield from _pictures(lines)


def _pictures(lines: Iterable[Line]) -> Iterator[str]:
    taken = dict.fromkeys(
        (line.page, line.screenshot) for line in lines if line.screenshot and line.status != NOT_RUN
    )
    for page, picture in taken:
        yield f"![{_text(page)}]({picture})"
        yield ""


def _sources(lines: Iterable[Line]) -> Iterator[str]:
    sources = dict.fromkeys((line.page, line.what, line.subject, line.sql) for line in lines if line.sql)
    for page, what, subject, sql in sources:
        yield f"- {_text(page)}, {_text(what.removeprefix('Read '))}, at {_code(subject)}: {_code(sql)}"


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _text(value: str) -> str:
    """A value that no Markdown in it can turn into anything else."""
    for sign in "\\`*_[]<>|":
        value = value.replace(sign, f"\\{sign}")
    return " ".join(value.split())


def _code(value: str) -> str:
    fence = "``" if "`" in value else "`"
    inside = f" {value} " if "`" in value else value
    return fence + inside.replace("|", "\\|") + fence
