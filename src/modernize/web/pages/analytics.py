"""Analytics: the inventory by business unit, support, cost and import quality; every piece leads to its list."""

from __future__ import annotations

from fastapi import Request

from modernize.web.access.caller import Caller
from modernize.web.look import parts
from modernize.web.look.acting import ask
from modernize.web.look.bars import Bars, draw
from modernize.web.look.frame import page
from modernize.web.pages import analytics_bars as bars
from modernize.web.services import analytics
from modernize.web.services.analytics import Analysis


@page("/analytics")
async def sums(caller: Caller, request: Request) -> None:
    found = await ask(analytics.analysis, caller)
    _figures(found)
    if not found.total.assets and not found.import_count:
        parts.empty(
            "Nothing to add up yet", "Import a list of assets; this page then shows what they come to."
        )
        return
    with parts.columns():
        with parts.box("div", "side"):
            _section("Assets by business unit", bars.units(found), note="By type of asset")
            _section("Cost a month by 6R strategy", bars.strategy_costs(found), note=_compared(found))
            _section("Import quality", bars.quality(found), note=_listed(found))
        with parts.box("div", "side"):
            _section("End of support by operating system", bars.support(found), note=_as_of(found))
            _section("Cost a month by business unit", bars.unit_costs(found), note=_compared(found))
            _section("Why rows were refused", bars.reasons(found), note="A row can have several reasons")


def _figures(found: Analysis) -> None:
    total = found.total
    ended = found.out_of_support
    saved = f"{total.saving / total.estimated_now:.0%} less than now" if total.estimated_now else ""
    with parts.figures():
        parts.figure("Assets with a known cost", total.known, show="assets", href="/assets",
                     note=f"of {total.assets:,} assets")  # fmt: skip
        parts.figure("Cost a month, now", parts.money(total.now))
        parts.figure("In the cloud", parts.money(total.cloud), note=_estimates(found))
        parts.figure("Saving a month", parts.money(total.saving), note=saved, tone="accent")
        parts.figure("Out of support", ended, href=f"/assets?end_of_life_before={found.today}",
                     note=f"of {found.with_support:,} with a known last day",
                     tone="bad" if ended else "neutral")  # fmt: skip
        parts.figure("Records imported", found.records, show="raw_import_records", href="/imports",
                     note=f"{found.records_refused:,} refused")  # fmt: skip


def _estimates(found: Analysis) -> str:
    missing = found.total.known - found.total.estimated
    if missing:
        return f"{missing:,} without an estimate are left out"
    return "Every cost has an estimate" if found.total.known else ""


def _section(title: str, wanted: Bars, *, note: str) -> None:
    with parts.section(title, note=note):
        if wanted.bars:
            draw(wanted)
        else:
            parts.empty("Nothing to show yet")


def _as_of(found: Analysis) -> str:
    return f"As of today, {found.today} (UTC); the 12 months end on {found.horizon}"


def _compared(found: Analysis) -> str:
    return f"{found.total.estimated:,} assets with a cost now and an estimate for the cloud"


def _listed(found: Analysis) -> str:
    shown = len(found.imports)
    return (
        f"The latest {shown} of {found.import_count:,} imports" if shown < found.import_count else "By import"
    )
