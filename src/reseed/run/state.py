"""What a run looks like now: the journal's events folded into one value, and STATUS.txt rendered from it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from reseed.plan import Plan, Task
from reseed.run.journal import Event

#: Task states, in the words people see.
WAITING, RUNNING, PASSED, FAILED, BLOCKED, STALE = (
    "waiting",
    "running",
    "passed",
    "failed",
    "blocked",
    "stale",
)

#: Events that still hold when a run is taken up again; what its last end said does not.
_LASTING = ("survey.before", "swap.done", "swap.left")

#: How far a task is that takes its time.
_PROGRESS = "task.progress"

_AFTER = {
    "task.started": RUNNING,
    "task.passed": PASSED,
    "task.failed": FAILED,
    "task.blocked": BLOCKED,
    "task.stale": STALE,
}


@dataclass(frozen=True, slots=True)
class TaskState:
    """Where one task stands.

    Attributes:
        status: waiting, running, passed, failed, blocked or stale (to be done again).
        seconds: wall time of the last attempt that ended. attempts: how often it was started.
        summary: how far it is, what it did, or why it failed or is blocked. checks: how many checks its gate measured.
    """

    id: str
    status: str = WAITING
    started: datetime | None = None
    ended: datetime | None = None
    seconds: float | None = None
    attempts: int = 0
    summary: str = ""
    checks: int = 0


@dataclass(frozen=True, slots=True)
class RunState:
    """Where a run stands: each task, the verdict once there is one, and what else was recorded.

    Attributes:
        swapped: whether its database has come under the public name, and was not taken back since.
        facts: details of the latest event of every other kind: `survey.before`, `swap.done`, …
    """

    run: str
    tasks: dict[str, TaskState]
    started: datetime | None = None
    ended: datetime | None = None
    verdict: str = ""
    swapped: bool = False
    facts: dict[str, Any] = field(default_factory=dict)

    def of(self, *statuses: str) -> tuple[TaskState, ...]:
        return tuple(task for task in self.tasks.values() if task.status in statuses)


def fold(run: str, plan: Plan, events: Iterable[Event]) -> RunState:
    """The state of a run after its events."""
    state = RunState(run, {task.id: TaskState(task.id) for task in plan.tasks})
    for event in events:
        state = apply(state, event)
    return state


def apply(state: RunState, event: Event) -> RunState:
    """The state after one more event."""
    if event.kind in ("run.started", "run.resumed"):
        facts = {kind: details for kind, details in state.facts.items() if kind in _LASTING}
        return replace(
            state, started=state.started or event.at, ended=None, verdict="", swapped=False, facts=facts
        )
    if event.kind == "run.finished":
        return replace(
            state,
            ended=event.at,
            verdict=str(event.details.get("verdict", FAILED)),
            swapped=bool(event.details.get("swapped")),
        )
    if event.kind in (*_AFTER, _PROGRESS) and event.task in state.tasks:
        task = _after(state.tasks[event.task], event)
        return replace(state, tasks={**state.tasks, event.task: task})
    facts = {**state.facts, event.kind: dict(event.details)}
    if event.kind == "swap.done":
        return replace(state, swapped=True, facts=facts)
    if event.kind == "swap.undone":
        return replace(state, swapped=False, facts={k: v for k, v in facts.items() if k != "swap.done"})
    return replace(state, facts=facts)


def _after(task: TaskState, event: Event) -> TaskState:
    if event.kind == _PROGRESS:
        return replace(task, summary=str(event.details.get("summary", "")))
    status = _AFTER[event.kind]
    if status == RUNNING:
        return replace(
            task,
            status=status,
            started=event.at,
            ended=None,
            seconds=None,
            summary="",
            attempts=task.attempts + 1,
        )
    return replace(
        task,
        status=status,
        ended=event.at,
        seconds=event.details.get("seconds"),
        summary=str(event.details.get("summary", "")),
        checks=int(event.details.get("checks", 0)),
    )


def status_line(event: Event, plan: Plan) -> str:
    """One line of STATUS.txt, or an empty string for an event that people need not see."""
    clock = event.at.strftime("%Y-%m-%d %H:%M:%S")
    if event.kind in (*_AFTER, _PROGRESS):
        return f"{clock}  STATUS: {_sentence(plan.task(event.task), event)}"
    texts = {
        "run.started": "run {run} of {database} on {server}",
        "run.resumed": "resumed, {finished} tasks already passed",
        "handoff.written": "handoff {file} written, {checks} checks passed",
        "handoff.stale": "handoff {file} is stale, set aside",
        "survey.before": "before: {drift} drifts, {orphans} orphans, {leaks} leaks",
        "survey.after": "after: {drift} drifts, {orphans} orphans, {leaks} leaks",
        "template.kept": "what was proven is kept as {name}, for the next that needs the same",
        "template.left": "what was proven is not kept as a template: {summary}",
        "swap.done": "{public} is the new database; the previous one is kept as {previous}",
        "swap.undone": "{public} is the previous database again; the one of this run is kept as {kept}",
        "in_place.dropped": "the old database, whose backup is proven, is dropped",
        "in_place.kept": "the old database was not dropped, and has its name",
        "in_place.restored": "{public} is the old database, restored from its backup",
        "in_place.failed": "the old database could not be brought back: {summary}",
        "restore.done": "{public} is what this run backed up, restored; the previous one is kept as {previous}",
        "restore.undone": "{public} is the database of before the restore again; the restored one is kept as {kept}",
        "swap.failed": "the names were not swapped: {summary}",
        "publish.failed": "the new revision was not published: {summary}",
        "hooks.failed": "after_reset: {summary}",
        "run.finished": "{verdict}: {summary}",
    }
    template = texts.get(event.kind)
    return f"{clock}  STATUS: {template.format(**event.details)}" if template else ""


def _sentence(task: Task, event: Event) -> str:
    who = f"Agent {task.agent} - "
    summary = event.details.get("summary", "")
    if event.kind == "task.started":
        return f"{who}Starting TASK {task.id} {task.title}"
    if event.kind == _PROGRESS:
        return f"{who}TASK {task.id}: {summary}"
    if event.kind == "task.passed":
        return f"{who}TASK {task.id} passed in {event.details['seconds']:.2f} s: {summary}"
    verb = {"task.failed": "FAILED", "task.blocked": "BLOCKED", "task.stale": "to be done again"}[event.kind]
    return f"{who}TASK {task.id} {verb}: {summary}"
