"""A plan as a Mermaid graph, and its times as a Gantt drawing of plain characters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from reseed.plan import duration
from reseed.plan.model import Plan, Task
from reseed.plan.reach import direct_needs
from reseed.plan.schedule import Schedule, schedule

# Steps between two marks of the time axis, in minutes: from a tenth of a second to a day.
_SECONDS = (0.1, 0.5, 1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200, 14400, 28800, 86400)
_STEPS = tuple(seconds / 60 for seconds in _SECONDS)
#: Columns between two marks, for names as long as `11 h 30 min`.
_MARK_ROOM = 12


@dataclass(frozen=True, slots=True)
class Bar:
    """One row of a Gantt drawing: when a task ran, or would run.

    Attributes:
        group: heading the row stands under; rows of one group stand together.
        start, finish: minutes after the start of the whole. slack: minutes it may slip, drawn as dots.
    """

    group: str
    label: str
    start: float
    finish: float
    slack: float = 0
    critical: bool = False


def mermaid(plan: Plan) -> str:
    """`graph TD` with a subgraph for each agent and the critical path marked.

    An arrow that others already imply is left out.
    """
    critical = schedule(plan).critical
    lines = ["graph TD"]
    for agent in plan.agents:
        lines.append(f'  subgraph {_node("agent", agent.id)}["Agent {agent.id}: {_escaped(agent.name)}"]')
        lines += [f'    {_node("task", task.id)}["{_label(task)}"]' for task in plan.sequence(agent.id)]
        lines.append("  end")
    needs = direct_needs(plan)
    for task in plan.tasks:
        for need in needs[task.id]:
            lines.append(f"  {_node('task', need)} --> {_node('task', task.id)}")
    lines.append("  classDef critical stroke:#c0392b,stroke-width:3px")
    lines.append(f"  class {','.join(_node('task', task) for task in critical)} critical")
    return "\n".join(lines) + "\n"


def bars(plan: Plan, times: Schedule) -> tuple[Bar, ...]:
    """The rows of a schedule, agent by agent."""
    slots = {slot.task: slot for slot in times.slots}
    return tuple(
        Bar(
            group=f"Agent {agent.id}: {agent.name}",
            label=f"{task.id} {task.title}",
            start=slots[task.id].start,
            finish=slots[task.id].finish,
            slack=slots[task.id].slack,
            critical=task.id in times.critical,
        )
        for agent in plan.agents
        for task in plan.sequence(agent.id)
    )


def gantt(rows: Sequence[Bar], width: int = 100) -> str:
    """One line a row over a time axis: `#` critical, `=` other, `.` slack; as wide as `width` at most.

    The scale is the same for all rows. A row shorter than one column still takes one, so that it is seen.
    """
    if not rows:
        return ""
    labels = max(len(row.label) for row in rows) + 2
    columns = max(width - labels, 2 * _MARK_ROOM)
    end = max(row.finish + row.slack for row in rows) or 1
    lines = [*_axis(end, columns, labels)]
    for group, members in groupby(rows, key=lambda row: row.group):
        lines.append(group)
        lines += [f"{row.label:<{labels}}{_bar(row, columns / end, columns)}".rstrip() for row in members]
    return "\n".join(lines) + "\n"


def _bar(row: Bar, scale: float, columns: int) -> str:
    start = min(round(row.start * scale), columns - 1)
    length = max(round(row.finish * scale) - start, 1)
    slack = max(round((row.finish + row.slack) * scale) - start - length, 0)
    return " " * start + ("#" if row.critical else "=") * length + "." * slack


def _axis(end: float, columns: int, labels: int) -> Iterator[str]:
    scale = columns / end
    step = next((step for step in _STEPS if step * scale >= _MARK_ROOM), _STEPS[-1])
    names, ticks = "", ""
    for number in range(int(end / step) + 1):
        column = round(number * step * scale)
        name = duration.spell(number * step) if number else "0"
        if column + len(name) <= columns and (not names or len(names) < column):
            names = names.ljust(column) + name
        ticks = ticks.ljust(column, "-") + "|"
    yield " " * labels + names
    yield " " * labels + ticks[:columns].ljust(columns, "-")


def _node(kind: str, id: str) -> str:
    return f"{kind}_{id.replace('-', '__').replace('.', '_')}"


def _label(task: Task) -> str:
    return f"{task.id} {_escaped(task.title)}<br/>{duration.spell(task.estimate)}"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;").replace(">", "&gt;")
