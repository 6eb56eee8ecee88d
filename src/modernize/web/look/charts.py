"""Charts in the theme's colours, light and dark; each has a table of the same numbers for those who do not see it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from nicegui import ui
from nicegui.elements.echart.echart import EChart
from nicegui.events import EChartPointClickEventArguments

from modernize.web.look.parts import box, table, text

#: In order of use. The drawing is SVG, so these are the theme's own variables and follow its switch.
COLOURS = tuple(f"var(--c{number})" for number in range(1, 7))
INK, QUIET, LINE, RAISED = "var(--ink)", "var(--quiet)", "var(--line)", "var(--raised)"

Click = Callable[[EChartPointClickEventArguments], Awaitable[None] | None]


def chart(
    options: dict[str, Any],
    *,
    label: str,
    head: Sequence[str],
    rows: Sequence[Sequence[object]],
    numbers: Sequence[int] = (),
    clicked: Click | None = None,
    height: str = "16rem",
    open_table: bool = False,
) -> EChart:
    """An ECharts drawing and its table.

    Args:
        options: ECharts options; colours, text and animation are set here where they are not given.
        label: what the drawing shows, in words.
        head, rows, numbers: the same as a table; a cell may be a `Linked` one.
        clicked: called when a point is clicked; what it does must be reachable from the table as well.
    """
    with box("div", "chart"):
        drawing = ui.echart(_themed(options), on_point_click=clicked, renderer="svg")
        drawing.classes("drawing").style(f"height:{height}")
        drawing.props["role"] = "img"
        drawing.props["aria-label"] = label
        with box("details", open=open_table):
            text("summary", "As a table")
            table(head, rows, caption=label, numbers=numbers)
    return drawing


def _themed(options: dict[str, Any]) -> dict[str, Any]:
    words = {"color": QUIET, "fontFamily": "Roboto, system-ui, sans-serif", "fontSize": 12}
    tooltip = {
        "backgroundColor": RAISED,
        "borderColor": LINE,
        "textStyle": {"color": INK, "fontSize": 12},
        "confine": True,
        **options.get("tooltip", {}),
    }
    return {"color": list(COLOURS), "animation": False, "textStyle": words, **options, "tooltip": tooltip}


def axis(kind: str = "value", **more: Any) -> dict[str, Any]:
    """An axis in the theme's colours."""
    return {
        "type": kind,
        "axisLine": {"lineStyle": {"color": LINE}},
        "axisTick": {"show": False},
        "axisLabel": {"color": QUIET},
        "splitLine": {"lineStyle": {"color": LINE}},
        **more,
    }
