"""The agents of a run side by side: what the plan estimated above, what really happened below, on two axes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from nicegui.element import Element
from nicegui.elements.mixins.text_element import TextElement

from modernize.web.look.parts import box, text
from modernize.web.look.words import took
from modernize.web.pages.run_words import SIGNS, mark, ticks
from modernize.web.services.runs import AgentLane, Attempt, RunView, TaskLine

Open = Callable[[str], Awaitable[None]]

_KEY = ("passed", "running", "failed", "interrupted")

#: A bar narrower than this share of the axis has no room for its task's id.
_ROOM = 3.5


class Lanes:
    """The drawing; `show` brings it up to date without taking the focus from a bar."""

    def __init__(self, view: RunView, opened: Open) -> None:
        self._opened = opened
        self._bars: dict[tuple[str, int], TextElement] = {}
        self._tracks: dict[str, Element] = {}
        self._now: dict[str, TextElement] = {}
        self._marks: list[Element] = []
        self._length = 0.0
        with box("div", "lanes"):
            _axis("Plan", view.planned_minutes * 60.0)
            for agent in view.agents:
                self._lane(agent, view)
            with box("div", "lane-axis"):
                text("span", "Measured", "what")
                self._ticks = box("div", "ticks", aria_hidden="true")
        _key()
        self.show(view)

    def show(self, view: RunView) -> None:
        """The run as it is now."""
        self._length = max(view.seconds, 0.1)
        tasks = {task.id: task for task in view.tasks}
        lane = {task: agent.id for agent in view.agents for task in agent.tasks}
        for attempt in view.attempts:
            self._bar(attempt, tasks[attempt.task], lane[attempt.task])
        for agent in view.agents:
            self._now[agent.id].set_text(agent.now)
        self._ticks.clear()
        with self._ticks:
            _marks(self._length)
        self._vertical(view)

    def _lane(self, agent: AgentLane, view: RunView) -> None:
        planned = {task.id: task for task in view.tasks}
        with box("div", "lane", role="group", aria_label=f"Agent {agent.id}, {agent.name}"):
            with box("div", "lane-name"):
                text("h3", f"{agent.id} {agent.name}", title=agent.focus)
                self._now[agent.id] = text("span", agent.now, "note")
            with box("div", "lane-track") as track:
                for task in agent.tasks:
                    self._plan(planned[task], view.planned_minutes)
        self._tracks[agent.id] = track

    def _plan(self, task: TaskLine, minutes: int) -> None:
        """The estimate: for the eye and the mouse; everything it says stands in the table as well."""
        critical = " critical" if task.critical else ""
        title = f"{task.id} {task.title}: planned {took(task.estimate * 60)}"
        bar = text("span", task.id, f"plan{critical}", aria_hidden="true", title=title)
        bar.style(
            f"left:{100 * task.planned_start / minutes:.3f}%;width:{100 * task.estimate / minutes:.3f}%"
        )
        bar.on("click", lambda: self._opened(task.id))

    def _bar(self, attempt: Attempt, task: TaskLine, agent: str) -> None:
        place = (attempt.task, attempt.number)
        if place not in self._bars:
            with self._tracks[agent]:
                self._bars[place] = bar = text("button", "", type="button")
            bar.on("click", lambda: self._opened(attempt.task))
        bar = self._bars[place]
        end = self._length if attempt.end is None else attempt.end
        width = 100 * (end - attempt.start) / self._length
        earlier = " earlier" if attempt.number < task.attempts else ""
        bar.classes(replace=f"{attempt.status}{earlier}")
        bar.style(replace=f"left:{100 * attempt.start / self._length:.3f}%;width:{width:.3f}%")
        bar.set_text(attempt.task if width >= _ROOM else "")
        said = f"{task.id} {task.title}, {attempt.status}, {took(end - attempt.start)}"
        again = f", attempt {attempt.number}" if task.attempts > 1 else ""
        bar.props["aria-label"] = bar.props["title"] = said + again

    def _vertical(self, view: RunView) -> None:
        for line in self._marks:
            line.delete()
        self._marks = []
        for event in view.marks:
            for track in self._tracks.values():
                with track:
                    drawn = box(
                        "span", "mark", title=f"{event.what} after {took(event.at)}", aria_hidden="true"
                    )
                self._marks.append(drawn.style(f"left:{100 * event.at / self._length:.3f}%"))


def _axis(what: str, seconds: float) -> None:
    with box("div", "lane-axis"):
        text("span", what, "what")
        with box("div", "ticks", aria_hidden="true"):
            _marks(seconds)


def _marks(seconds: float) -> None:
    at = ticks(seconds)
    for number, tick in enumerate(at):
        last = number == len(at) - 1 and tick > 0.9 * seconds
        text("span", mark(tick), "last" if last else "").style(f"left:{100 * tick / seconds:.3f}%")


def _key() -> None:
    with box("div", "key", aria_hidden="true"):
        with box("span"):
            box("i", "plan")
            text("span", "estimate; underlined: critical path")
        for status in _KEY:
            with box("span"):
                box("i", status)
                text("span", f"{SIGNS[status]} {status}")
