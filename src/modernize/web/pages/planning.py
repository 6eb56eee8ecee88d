"""Migration Planning: the 6R strategies, the waves on a board and in time, and what speaks against the plan."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from uuid import UUID

from fastapi import Request
from nicegui import ui
from nicegui.element import Element
from nicegui.events import EChartPointClickEventArguments

from modernize.models.enums import SixrStrategy
from modernize.web.access.caller import Caller
from modernize.web.look import parts
from modernize.web.look.acting import Turns, act, ask
from modernize.web.look.charts import COLOURS, RAISED, chart
from modernize.web.look.controls import go
from modernize.web.look.frame import page
from modernize.web.look.overlay import Overlay
from modernize.web.pages.asset_drawer import asset_opener
from modernize.web.pages.planning_board import READINESS, Actions, board
from modernize.web.pages.planning_dialogs import Dialogs
from modernize.web.pages.planning_timeline import timeline
from modernize.web.pages.planning_warnings import warning_list
from modernize.web.services import planning
from modernize.web.services.planning import UNDECIDED, Plan

_PATIENCE_SECONDS = 30.0


@page("/planning")
async def migration_planning(caller: Caller, request: Request) -> None:
    ui.add_head_html('<link rel="stylesheet" href="/look/planning.css">')
    plan = await ask(planning.plan, caller)
    view = Planning(caller)
    view.build(plan)
    # The warnings take longer than the rest on a large inventory: they come when the page is there.
    with suppress(TimeoutError):
        await ui.context.client.connected(_PATIENCE_SECONDS)
        await view.warn()


class Planning:
    """The page, drawn anew after a change."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller
        self._warned = Turns()
        self._content = parts.box("div", "stack")
        self._drawer = Overlay("drawer")
        self._dialogs = Dialogs(caller, self._changed)
        may = caller.may("planning:write")
        self._actions = Actions(
            opened=asset_opener(caller, self._drawer),
            move=self._dialogs.move if may else None,
            decide=self._dialogs.decide if may else None,
            dropped=self._dialogs.move,
        )

    def build(self, plan: Plan) -> None:
        self._content.clear()
        with self._content:
            _figures(plan)
            with parts.columns():
                _strategies(plan)
                with parts.section("What speaks against the plan"):
                    self._warnings = parts.box("div", "stack", role="status")
                    with self._warnings:
                        parts.text(
                            "p", "Looking at dependencies, cycles, capacity and readiness …", "loading"
                        )
            if not plan.waves:
                parts.empty(
                    "No wave is planned yet",
                    "Waves come with the plan; then assets move into them.",
                )
            with parts.section(
                "Board",
                note="Press Move, or drag an asset to another wave; you are asked before it counts."
                if self._actions.move
                else "Which asset moves when; an engagement manager may change it.",
            ):
                board(plan, self._actions)
            if plan.waves:
                timeline(plan.waves, plan.today)
                _readiness(plan)

    async def warn(self) -> None:
        """Fill in the warnings."""
        overtaken = self._warned.begin()
        found = await act(planning.warnings, self._caller)
        if overtaken():
            return
        self._warnings.clear()
        with self._warnings:
            if found:
                warning_list(found)
            elif found is not None:
                parts.empty(
                    "Nothing speaks against the plan",
                    "Dependencies, cycles, capacity and readiness agree.",
                )
            else:
                parts.problem("The warnings could not be worked out. Load the page again.")

    async def _changed(self, asset_id: str) -> None:
        plan = await act(planning.plan, self._caller)
        if plan:
            self.build(plan)
            # The button that was pressed is gone; the keyboard goes on at the asset's card, wherever it is now.
            ui.run_javascript(
                f"Vue.nextTick(() => (document.querySelector('[data-asset=\"{UUID(asset_id)}\"] button')"
                " ?? document.querySelector('.board')).focus())"
            )
            await self.warn()


