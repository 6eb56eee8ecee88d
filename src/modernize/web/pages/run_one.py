"""One run on its page: drawn once, then kept up to date for as long as somebody looks."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from modernize.web.access.caller import Caller
from modernize.web.errors import ConsoleError, NotSignedIn, Unavailable
from modernize.web.look import parts
from modernize.web.look.acting import act, ask
from modernize.web.look.live import BUSY_SECONDS, IDLE_SECONDS, keep_looking
from modernize.web.look.overlay import Overlay
from modernize.web.pages.run_graph import Graph
from modernize.web.pages.run_lanes import Lanes
from modernize.web.pages.run_pages import show_pages
from modernize.web.pages.run_report import show_report
from modernize.web.pages.run_state import State
from modernize.web.pages.run_tables import needs_table, times_table, twin
from modernize.web.pages.run_task import show_finding, show_task
from modernize.web.services.runs import Runs, RunView, Watch


class OneRun:
    """The state, the two drawings with their tables, and the results of one run.

    Args:
        given: the query of the page's address: filters of the findings, and a task to open at once.
    """

    def __init__(self, caller: Caller, runs: Runs, run: str, given: Mapping[str, str]) -> None:
        self._caller, self._runs, self._run, self._given = caller, runs, run, given
        self._drawer = Overlay("drawer")
        self._happened: object = None
        self._shown = False
        self._drawn: RunView | None = None

    async def build(self, watch: Watch, view: RunView) -> None:
        """Draw it, and begin to look."""
        self._view = view
        self._notice = parts.box("div", "slot")
        self._state = State()
        with parts.section("Agents in parallel", note="Select a bar to see what its task did."):
            self._lanes = Lanes(view, self._open_task)
            self._times = twin(lambda: times_table(self._view, self._open_task))
        note = "From left to right: what waits for what; dashed from agent to agent."
        with parts.section("Task graph", note=note):
            self._graph = Graph(view, self._open_task)
            self._needs = twin(lambda: needs_table(self._view, self._open_task))
        self._results = parts.box("div", "results")
        await self._show(view)
        if task := self._given.get("task"):
            await self._open_task(task)
        keep_looking(lambda: self._look(watch))

    async def _look(self, watch: Watch) -> float | None:
        try:
            view = await ask(watch.look)
        except NotSignedIn:
            self._say_signed_out()
            return None
        except Unavailable:
            # While the names of two databases are swapped, neither lets anybody in.
            return BUSY_SECONDS
        except ConsoleError as error:
            with self._notice:
                parts.problem(error.message)
            return None
        await self._show(view)
        return BUSY_SECONDS if view.line.verdict == "under way" else IDLE_SECONDS

    def _say_signed_out(self) -> None:
        """Sessions are rows of the database, and a run that ends well puts another one in its place."""
        again = f"/sign-in?next={quote(f'/run?run={self._run}', safe='')}"
        with self._notice, parts.box("p", "problem", role="alert"):
            parts.text("span", "Your session has ended, as all do when a run swaps its new database in. ")
            parts.link("Sign in again", again)
            parts.text("span", " to see how it went on; the new database may have another demo password.")

    async def _show(self, view: RunView) -> None:
        if view == self._drawn:
            return
        self._view = self._drawn = view
        self._state.show(view)
        self._lanes.show(view)
        self._graph.show(view)
        # What changes with every second alone is not worth a table that somebody may be reading.
        happened = (view.line.verdict, view.line.sentence, view.line.after, view.marks, _standing(view))
        if happened == self._happened:
            return
        self._happened = happened
        self._times()
        self._needs()
        if view.line.verdict != "under way" or not self._shown:
            self._shown = True
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


def _standing(view: RunView) -> tuple[tuple[str, int], ...]:
    return tuple((task.status, task.attempts) for task in view.tasks)
