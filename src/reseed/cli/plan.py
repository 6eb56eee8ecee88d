"""`reseed plan`: what would be done, in which order, how long it takes, and what would make it shorter."""

from __future__ import annotations

import json
from typing import Annotated

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from reseed import plan as plans
from reseed.cli.context import out
from reseed.cli.options import JsonOption, ProjectOption
from reseed.errors import SettingsError
from reseed.plan import Plan, Relaxation, Schedule, machine, relax
from reseed.plan.duration import clock, spell
from reseed.run import read_plan
from reseed.settings import Settings

#: Without a terminal nobody asked for 80 columns; this holds every table unbroken.
_PIPED_WIDTH = 120
_WIDEST_DRAWING = 120


def plan(
    project: ProjectOption = None,
    mermaid: Annotated[
        bool, typer.Option("--mermaid", help="Print a Mermaid graph and nothing else.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Show order, critical path, slack and target.

    With a Gantt drawing, and what starting earlier would save. Touches nothing.
    """
    if mermaid and as_json:
        raise SettingsError("--mermaid and --json were both given, expected one of them.")
    wanted = read_plan(Settings.read(project=project).load_project())
    if mermaid:
        typer.echo(plans.mermaid(wanted), nl=False)
    elif as_json:
        typer.echo(json.dumps(machine.as_json(wanted), indent=2, ensure_ascii=False))
    else:
        console = out()
        if not console.is_terminal:
            console.width = _PIPED_WIDTH
        console.print(overview(wanted, min(console.width, _WIDEST_DRAWING)))


def overview(wanted: Plan, width: int) -> Group:
    """The whole answer for people; the Gantt drawing is at most `width` columns wide."""
    times = plans.schedule(wanted)
    parts: list[RenderableType] = [
        Text(f"{wanted.title}: {len(wanted.tasks)} tasks of {len(wanted.agents)} agents", style="bold"),
        Text(f"{wanted.file}, digest {wanted.digest[:12]}"),
        _agents(wanted),
        _tasks(wanted, times),
        _waves(wanted),
        Text(f"Critical path: {' > '.join(times.critical)}"),
        _verdict(wanted, times),
    ]
    if relax.earlier_starts(wanted):
        parts += [_earlier(wanted), *_reasons(wanted), *_shortest_way(wanted)]
    parts.append(Text(f"\n{plans.gantt(plans.bars(wanted, times), width)}", no_wrap=True))
    parts.append(Text("# critical path   = other tasks   . slack"))
    return Group(*parts)


def _agents(wanted: Plan) -> Table:
    table = _table("Agent", "", "Tasks", "Takes", "Estimate")
    for agent in wanted.agents:
        tasks = wanted.sequence(agent.id)
        table.add_row(
            agent.id,
            Text(agent.name),
            str(len(tasks)),
            clock(sum(task.estimate for task in tasks)),
            " to ".join(clock(minutes) for minutes in agent.estimate),
        )
    return table


def _tasks(wanted: Plan, times: Schedule) -> Table:
    table = _table("Task", "", "Needs", "Wave", "Checks", "Takes", "Start", "Slack")
    wave = {task: number for number, tasks in enumerate(plans.order(wanted), 1) for task in tasks}
    slots = {slot.task: slot for slot in times.slots}
    for agent in wanted.agents:
        for task in wanted.sequence(agent.id):
            slot = slots[task.id]
            table.add_row(
                Text(task.id, style="bold red" if task.id in times.critical else ""),
                Text(task.title),
                Text(", ".join(task.needs)),
                str(wave[task.id]),
                str(len(task.gate)),
                clock(task.estimate),
                clock(slot.start),
                clock(slot.slack) if slot.slack else "none",
            )
        table.add_section()
    return table


def _waves(wanted: Plan) -> Text:
    waves = plans.order(wanted)
    together = [" with ".join(wave) for wave in waves if len(wave) > 1]
    side_by_side = f"; side by side: {', '.join(together)}" if together else "; nothing runs side by side"
    return Text(f"{len(waves)} waves{side_by_side}")


def _verdict(wanted: Plan, times: Schedule) -> Text:
    low, high = wanted.target_hours
    over = times.makespan - high * 60
    if over > 0:
        verdict, style = f"missed by {spell(over)}", "bold red"
    else:
        verdict, style = "met", "green"
    return Text.assemble(
        f"Target {low:g} to {high:g} h: ",
        (verdict, style),
        f". By its own estimates the plan takes {spell(times.makespan)}.",
    )


def _earlier(wanted: Plan) -> Table:
    table = _table("Earlier start", "Saves", "Takes", "Target")
    rows = [(_named(each), each) for each in relax.alone(wanted)]
    rows.append(("all without a condition together", relax.unconditional(wanted)))
    for name, relaxation in rows:
        table.add_row(
            Text(name),
            spell(relaxation.saves),
            spell(relaxation.makespan),
            Text("met", style="green") if relaxation.on_target else Text("missed", style="red"),
        )
    return table


def _named(relaxation: Relaxation) -> str:
    return ", and ".join(
        f"{start.task} after {' and '.join(start.after)} instead of {start.instead_of}"
        if start.after
        else f"{start.task} without waiting for {start.instead_of}"
        for start in relaxation.starts
    )


def _reasons(wanted: Plan) -> list[Text]:
    return [
        Text(
            f"{_named(each)}: {start.why}" + (f" Condition: {start.provided}" if start.provided else ""),
            style="dim",
        )
        for each in relax.alone(wanted)
        for start in each.starts
    ]


def _shortest_way(wanted: Plan) -> list[Text]:
    fewest = relax.fewest(wanted)
    if fewest is None:
        return [Text("\nAll earlier starts together do not meet the target.", style="bold red")]
    if not fewest.starts:
        return []
    condition = ", on its condition" if any(start.provided for start in fewest.starts) else ""
    sentence = f"Fewest that meet the target: {_named(fewest)}{condition}: {spell(fewest.makespan)} in all."
    return [Text(f"\n{sentence}", style="bold")]


def _table(*columns: str) -> Table:
    """A table whose text columns stand left and may wrap where they have no heading; all others stand right."""
    table = Table(box=SIMPLE_HEAD, padding=(0, 1), pad_edge=False, collapse_padding=True)
    for name in columns:
        left = name in ("Agent", "Task", "", "Needs", "Earlier start")
        table.add_column(name, justify="left" if left else "right", no_wrap=name not in ("", "Earlier start"))
    return table
