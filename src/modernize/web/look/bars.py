"""Horizontal bars whose every piece leads to the list behind it; the table of the same numbers has the same links."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from nicegui.events import EChartPointClickEventArguments

from modernize.web.look import parts
from modernize.web.look.charts import INK, QUIET, RAISED, axis, chart
from modernize.web.look.controls import go

_DRAWN = 15
"""Bars of one drawing; the table has them all."""

_FORMATS = {
    "number": "(value) => value.toLocaleString('en-US')",
    "money": "(value) => '$' + Math.round(value).toLocaleString('en-US')",
}


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: a name, and for each series a value and the address of the list it counts."""

    name: str
    pieces: Sequence[tuple[float, str]]
    href: str = ""
    after: Sequence[object] = ()


@dataclass(frozen=True, slots=True)
class Bars:
    """A chart of bars.

    Attributes:
        label: what it shows, in words. of: what a bar stands for, the head of the table's first column.
        series: name and colour of each. stacked: one on the other, or side by side.
        after: heads of more columns of numbers that only the table has; each bar's `after` fills them.
    """

    label: str
    of: str
    series: Sequence[tuple[str, str]]
    bars: Sequence[Bar]
    stacked: bool = True
    unit: Literal["number", "money"] = "number"
    after: Sequence[str] = ()


def draw(wanted: Bars) -> None:
    """Draw legend, bars and table."""
    drawn = wanted.bars[:_DRAWN]
    _legend(wanted)
    if len(drawn) < len(wanted.bars):
        parts.text("p", f"The first {len(drawn)} of {len(wanted.bars)}; all are in the table.", "note")
    columns = 1 + len(wanted.series) + len(wanted.after)
    chart(
        _options(wanted, drawn),
        label=wanted.label,
        head=(wanted.of, *(name for name, _ in wanted.series), *wanted.after),
        rows=[_row(wanted, bar) for bar in wanted.bars],
        numbers=range(1, columns),
        clicked=lambda event: _follow(drawn, event),
        height=f"{_height(wanted, len(drawn)):.2f}rem",
    )


def _legend(wanted: Bars) -> None:
    if len(wanted.series) < 2:
        return
    with parts.box("div", "legend", aria_hidden="true"):
        for name, colour in wanted.series:
            with parts.box("span"):
                parts.box("i").style(f"background:{colour}")
                parts.text("span", name)


def _height(wanted: Bars, bars: int) -> float:
    return 1.875 + bars * (2.125 if wanted.stacked else 2.5)


def _options(wanted: Bars, drawn: Sequence[Bar]) -> dict[str, object]:
    form = _FORMATS[wanted.unit]
    return {
        "grid": {"left": 4, "right": 28, "top": 4, "bottom": 4, "containLabel": True},
        "tooltip": {"trigger": "item", ":valueFormatter": form},
        "xAxis": axis(
            "value",
            splitNumber=4,
            minInterval=1,
            axisLabel={"color": QUIET, ":formatter": form, "hideOverlap": True},
        ),
        "yAxis": axis(
            "category",
            data=[bar.name for bar in drawn],
            inverse=True,
            axisLabel={"color": INK, "width": 150, "overflow": "truncate"},
        ),
        "series": [
            {
                "type": "bar",
                "name": name,
                **({"stack": "all"} if wanted.stacked else {"barGap": "10%"}),
                "data": [bar.pieces[place][0] for bar in drawn],
                "itemStyle": {"color": colour, "borderColor": RAISED, "borderWidth": 1},
                "barMaxWidth": 18,
                "barCategoryGap": "35%",
                "emphasis": {"disabled": True},
            }
            for place, (name, colour) in enumerate(wanted.series)
        ],
    }


def _row(wanted: Bars, bar: Bar) -> list[object]:
    cells: list[object] = [_linked(bar.name, bar.href)]
    for value, href in bar.pieces:
        said = parts.money(value) if wanted.unit == "money" else parts.number(value)
        cells.append(_linked(said, href if value else ""))
    return [*cells, *bar.after]


def _linked(said: str, href: str) -> object:
    return parts.Linked(said, href) if href else said


def _follow(drawn: Sequence[Bar], event: EChartPointClickEventArguments) -> None:
    if event.component_type == "series" and 0 <= event.data_index < len(drawn):
        go(drawn[event.data_index].pieces[event.series_index][1])
