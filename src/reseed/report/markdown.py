"""Findings as Markdown: `VALIDATION_REPORT.md`, and the pieces that `ISSUES.md` is built from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from reseed.records import Finding, Report
from reseed.report.values import LONG, as_text, columns, differences, visible
from reseed.report.verdict import families, sentence, word

# An underscore between two letters, as in `is_mock`, is no markup and stays readable.
_SPECIAL = re.compile(r"[\\`*<>\[\]|~&]|(?<![^\W_])_|_(?![^\W_])")


def validation_markdown(report: Report) -> str:
    """The whole report: verdict first, facts, what failed in detail, every finding by family, sections."""
    blocks = [
        f"# {inline(report.title)}",
        f"**{word(report.passed)}.** {sentence(report)}",
        table(("fact", "value"), _facts(report)),
        *_failed(report),
        *_findings(report),
        *_sections(report),
    ]
    return "\n\n".join(block for block in blocks if block) + "\n"


def inline(value: object, limit: int | None = None) -> str:
    """A value as one line of Markdown in which nothing is markup; line breaks become `<br>`."""
    text = as_text(value) if limit is None else as_text(value, limit)
    escaped = _SPECIAL.sub(r"\\\g<0>", text.replace("\t", " "))
    return escaped.strip().replace("\n", "<br>")


def table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table; empty text when there are no rows."""
    lines = [_line(row) for row in rows]
    if not lines:
        return ""
    return "\n".join([_line(header), "|" + " --- |" * len(header), *lines])


def sql_block(sql: str) -> str:
    """A fenced block that no backticks inside the statement can close; empty for an empty statement."""
    statement = visible(sql).strip()
    if not statement:
        return ""
    longest = max((len(run) for run in re.findall(r"`+", statement)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}sql\n{statement}\n{fence}"


def detail(finding: Finding) -> list[str]:
    """One finding as blocks: the question, the values, where they differ, offending rows, the SQL."""
    blocks = [
        inline(finding.question),
        "\n".join(
            [
                f"- expected: {inline(finding.expected, LONG)}",
                f"- actual: {inline(finding.actual, LONG)}",
                f"- measured: {finding.measured}",
            ]
        ),
        table(("differs at", "expected", "actual"), differences(finding.expected, finding.actual)),
    ]
    if finding.rows:
        names = columns(finding.rows)
        rows = [[row.get(name, "") for name in names] for row in finding.rows]
        blocks += [f"Offending rows (the first {len(rows)}):", table(names, rows)]
    return [*blocks, sql_block(finding.sql)]


def _line(cells: Sequence[object]) -> str:
    return "| " + " | ".join(inline(cell) for cell in cells) + " |"


def _facts(report: Report) -> list[tuple[str, object]]:
    return [("database", report.database), ("measured", report.measured), *report.facts.items()]


def _failed(report: Report) -> list[str]:
    if not report.failures:
        return []
    blocks = ["## What failed"]
    for finding in report.failures:
        blocks += [f"### {inline(finding.check)}", *detail(finding)]
    return blocks


def _findings(report: Report) -> list[str]:
    blocks = ["## Findings"] if report.findings else []
    for family in families(report.findings):
        rows = [
            (word(one.passed).lower(), one.check, one.question, one.expected, one.actual, one.measured)
            for one in family.findings
        ]
        blocks += [
            f"### {inline(family.name)}: {family.passed} of {len(rows)} passed",
            table(("result", "check", "question", "expected", "actual", "measured"), rows),
        ]
    return blocks


def _sections(report: Report) -> list[str]:
    blocks = []
    for heading, header, rows in report.sections:
        blocks += [f"## {inline(heading)}", table(header, rows) or "Nothing to show."]
    return blocks
