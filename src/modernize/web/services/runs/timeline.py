"""A run on its time axis: what each agent did when, beside what the plan had estimated."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import get_args

from modernize.web.services.runs.folder import OpenRun, summary, without_place, worked
from modernize.web.services.runs.view import AgentLane, Attempt, Mark, RunView, Status, TaskLine
from reseed.plan import Slot, direct_needs, schedule
from reseed.report import masked
from reseed.run import Event, TaskState

_ENDS: Mapping[str, Status] = {"task.passed": "passed", "task.failed": "failed"}
_MARKS = {"run.resumed": "resumed", "swap.done": "names swapped", "run.finished": "ended"}


def view(run: OpenRun) -> RunView:
    """Everything about a run that its overview shows."""
    times, needs = schedule(run.plan), direct_needs(run.plan)
    slots = {slot.task: slot for slot in times.slots}
    line = summary(run)
    tasks = tuple(
        _task(run, task.id, slots[task.id], needs[task.id], task.id in times.critical)
        for task in run.plan.tasks
    )
    by_id = {task.id: task for task in tasks}
    return RunView(
        line=line,
        title=run.plan.title,
        agents=tuple(
            AgentLane(
                agent.id,
                agent.name,
                agent.focus,
                tuple(task.id for task in run.plan.sequence(agent.id)),
                _now([by_id[task.id] for task in run.plan.sequence(agent.id)]),
            )
            for agent in run.plan.agents
        ),
        tasks=tasks,
        attempts=attempts(run),
        marks=_marks(run),
        seconds=line.seconds or 0.0,
        planned_minutes=times.makespan,
    )


def task_line(run: OpenRun, task: str) -> TaskLine:
    """One task of a run. KeyError where the plan has none of this id."""
    times = schedule(run.plan)
    slot = next(slot for slot in times.slots if slot.task == task)
    return _task(run, task, slot, direct_needs(run.plan)[task], task in times.critical)


def attempts(run: OpenRun) -> tuple[Attempt, ...]:
    """Every try at every task, in the order they began; one that was cut short ends where the run was left."""
    found: list[Attempt] = []
    open_at: dict[str, int] = {}
    tries: dict[str, int] = {}
    for place, event in enumerate(run.events):
        at = _seconds(run, event.at)
        if event.kind == "run.resumed":
            left_at = _seconds(run, run.events[place - 1].at) if place else 0.0
            for task in list(open_at):
                _close(found, open_at, task, left_at, "interrupted")
        elif event.kind == "task.started":
            tries[event.task] = tries.get(event.task, 0) + 1
            open_at[event.task] = len(found)
            found.append(Attempt(event.task, tries[event.task], at, None, "running"))
        elif event.kind in _ENDS and event.task in open_at:
            _close(found, open_at, event.task, at, _ENDS[event.kind])
    if not run.held and run.events:
        for task in list(open_at):
            _close(found, open_at, task, _seconds(run, run.events[-1].at), "interrupted")
    known = {task.id for task in run.plan.tasks}
    return tuple(attempt for attempt in found if attempt.task in known)


def _close(found: list[Attempt], open_at: dict[str, int], task: str, at: float, status: Status) -> None:
    place = open_at.pop(task)
    begun = found[place]
    found[place] = Attempt(begun.task, begun.number, begun.start, max(at, begun.start), status)


def _task(run: OpenRun, task_id: str, slot: Slot, needs: tuple[str, ...], critical: bool) -> TaskLine:
    task, state = run.plan.task(task_id), run.state.tasks[task_id]
    return TaskLine(
        id=task.id,
        agent=task.agent,
        title=task.title,
        needs=needs,
        estimate=task.estimate,
        planned_start=slot.start,
        critical=critical,
        status=_status(run, state),
        attempts=state.attempts,
        seconds=_taken(run, state),
        checks=state.checks,
        summary=without_place(run.folder, masked(state.summary)),
        started=state.started,
        ended=state.ended,
    )


def _status(run: OpenRun, state: TaskState) -> Status:
    if state.status == "running" and not run.held:
        return "interrupted"
    return next(status for status in get_args(Status) if status == state.status)


def _taken(run: OpenRun, state: TaskState) -> float | None:
    if state.status == "running" and run.held and state.started:
        return max((datetime.now(UTC) - state.started).total_seconds(), 0.0)
    return state.seconds


def _now(tasks: list[TaskLine]) -> str:
    for status in ("running", "interrupted", "failed", "blocked"):
        for task in tasks:
            if task.status == status:
                return f"{task.id} {status}"
    ahead = next((task for task in tasks if task.status != "passed"), None)
    return f"waiting before {ahead.id}" if ahead else "done"


def _marks(run: OpenRun) -> tuple[Mark, ...]:
    return tuple(
        Mark(_seconds(run, event.at), _MARKS[event.kind]) for event in run.events if event.kind in _MARKS
    )


def _seconds(run: OpenRun, at: datetime) -> float:
    began: Event | None = run.events[0] if run.events else None
    return round(worked(run.events, began.at if began else None, at) or 0.0, 3)