def _figures(plan: Plan) -> None:
    in_no_wave = {bucket.reason: bucket.number for bucket in plan.buckets}
    not_ready = sum(wave.readiness.get("blocked", 0) for wave in plan.waves)
    with parts.figures():
        parts.figure("Waves", len(plan.waves), show="migration_waves")
        parts.figure(
            "Assets in waves", plan.assigned, show="wave_assignments", href="/assets?unassigned=false"
        )
        parts.figure(
            "Still to be planned",
            in_no_wave["unplanned"] + in_no_wave["undecided"],
            href="/assets?unassigned=true&staying=false",
            note="in no wave, and not retained or retired",
        )
        parts.figure("Blocked in waves", not_ready, tone="bad" if not_ready else "neutral",
                     href="/assets?unassigned=false&readiness_status=blocked")  # fmt: skip
        parts.figure(
            "Budget", parts.money(sum((wave.row["budget"] or 0) for wave in plan.waves)), note="of all waves"
        )


def _strategies(plan: Plan) -> Element | None:
    """The donut of the 6R strategies; its table is its legend, with the same links."""
    counted = [(name, plan.strategies[name]) for name in (*map(str, SixrStrategy), UNDECIDED)]
    shown = [(name, number) for name, number in counted if name != UNDECIDED or number]
    whole = sum(number for _, number in shown) or 1
    colours = {name: COLOURS[place % len(COLOURS)] for place, (name, _) in enumerate(shown)}
    with parts.section(
        "6R strategies", note="How each asset is to be treated; a segment leads to its assets"
    ):
        return chart(
            {
                "tooltip": {"trigger": "item", "formatter": "{b}: {c} ({d}%)"},
                "series": [
                    {
                        "type": "pie",
                        "radius": ["56%", "88%"],
                        "label": {"show": False},
                        "itemStyle": {"borderColor": RAISED, "borderWidth": 2},
                        "data": [
                            {
                                "name": parts.words(name),
                                "value": number,
                                "itemStyle": {"color": colours[name]},
                            }
                            for name, number in shown
                        ],
                    }
                ],
            },
            label="Number of assets by 6R strategy",
            head=("Strategy", "Assets", "Share"),
            rows=[
                (_named(name, colours), _counted(name, number), f"{number / whole:.0%}")
                for name, number in shown
            ],
            numbers=(1, 2),
            clicked=_segment,
            height="13rem",
            open_table=True,
        )


def _segment(event: EChartPointClickEventArguments) -> None:
    go(_way_to(str(event.name).lower()))


def _way_to(name: str) -> str:
    """The list of the assets with a strategy, or with none."""
    return "/assets?without=six_r_strategy" if name == UNDECIDED else f"/assets?six_r_strategy={name}"


def _named(name: str, colours: Mapping[str, str]) -> Callable[[], None]:
    def draw() -> None:
        parts.box("span", "swatch", aria_hidden="true").style(f"background:{colours[name]}")
        parts.link(parts.words(name), _way_to(name))

    return draw


def _counted(name: str, number: int) -> Callable[[], None]:
    def draw() -> None:
        if name == UNDECIDED:
            parts.text("span", parts.number(number))
        else:
            parts.text("span", parts.number(number), data_show=f"assets.{name}")

    return draw


def _readiness(plan: Plan) -> None:
    def cell(number: int, wave_id: object, status: str) -> Callable[[], None]:
        def draw() -> None:
            if number:
                parts.link(
                    parts.number(number), f"/assets?migration_wave_id={wave_id}&readiness_status={status}"
                )
            else:
                parts.text("span", "0")

        return draw

    with parts.section(
        "Readiness", note="How many assets of each wave could move today; a number leads to them"
    ):
        parts.table(
            ("Wave", *map(parts.words, READINESS), "Assets", "Capacity"),
            [
                (
                    f"{wave.row['sequence']}  {wave.row['name']}",
                    *(cell(wave.readiness.get(status, 0), wave.row["id"], status) for status in READINESS),
                    wave.assigned,
                    wave.row["capacity"],
                )
                for wave in plan.waves
            ],
            caption="Readiness of the waves",
            numbers=range(1, len(READINESS) + 3),
        )
