"""Run: the plan itself, live. History, agents in parallel, the graph of tasks, the report, what each task left."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from fastapi import Request
from nicegui import ui
from nicegui.element import Element

from modernize.web.access.caller import Caller
from modernize.web.errors import ConsoleError, NotSignedIn
from modernize.web.look import parts
from modernize.web.look.acting import act, ask
from modernize.web.look.controls import choice, go
from modernize.web.look.frame import page
from modernize.web.look.overlay import Overlay
from modernize.web.pages.run_graph import Graph
from modernize.web.pages.run_lanes import Lanes
from modernize.web.pages.run_live import BUSY_SECONDS, IDLE_SECONDS, keep_looking
from modernize.web.pages.run_report import show_pages, show_report
from modernize.web.pages.run_task import show_finding, show_task, status_chip
from modernize.web.pages.run_words import moment, took
from modernize.web.services.runs import Counts, RunLine, Runs, RunView, Watch
from modernize.web.settings import settings_of

_TONES: dict[str, parts.Tone] = {
    "passed": "good",
    "failed": "bad",
    "damaged": "bad",
    "under way": "accent",
    "interrupted": "warn",
    "not begun": "neutral",
}

_START = (
    "Start one with `reseed demo`, which needs nothing, or with `reseed run` on a database of your own. "
    "This page follows it from its first task."
)


@page("/run")
async def run_page(caller: Caller, request: Request) -> None:
    ui.add_head_html('<link rel="stylesheet" href="/look/run.css">')
    runs = await ask(Runs.of, settings_of(request))
    history = await ask(runs.history, caller)
    if not history:
        parts.empty("No run yet", _START)
        _await_first(caller, runs)
        return
    wanted = request.query_params.get("run", history[0].id)
    _choose(history, wanted)
    try:
        watch = await ask(runs.watch, caller, wanted)
        view = await ask(watch.look)
    except NotSignedIn:
        raise
    except ConsoleError as error:
        parts.problem(error.message)
    else:
        await _RunPage(caller, runs, wanted, dict(request.query_params)).build(watch, view)
    _history(history)


class _RunPage:
    """One run on its page: built once, then brought up to date while the run is under way."""

    def __init__(self, caller: Caller, runs: Runs, run: str, given: dict[str, str]) -> None:
        self._caller, self._runs, self._run, self._given = caller, runs, run, given
        self._drawer = Overlay("drawer")
        self._seen: object = None

    async def build(self, watch: Watch, view: RunView) -> None:
        self._head = parts.box("div", "stack")
        with parts.section("Agents in parallel", note="Select a bar to see what its task did."):
            self._lanes = Lanes(view, self._open_task)
            self._times = _twin(lambda: _times_table(self._view, self._open_task))
        with parts.section(
            "Task graph", note="Left to right: what waits for what; dashed from agent to agent."
        ):
            self._graph = Graph(view, self._open_task)
            self._needs = _twin(lambda: _needs_table(self._view, self._open_task))
        self._results = parts.box("div", "stack")
        await self._show(view)
        if task := self._given.get("task"):
            await self._open_task(task)
        keep_looking(lambda: self._look(watch))

    async def _look(self, watch: Watch) -> float | None:
        view = await act(watch.look)
        if view is None:
            # The refusal was shown; what cannot be read now will not mend itself while somebody looks.
            return None
        await self._show(view)
        return BUSY_SECONDS if view.line.verdict == "under way" else IDLE_SECONDS

    async def _show(self, view: RunView) -> None:
        self._view = view
        under_way = view.line.verdict == "under way"
        changed = (view.line.verdict, [(task.status, task.attempts) for task in view.tasks], view.marks)
        if not under_way and changed == self._seen:
            return
        self._lanes.show(view)
        self._head.clear()
        with self._head:
            _figures(view)
        if changed == self._seen:
            return
        before, self._seen = self._seen, changed
        self._graph.show(view)
        self._times()
        self._needs()
        if before is None or not under_way:
            await self._show_results()

    async def _show_results(self) -> None:
        report = await act(self._runs.report, self._caller, self._run)
        pages = await act(self._runs.pages, self._caller, self._run)
        self._results.clear()
        with self._results:
            if report:
                show_report(self._run, report, self._given, self._open_finding)
            else:
                with parts.section("Validation report"):
                    parts.empty("Not validated yet", "The last task asks every check and writes the report.")
            show_pages(self._run, pages)

    async def _open_task(self, task: str) -> None:
        found = await act(self._runs.task, self._caller, self._run, task)
        if found:
            show_task(self._drawer, self._run, found)

    async def _open_finding(self, check: str) -> None:
        found = await act(self._runs.finding, self._caller, self._run, check)
        if found:
            show_finding(self._drawer, found)


def _await_first(caller: Caller, runs: Runs) -> None:
    """Show the first run as soon as there is one."""

    async def look() -> float | None:
        if await act(runs.history, caller):
            go("/run")
            return None
        return IDLE_SECONDS

    keep_looking(look)


def _choose(history: Sequence[RunLine], wanted: str) -> None:
    options = {line.id: f"{moment(line.started)} · {line.verdict}" for line in history}
    with parts.box("div", "filters"):
        choice("Run", {wanted: wanted, **options}, lambda run: go(f"/run?run={run}"), value=wanted)


def _figures(view: RunView) -> None:
    line = view.line
    with parts.box("div", "line", role="status"):
        parts.chip(line.verdict, _TONES[line.verdict])
        parts.text("span", line.sentence)
        parts.text("span", f"{line.target} · began {moment(line.started)} UTC", "note")
    with parts.figures():
        parts.figure("Tasks passed", f"{line.passed} of {line.tasks}")
        parts.figure("Took", took(line.seconds), note=f"planned {took(view.planned_minutes * 60)}")
        parts.figure("Checks at gates", sum(task.checks for task in view.tasks))
        for label, field in (
            ("Schema drifts", "drift"),
            ("Orphaned rows", "orphans"),
            ("Tenant leaks", "leaks"),
        ):
            _before_after(label, line.before, line.after, field)


def _before_after(label: str, before: Counts | None, after: Counts | None, field: str) -> None:
    was = getattr(before, field) if before else None
    now = getattr(after, field) if after else None
    note = f"before: {parts.number(was)}" if was is not None else "not counted yet"
    parts.figure(label, now, note=note, tone="bad" if now else "neutral")


def _history(history: Sequence[RunLine]) -> None:
    head = (
        "Run",
        "Verdict",
        "Began (UTC)",
        "Took",
        "Database",
        "Tasks",
        "Drifts",
        "Orphans",
        "Leaks",
        "Said",
    )
    with parts.section("History", note="Before and after, where they were counted"):
        parts.table(
            head, [_history_row(line) for line in history], caption="Runs, the newest first", name="runs"
        )


def _history_row(line: RunLine) -> list[object]:
    return [
        lambda: parts.link(line.id, f"/run?run={line.id}"),
        lambda: parts.chip(line.verdict, _TONES[line.verdict]),
        moment(line.started),
        took(line.seconds),
        line.database or "–",
        f"{line.passed} of {line.tasks}" if line.tasks else "–",
        *(_change(line, field) for field in ("drift", "orphans", "leaks")),
        line.sentence,
    ]


def _change(line: RunLine, field: str) -> str:
    counts = [parts.number(getattr(found, field)) for found in (line.before, line.after) if found]
    return " → ".join(counts) or "–"


def _twin(draw: Callable[[], None]) -> Callable[[], None]:
    """A table below a drawing; returns what draws it anew."""
    with parts.box("details"):
        parts.text("summary", "As a table")
        inside: Element = parts.box("div")

    def again() -> None:
        inside.clear()
        with inside:
            draw()

    return again


def _opener(task: str, opened: Callable[[str], Awaitable[None]]) -> Callable[[], object]:
    return lambda: parts.text("button", task, "task-link", type="button").on("click", lambda: opened(task))


def _times_table(view: RunView, opened: Callable[[str], Awaitable[None]]) -> None:
    tasks = {task.id: task for task in view.tasks}
    rows = [
        (
            _opener(attempt.task, opened),
            tasks[attempt.task].title,
            f"Agent {tasks[attempt.task].agent}",
            attempt.status,
            took(attempt.start),
            took(None if attempt.end is None else attempt.end - attempt.start),
            took(tasks[attempt.task].planned_start * 60),
            took(tasks[attempt.task].estimate * 60),
        )
        for attempt in view.attempts
    ]
    head = ("Task", "Title", "Agent", "Status", "Began after", "Took", "Planned after", "Estimate")
    parts.table(head, rows, caption="When each task was worked on, and when the plan had it")


def _needs_table(view: RunView, opened: Callable[[str], Awaitable[None]]) -> None:
    rows = [
        (
            _opener(task.id, opened),
            task.title,
            lambda status=task.status: status_chip(status),
            ", ".join(task.needs) or "nothing",
            "yes" if task.critical else "no",
            task.checks,
            task.summary,
        )
        for task in view.tasks
    ]
    head = ("Task", "Title", "Status", "Waits for", "Critical path", "Checks", "Said")
    parts.table(head, rows, caption="Tasks, and what each waits for", numbers=(5,))
