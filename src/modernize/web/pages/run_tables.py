"""The tables that say the same as the drawings of a run."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from modernize.web.look import parts
from modernize.web.look.words import took
from modernize.web.pages.run_task import status_chip
from modernize.web.services.runs import RunView

Open = Callable[[str], Awaitable[None]]


def twin(draw: Callable[[], None]) -> Callable[[], None]:
    """A folded table below a drawing; returns what draws it anew, open or not as it was."""
    with parts.box("details"):
        parts.text("summary", "As a table")
        inside = parts.box("div")

    def again() -> None:
        inside.clear()
        with inside:
            draw()

    return again


def times_table(view: RunView, opened: Open) -> None:
    """When each task was worked on, and when the plan had it; those not begun yet last."""
    tasks = {task.id: task for task in view.tasks}
    begun = [
        (attempt.task, attempt.status, took(attempt.start), _length(attempt.start, attempt.end))
        for attempt in view.attempts
    ]
    tried = {attempt.task for attempt in view.attempts}
    ahead = [(task.id, task.status, "–", "–") for task in view.tasks if task.id not in tried]
    rows = [
        (
            _opener(task, opened),
            tasks[task].title,
            f"Agent {tasks[task].agent}",
            status,
            after,
            length,
            took(tasks[task].planned_start * 60),
            took(tasks[task].estimate * 60),
        )
        for task, status, after, length in (*begun, *ahead)
    ]
    head = ("Task", "Title", "Agent", "Status", "Began after", "Took", "Planned after", "Estimate")
    parts.table(head, rows, caption="When each task was worked on, and when the plan had it")


def needs_table(view: RunView, opened: Open) -> None:
    """What each task waits for, and what it said."""
    rows = [
        (
            _opener(task.id, opened),
            task.title,
            _chip(task.status),
            ", ".join(task.needs) or "nothing",
            "yes" if task.critical else "no",
            task.checks,
            task.summary or "–",
        )
        for task in view.tasks
    ]
    head = ("Task", "Title", "Status", "Waits for", "Critical path", "Checks", "Said")
    parts.table(head, rows, caption="Tasks, and what each waits for", numbers=(5,))


def _length(start: float, end: float | None) -> str:
    return "still at it" if end is None else took(end - start)


def _chip(status: str) -> Callable[[], None]:
    return lambda: status_chip(status)


def _opener(task: str, opened: Open) -> Callable[[], object]:
    return lambda: parts.text("button", task, "task-link", type="button").on("click", lambda: opened(task))
