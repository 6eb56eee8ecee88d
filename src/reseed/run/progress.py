"""A run as people watch it: one live row for each agent on a terminal, plain lines anywhere else."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from reseed.plan import Plan
from reseed.run.journal import Event
from reseed.run.state import BLOCKED, FAILED, PASSED, RUNNING, RunState, TaskState, apply, status_line

_MARKS = {PASSED: ("█", "green"), RUNNING: ("▓", "cyan"), FAILED: ("✗", "bold red"), BLOCKED: ("✗", "yellow")}


class LiveProgress:
    """A table that follows the journal; give the object to a run as a listener."""

    def __init__(self, state: RunState, plan: Plan) -> None:
        self._state = state
        self._plan = plan
        self._lock = threading.Lock()

    def __call__(self, event: Event) -> None:
        with self._lock:
            self._state = apply(self._state, event)

    def __rich__(self) -> Table:
        return agents_table(self._state, self._plan)


class LineProgress:
    """Prints each line of STATUS.txt as it comes."""

    def __init__(self, plan: Plan, console: Console) -> None:
        self._plan = plan
        self._console = console

    def __call__(self, event: Event) -> None:
        line = status_line(event, self._plan)
        if line:
            self._console.print(Text(line), soft_wrap=True)


@contextmanager
def progress(state: RunState, plan: Plan, console: Console) -> Iterator[LiveProgress | LineProgress]:
    """The listener that suits the console; a live table stays on the screen as it was at the end."""
    if not console.is_terminal:
        yield LineProgress(plan, console)
        return
    live = LiveProgress(state, plan)
    with Live(live, console=console, refresh_per_second=8):
        yield live


def agents_table(state: RunState, plan: Plan) -> Table:
    """One row for each agent: its name, a mark for each of its tasks, and what it is doing."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("Agent", no_wrap=True)
    table.add_column("Tasks", no_wrap=True)
    table.add_column("Now", overflow="ellipsis", no_wrap=True)
    for agent in plan.agents:
        tasks = [state.tasks[task.id] for task in plan.sequence(agent.id)]
        table.add_row(Text(f"{agent.id}  {agent.name}"), _marks(tasks), _now(plan, tasks))
    return table


def _marks(tasks: list[TaskState]) -> Text:
    return Text.assemble(*(_MARKS.get(task.status, ("░", "dim")) for task in tasks))


def _now(plan: Plan, tasks: list[TaskState]) -> Text:
    running = next((task for task in tasks if task.status == RUNNING), None)
    if running and running.started:
        seconds = (datetime.now(UTC) - running.started).total_seconds()
        far = f"  {running.summary}" if running.summary else ""
        return Text(f"{running.id} {plan.task(running.id).title}  {seconds:.1f} s{far}", style="cyan")
    broken = next((task for task in tasks if task.status in (FAILED, BLOCKED)), None)
    if broken:
        return Text(f"{broken.id} {broken.status}: {broken.summary}", style="red")
    done = sum(task.status == PASSED for task in tasks)
    if done == len(tasks):
        return Text(f"done, {sum(task.seconds or 0 for task in tasks):.1f} s of work", style="green")
    following = next(task for task in tasks if task.status != PASSED)
    return Text(f"waiting before {following.id}", style="dim")
