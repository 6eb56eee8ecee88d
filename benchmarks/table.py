"""The table a person reads, and the same as JSON for a machine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from benchmarks.lines import Chapter, Line
from rich import box
from rich.console import Console
from rich.table import Table

MARKS = ("<!-- measured -->", "<!-- /measured -->")
COLUMNS = ("measured", "median", "n", "against", "limit", "met")


def cells(line: Line) -> tuple[str, ...]:
    """A line's texts, one for each of `COLUMNS`."""
    return (
        line.name,
        quantity(line.median, line.unit),
        str(len(line.values)),
        _against(line),
        _limit(line),
        verdict(line),
    )


def verdict(line: Line) -> str:
    """`yes`, `no`, or `not measured`; empty where nothing is demanded."""
    if line.limit is None:
        return "" if line.values else "not measured"
    return {True: "yes", False: "no", None: "not measured"}[line.met]


def quantity(value: float | None, unit: str) -> str:
    """A value with its unit, in as many digits as say something."""
    if value is None:
        return "-"
    if unit == "s":
        return f"{value:.3f} s" if value < 10 else f"{value:.1f} s"
    return f"{value:,.0f} {unit}".strip()


def show(chapters: Sequence[Chapter], console: Console) -> None:
    """Print every chapter; plain characters where there is no terminal."""
    for chapter in chapters:
        table = Table(title=chapter.title, title_justify="left", box=box.ASCII_DOUBLE_HEAD)
        for number, name in enumerate(COLUMNS):
            table.add_column(name, justify="right" if number in (1, 2) else "left", overflow="fold")
        for line in chapter.lines:
            table.add_row(*cells(line), style="red" if line.met is False else "")
        console.print(table)
        for line in chapter.lines:
            if line.note:
                console.print(f"  {line.name}: {line.note}", markup=False, highlight=False, soft_wrap=True)
        if chapter.failure:
            console.print(f"  FAILED: {chapter.failure}", markup=False, highlight=False, soft_wrap=True)
        console.print()


def markdown(chapters: Sequence[Chapter]) -> str:
    """The same as Markdown tables, without the notes."""
    parts = []
    for chapter in chapters:
        rows = [f"| {' | '.join(cells(line))} |" for line in chapter.lines]
        head = f"| {' | '.join(COLUMNS)} |\n|{' --- |' * len(COLUMNS)}"
        parts.append("\n".join([f"**{chapter.title}**", "", head, *rows]))
    return "\n\n".join(parts) + "\n"


def put(page: str, text: str) -> str:
    """A page with another text between its two marks.

    Raises:
        ValueError: the page has not both of them.
    """
    before, begin, rest = page.partition(MARKS[0])
    _, end, after = rest.partition(MARKS[1])
    if not begin or not end:
        raise ValueError(f"The page lacks {MARKS[0]} or {MARKS[1]}, expected both around what is measured.")
    return f"{before}{begin}\n\n{text.strip()}\n\n{end}{after}"


def told(circumstances: Mapping[str, Any]) -> str:
    """The circumstances in a few lines."""
    flat: dict[str, Any] = {}
    for name, value in circumstances.items():
        flat |= value if isinstance(value, Mapping) else {name: value}
    return ", ".join(f"{name} {value}" for name, value in flat.items())


def as_json(chapters: Sequence[Chapter], circumstances: Mapping[str, Any]) -> dict[str, Any]:
    """Everything that was measured, value by value, and under which circumstances."""
    return {
        "circumstances": dict(circumstances),
        "chapters": [
            {
                "title": chapter.title,
                "failure": chapter.failure,
                "lines": [
                    {
                        "name": line.name,
                        "unit": line.unit,
                        "values": list(line.values),
                        "median": line.median,
                        "compared": line.compared,
                        "to": line.to,
                        "limit": line.limit,
                        "at_least": line.at_least,
                        "met": line.met,
                        "note": line.note,
                    }
                    for line in chapter.lines
                ],
            }
            for chapter in chapters
        ],
    }


def _against(line: Line) -> str:
    if not line.to:
        return ""
    return f"{line.compared:.2f}x {line.to}" if line.compared is not None else f"- {line.to}"


def _limit(line: Line) -> str:
    if line.limit is None:
        return ""
    word = "at least" if line.at_least else "at most"
    number = f"{line.limit:g}x" if line.to else quantity(line.limit, line.unit)
    return f"{word} {number}"
