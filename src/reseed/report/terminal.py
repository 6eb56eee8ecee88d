"""The report for a terminal: tables of tasks, of counts before and after, and of findings.

Everything is handed to rich as `Text`, never as markup, so no value can colour, hide or move anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from reseed.records import Finding, Report
from reseed.report.values import as_text, differences
from reseed.report.verdict import families, sentence, word

_STYLES = {
    "passed": "green",
    "failed": "bold red",
    "blocked": "yellow",
    "stale": "yellow",
    "running": "cyan",
}


@dataclass(frozen=True, slots=True)
class TaskLine:
    """One task of a run as the table shows it.

    Attributes:
        agent, agent_name: the heading it stands under: "Agent 1", "Database Schema Specialist".
        state: `passed`, `failed`, `blocked`, `running`, `waiting`, `stale`.
        seconds: time taken, None before it ended. estimate: the plan's estimate in minutes.
        checks: how many checks its gate measured.
    """

    task: str
    title: str
    agent: str
    agent_name: str
    state: str
    seconds: float | None
    estimate: int
    checks: int = 0


def tasks_table(lines: Iterable[TaskLine]) -> Table:
    """Every task, by agent, with its state and the time taken against its estimate; the last row sums up."""
    shown = tuple(lines)
    table = _table("Tasks", show_footer=True)
    table.add_column("Task", no_wrap=True)
    table.add_column("", footer=f"{sum(line.state == 'passed' for line in shown)} of {len(shown)} passed")
    table.add_column("State", no_wrap=True)
    table.add_column("Checks", footer=str(sum(line.checks for line in shown)), justify="right", no_wrap=True)
    took = duration(sum(line.seconds or 0 for line in shown))
    table.add_column("Took", footer=took, justify="right", no_wrap=True)
    estimate = duration(60 * sum(line.estimate for line in shown))
    table.add_column("Estimate", footer=estimate, justify="right", no_wrap=True)
    for (agent, name), members in groupby(shown, key=lambda line: (line.agent, line.agent_name)):
        table.add_row(_text(agent, "bold"), _text(name, "bold"))
        for line in members:
            table.add_row(*_cells(line))
        table.add_section()
    return table


def _cells(line: TaskLine) -> tuple[Text, ...]:
    return (
        _text(line.task),
        _text(line.title),
        _state(line.state),
        Text(str(line.checks or "")),
        Text("" if line.seconds is None else duration(line.seconds)),
        Text(duration(60 * line.estimate)),
    )


def before_after_table(before: Mapping[str, int], after: Mapping[str, int]) -> Table:
    """Counts of what was wrong before and what is wrong now; every name of either side has a row."""
    table = _table("Wrong in the database")
    table.add_column("What")
    table.add_column("Before", justify="right")
    table.add_column("After", justify="right")
    for name in dict.fromkeys([*before, *after]):
        now = after.get(name)
        style = "" if now is None else ("green" if now == 0 else "bold red")
        table.add_row(
            _text(name),
            _text(before.get(name, "not measured")),
            _text("not measured" if now is None else now, style),
        )
    return table


def findings_table(report: Report) -> Table:
    """Each family with how many of its checks passed, and a row for each failed finding."""
    table = _table("Checks")
    table.add_column("Check")
    table.add_column("Result", no_wrap=True)
    table.add_column("Expected")
    table.add_column("Actual")
    for family in families(report.findings):
        state = "failed" if family.failures else "passed"
        table.add_row(
            _text(family.name),
            _state(state, f"{family.passed} of {len(family.findings)}"),
            Text(""),
            Text(""),
        )
        for finding in family.failures:
            table.add_row(_text(f"  {finding.check}"), _state("failed"), *_expected_and_actual(finding))
    return table


def verdict_line(report: Report) -> Text:
    """The verdict in one sentence: "PASSED. 84 of 84 checks passed, …"."""
    return Text.assemble(
        (f"{word(report.passed)}.", _STYLES[word(report.passed).lower()]), f" {sentence(report)}"
    )


def duration(seconds: float) -> str:
    """Seconds in the two largest units that matter: `0.8 s`, `2 min 05 s`, `12 h 35 min`."""
    if seconds < 59.95:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 3600:
        minutes, rest = divmod(whole, 60)
        return f"{minutes} min {rest:02d} s" if rest else f"{minutes} min"
    hours, minutes = divmod(round(seconds / 60), 60)
    return f"{hours} h {minutes:02d} min" if minutes else f"{hours} h"


def _expected_and_actual(finding: Finding) -> tuple[Text, Text]:
    """Both values, or only where they differ when they are mappings."""
    if finding.measured == 0:
        return _text(finding.expected), Text("nothing was measured")
    differing = differences(finding.expected, finding.actual)
    if not differing:
        return _text(finding.expected), _text(finding.actual)
    return (
        _text("\n".join(f"{key}: {wanted}" for key, wanted, _ in differing)),
        _text("\n".join(f"{key}: {got}" for key, _, got in differing)),
    )


def _text(value: object, style: str = "") -> Text:
    return Text(as_text(value), style=style)


def _state(state: str, text: str = "") -> Text:
    return _text(text or state, _STYLES.get(state, ""))


def _table(title: str, *, show_footer: bool = False) -> Table:
    return Table(
        title=title,
        title_justify="left",
        title_style="bold",
        box=SIMPLE_HEAD,
        show_footer=show_footer,
        padding=(0, 1),
        pad_edge=False,
    )
