"""Dependency Analysis: the graph around an asset, the circles in it, and every dependency as a table."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any
from uuid import UUID

from fastapi import Request
from nicegui import ui
from nicegui.element import Element

from modernize.models.enums import DependencyStrength, DependencyType
from modernize.web.access.caller import Caller
from modernize.web.look import parts
from modernize.web.look.acting import Turns, act, ask
from modernize.web.look.controls import button, choice, field
from modernize.web.look.filters import Filters
from modernize.web.look.frame import page
from modernize.web.look.grid import Column, Grid
from modernize.web.look.network import NetworkDrawing
from modernize.web.look.overlay import Overlay
from modernize.web.pages.asset_drawer import asset_opener
from modernize.web.pages.dependency_drawing import draw, legend
from modernize.web.services import dependencies
from modernize.web.services.dependencies import DependencyFilter, Graph, NamedCircle
from modernize.web.services.dependency_network import Direction

COLUMNS = (
    Column("source", "Asset", "link"),
    Column("dependency_type", "How", "chip"),
    Column("target", "Needs", "link"),
    Column("protocol", "Protocol"),
    Column("port", "Port"),
    Column("strength", "Strength", "chip"),
    Column("evidence", "Known from", "chip"),
    Column("confidence_percent", "Confidence", "share"),
    Column("cycle", "Cycle", "chip"),
    Column("description", "Why", "wraps", sort=False, shown=False),
)

#: Dependency type -> (words, number in pages.toml).
FIGURES: Mapping[DependencyType, tuple[str, str]] = {
    DependencyType.RUNS_ON: ("Application to server", "dependencies.runs_on"),
    DependencyType.STORES_DATA_IN: ("Application to database", "dependencies.stores_data_in"),
    DependencyType.HOSTED_ON: ("Database to server", "dependencies.hosted_on"),
    DependencyType.CALLS: ("Calls", "dependencies.calls"),
}

DEPTHS = {"1": "1 hop", "2": "2 hops", "3": "3 hops", "4": "4 hops", "all": "All the way"}
DIRECTIONS: Mapping[str, str] = {
    Direction.BOTH: "Both ways",
    Direction.NEEDS: "What it needs",
    Direction.NEEDED_BY: "What needs it",
}
_PATIENCE_SECONDS = 30.0
_LOOKING = "Looking …"

NAMES = ("focus", "depth", "direction", "dependency_type", "strength", "intended", "search")


@page("/dependencies")
async def dependency_analysis(caller: Caller, request: Request) -> None:
    ui.add_head_html('<link rel="stylesheet" href="/look/network.css">')
    filters = Filters(request.query_params, NAMES)
    counts = await ask(dependencies.count_by_type, caller)
    _figures(counts)
    if not counts[""]:
        parts.empty(
            "No dependency is known yet",
            "They come from imports and from the dependency analysis of a discovery flow.",
        )
        return
    analysis = Analysis(caller, filters)
    analysis.build()
    # The graph and its circles are worked out over everything: they come when the page is there.
    with suppress(TimeoutError):
        await ui.context.client.connected(_PATIENCE_SECONDS)
        await analysis.look()


class Analysis:
    """What changes with the filters: graph, table and the words about them. The filters stand in the address."""

    def __init__(self, caller: Caller, filters: Filters) -> None:
        self._caller = caller
        self._filters = filters
        self._draws, self._suggests = Turns(), Turns()

    def build(self) -> None:
        self._drawer = Overlay("drawer")
        for name, message in understood(self._filters.values)[1].items():
            parts.problem(message)
            del self._filters.values[name]
        with parts.box("div", "stack"):
            with parts.box("div", "filters", role="search", aria_label="Filter the dependencies"):
                self._controls()
            self._focus = parts.box("div", "stack")
        with parts.section("Graph"):
            self._said = parts.text("p", _LOOKING, "note", role="status")
            ui.html(legend(), sanitize=False)
            self._drawing = NetworkDrawing(
                label="What needs what, from left to right; the table below says the same",
                opened=asset_opener(self._caller, self._drawer),
            )
        with parts.section(
            "Circular dependencies", note="What needs each other in a circle moves in one wave."
        ) as self._cycles:
            self._none_yet = parts.text("p", _LOOKING, "note", role="status")
        with parts.section(
            "All of them as a table", note="The same filters apply; a name shows its asset in the graph."
        ):
            with parts.box("div", "filters"):
                self._filters.search("Name of either end", label="Find by name")
            self._grid = Grid(
                "dependencies",
                "/api/dependencies",
                COLUMNS,
                caption="Dependencies of the engagement",
                filters=self._filters.values,
                sort="source",
                nothing="No dependency fits these filters.",
            )
        self._filters.tell(self._changed)

    def _controls(self) -> None:
        self._asked = field("Focus", self._suggest, kind="search", hint="Name of an asset", live=True)
        set_depth, set_way = self._filters.setter("depth"), self._filters.setter("direction")
        choice("How far", DEPTHS, set_depth, value=self._filters["depth"] or "2")
        choice("Which way", DIRECTIONS, set_way, value=self._filters["direction"] or Direction.BOTH)
        self._filters.choice("dependency_type", "Kind", DependencyType)
        self._filters.choice("strength", "Strength", DependencyStrength)
        self._filters.choice(
            "intended", "Cycles", {"true": "Known cycles only", "false": "Without known cycles"}
        )

    async def _changed(self, name: str) -> None:
        self._grid.show(self._filters.values)
        if name != "search":
            await self._draw()

    async def look(self) -> None:
        """Draw the graph for the first time, and list the circles."""
        found = await self._draw()
        if found:
            self._none_yet.delete()
            with self._cycles:
                _circles(found)
        else:
            self._none_yet.set_text("They could not be looked for.")

    async def _draw(self) -> Graph | None:
        wanted, _ = understood(self._filters.values)
        self._said.set_text(_LOOKING)
        overtaken = self._draws.begin()
        found = await act(dependencies.graph, self._caller, wanted)
        if overtaken():
            return found
        if found:
            self._show(found, wanted)
        else:
            self._said.set_text(
                "There is no graph for this address. Choose another focus, or open the page anew."
            )
        return found

    async def _suggest(self, text: str) -> None:
        """Buttons for the assets that fit what is typed; pressing one makes it the focus."""
        overtaken = self._suggests.begin()
        found = await act(dependencies.suggest, self._caller, text) if text.strip() else []
        if overtaken():
            return
        self._focus.clear()
        with self._focus:
            if found:
                with parts.box("div", "suggestions", role="group", aria_label="Assets that fit"):
                    for row in found:
                        words = f"{row['name']} ({parts.words(row['asset_type']).lower()})"
                        button(words, self._focuser(row["id"]))
            elif text.strip():
                parts.text("p", f'No asset is called "{text}".', "note", role="status")

    def _focuser(self, asset_id: UUID | None) -> Any:
        async def focus() -> None:
            # Before anything is redrawn: the button that was pressed goes with it, and with it the way to the browser.
            ui.run_javascript(f"getHtmlElement({self._asked.id}).value = ''")
            await self._filters.set("focus", str(asset_id or ""))

        return focus

    def _show(self, graph: Graph, wanted: DependencyFilter) -> None:
        self._said.set_text(_said(graph, wanted))
        # What was typed before is answered by the graph.
        self._suggests.begin()
        self._focus.clear()
        if graph.focus:
            with self._focus, parts.box("p", "line"):
                parts.text("span", "Around")
                parts.text("strong", graph.focus)
                parts.link("Details", f"/assets?asset={wanted.focus}")
                button("Show everything", self._focuser(None))
        draw(self._drawing, graph, wanted.focus)


def understood(filters: Mapping[str, str]) -> tuple[DependencyFilter, dict[str, str]]:
    """The filters of an address as values, and a sentence for each that is not one, taken as not given."""
    wrong: dict[str, str] = {}

    def read(name: str, convert: Any, expected: str, usual: Any = None) -> Any:
        if not filters.get(name):
            return usual
        try:
            return convert(filters[name])
        except (KeyError, ValueError):
            wrong[name] = f'The address says {name}="{filters[name]}", expected {expected}; it is left out.'
            return usual

    wanted = DependencyFilter(
        focus=read("focus", UUID, "the id of an asset"),
        depth=read(
            "depth",
            {**{str(hops): hops for hops in range(1, 5)}, "all": None}.__getitem__,
            "1 to 4 or all",
            2,
        ),
        direction=read("direction", Direction, " or ".join(Direction), Direction.BOTH),
        dependency_type=read("dependency_type", DependencyType, " or ".join(DependencyType)),
        strength=read("strength", DependencyStrength, " or ".join(DependencyStrength)),
        intended=read("intended", {"true": True, "false": False}.__getitem__, "true or false"),
    )
    return wanted, wrong


def _said(graph: Graph, wanted: DependencyFilter) -> str:
    shown, every = len(graph.assets), graph.assets_in_all
    if not shown:
        return "No dependency fits these filters."
    edges, edges_in_all = len(graph.dependencies), graph.dependencies_in_all
    words = f"{parts.number(shown)} of {parts.number(every)} assets shown"
    if shown < every:
        words += ", the nearest to it" if wanted.focus else ", those around the most connected one"
    words += f", with {parts.number(edges)} of {parts.number(edges_in_all)} dependencies between them."
    return words + (" Choose a focus to see others." if shown < every and not wanted.focus else "")


def _figures(counts: Mapping[str, int]) -> None:
    with parts.figures():
        parts.figure("Dependencies", counts[""], show="asset_dependencies", href="/dependencies")
        for kind, (label, show) in FIGURES.items():
            parts.figure(label, counts[kind], show=show, href=f"/dependencies?dependency_type={kind}")
        parts.figure(
            "In known cycles",
            counts["intended"],
            show="dependencies.intended_cycles",
            href="/dependencies?intended=true",
            note="red in the graph",
            tone="bad" if counts["intended"] else "neutral",
        )


def _circles(graph: Graph) -> None:
    if not graph.circles:
        parts.empty("No asset needs itself in a circle")
        return
    with parts.box("ul", "circles"):
        for circle in graph.circles:
            _circle(circle)
    more = graph.circles_in_all - len(graph.circles)
    if more:
        parts.text("p", f"and {parts.number(more)} more, none of them larger", "note")


def _circle(circle: NamedCircle) -> Element:
    with parts.box("li") as line:
        with parts.box("p", "way"):
            for member in circle.members:
                parts.link(member["name"], f"/dependencies?focus={member['id']}&depth=1")
                parts.text("span", "→", aria_label="needs", role="img")
            if circle.size > len(circle.members):
                parts.text("span", f"and {parts.number(circle.size - len(circle.members))} more")
            else:
                parts.text("span", circle.members[0]["name"])
        with parts.box("p", "line"):
            parts.chip("known and accepted" if circle.intended else "not declared as intended",
                       "neutral" if circle.intended else "bad")  # fmt: skip
            parts.text("span", f"{circle.size} assets, {circle.edges} dependencies, {_waves(circle)}", "note")
    return line


def _waves(circle: NamedCircle) -> str:
    waves = sorted({member["wave"] or 0 for member in circle.members})
    if len(waves) > 1:
        return "split: " + ", ".join(f"wave {wave}" if wave else "no wave" for wave in waves)
    return f"all in wave {waves[0]}" if waves[0] else "in no wave"
