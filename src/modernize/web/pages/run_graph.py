"""The tasks of a plan as a graph in layers from left to right, a row for each agent."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from html import escape

from nicegui import ui
from nicegui.elements.mixins.text_element import TextElement

from modernize.web.look.parts import box, text
from modernize.web.look.words import took
from modernize.web.pages.run_words import SIGNS
from modernize.web.services.runs import RunView, TaskLine

Open = Callable[[str], Awaitable[None]]

_ROW_REM = 4.5
_BELOW_NAME_REM = 1.375
_NODE_REM = 2.5
_LEAST_COLUMN_REM = 3.5


def layers(tasks: Sequence[TaskLine]) -> dict[str, int]:
    """Each task's column: one to the right of the last task it waits for."""
    needs = {task.id: task.needs for task in tasks}
    found: dict[str, int] = {}

    def layer(task: str) -> int:
        if task not in found:
            found[task] = 1 + max((layer(need) for need in needs[task]), default=-1)
        return found[task]

    for task in needs:
        layer(task)
    return found


class Graph:
    """The drawing; `show` brings the states up to date, the layout stays."""

    def __init__(self, view: RunView, opened: Open) -> None:
        self._signs: dict[str, TextElement] = {}
        self._times: dict[str, TextElement] = {}
        self._nodes: dict[str, TextElement] = {}
        place = _places(view)
        columns = 1 + max((column for column, _ in place.values()), default=0)
        label = "Tasks in the order they depend on each other, from left to right"
        with box("div", "graph-scroll", role="group", aria_label=label), box("div", "graph") as graph:
            graph.style(f"--least:{columns * _LEAST_COLUMN_REM}rem;--tall:{len(view.agents) * _ROW_REM}rem")
            for row, agent in enumerate(view.agents):
                name = text("span", f"{agent.id} {agent.name}", "row-name", aria_hidden="true")
                name.style(f"top:{row * _ROW_REM}rem")
            ui.html(_arrows(view, place, columns), sanitize=False)
            for task in sorted(view.tasks, key=lambda task: place[task.id]):
                self._node(task, place[task.id], columns, opened)
        self.show(view)

    def show(self, view: RunView) -> None:
        """The run as it is now."""
        for task in view.tasks:
            node = self._nodes[task.id]
            node.classes(replace=f"{task.status}{' critical' if task.critical else ''}")
            self._signs[task.id].set_text(f"{SIGNS[task.status]} {task.id}")
            self._times[task.id].set_text(took(task.seconds) if task.seconds is not None else " ")
            after = f"after {' and '.join(task.needs)}" if task.needs else "first"
            said = f"{task.id} {task.title}: {task.status}, {after}"
            node.props["aria-label"] = said
            node.props["title"] = f"{said}{': ' if task.summary else ''}{task.summary}"

    def _node(self, task: TaskLine, place: tuple[int, int], columns: int, opened: Open) -> None:
        column, row = place
        with text("button", "", type="button") as node:
            self._signs[task.id] = text("span", "")
            self._times[task.id] = text("small", "")
        node.style(f"left:{_x(column, columns):.3f}%;top:{row * _ROW_REM + _BELOW_NAME_REM}rem")
        node.on("click", lambda: opened(task.id))
        self._nodes[task.id] = node


def _places(view: RunView) -> dict[str, tuple[int, int]]:
    """(column, row) of each task. Two of one agent never share a column: each waits for the one before."""
    rows = {agent.id: number for number, agent in enumerate(view.agents)}
    column = layers(view.tasks)
    return {task.id: (column[task.id], rows[task.agent]) for task in view.tasks}


def _x(column: int, columns: int) -> float:
    return 100 * (column + 0.5) / columns


def _arrows(view: RunView, place: dict[str, tuple[int, int]], columns: int) -> str:
    """The lines below the nodes, in percent across and rem down; those between agents are dashed."""
    tall = len(view.agents) * _ROW_REM
    paths = []
    for task in view.tasks:
        for need in task.needs:
            (one, row), (two, below) = place[need], place[task.id]
            x1, x2 = _x(one, columns), _x(two, columns)
            y1, y2 = (number * _ROW_REM + _BELOW_NAME_REM + _NODE_REM / 2 for number in (row, below))
            kind = "within" if row == below else "between"
            middle = (x1 + x2) / 2
            curve = f"M{x1:.2f} {y1:.2f} C{middle:.2f} {y1:.2f} {middle:.2f} {y2:.2f} {x2:.2f} {y2:.2f}"
            paths.append(
                f'<path class="{kind}" d="{curve}">'
                f"<title>{escape(need)} before {escape(task.id)}</title></path>"
            )
    return (
        f'<svg viewBox="0 0 100 {tall}" preserveAspectRatio="none" aria-hidden="true" focusable="false">'
        f"{''.join(paths)}</svg>"
    )
