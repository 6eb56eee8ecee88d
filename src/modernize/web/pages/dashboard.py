"""Dashboard: how much there is, where flows and imports stand, what waits for a decision, and what happened lately."""

from __future__ import annotations

from asyncio import gather
from collections.abc import Sequence

from fastapi import Request
from nicegui import ui

from modernize.models.enums import FlowStatus
from modernize.web.access.caller import Caller
from modernize.web.look import parts
from modernize.web.look.acting import ask
from modernize.web.look.frame import page
from modernize.web.look.parts import Tone
from modernize.web.pages.dashboard_feed import STEP, Feed
from modernize.web.services import activity, dashboard
from modernize.web.services.dashboard import Approval, PhaseLoad, Totals
from modernize.web.services.import_quality import Quality

_STYLE = '<link rel="stylesheet" href="/look/dashboard.css">'


@page("/")
async def overview(caller: Caller, request: Request) -> None:
    ui.add_head_html(_STYLE)
    # Side by side: neither waits for the other's queries.
    found, latest = await gather(ask(dashboard.overview, caller), ask(activity.recent, caller, limit=STEP))
    _figures(found.totals)
    with parts.columns("dashboard"):
        with parts.box("div", "side"):
            _phases(found.phases)
            _imports(found.imports, found.totals.imports)
            _approvals(caller, found.approvals, found.totals.mappings_pending)
        with parts.section("Recent activity", note="Newest first, times in UTC"):
            Feed(caller).draw(latest)


def _figures(totals: Totals) -> None:
    with parts.figures():
        parts.figure("Assets", totals.assets, show="assets", href="/assets",
                     note=f"{totals.assets_ready:,} ready to move")  # fmt: skip
        parts.figure("Discovery flows", totals.flows, show="discovery_flows", href="/flows",
                     note=f"{totals.flows_completed:,} completed")  # fmt: skip
        parts.figure("Flows that failed", totals.flows_failed, show="flows.failed", href="/flows?status=failed",
                     note="See why" if totals.flows_failed else "None",
                     tone="bad" if totals.flows_failed else "neutral")  # fmt: skip
        parts.figure("Imports", totals.imports, show="data_imports", href="/imports",
                     note=f"{totals.records:,} rows, {totals.records_refused:,} refused")  # fmt: skip
        parts.figure("Mappings to approve", totals.mappings_pending, show="mappings.pending",
                     href="/mappings?status=pending", note=f"of {totals.mappings:,} mappings",
                     tone="warn" if totals.mappings_pending else "neutral")  # fmt: skip
        parts.figure("Waves", totals.waves, show="migration_waves", href="/planning",
                     note=f"{totals.assets_in_waves:,} assets assigned")  # fmt: skip


def _phases(loads: Sequence[PhaseLoad]) -> None:
    most = max(load.flows for load in loads) or 1
    with (
        parts.section("Flows by phase", actions=lambda: parts.link("All flows", "/flows")),
        parts.box("ul", "phases"),
    ):
        for load in loads:
            words = ", ".join(f"{number:,} {_spoken(status)}" for status, number in load.by_status.items())
            with parts.box("li"):
                parts.link(parts.words(load.phase), f"/flows?phase={load.phase}")
                with parts.box("div"):
                    shares = [
                        (_spoken(status), float(number), parts.tone_of(status))
                        for status, number in load.by_status.items()
                    ]
                    if shares:
                        with parts.box("div").style(f"width:{100 * load.flows / most:.1f}%"):
                            parts.bar(shares, label=f"{parts.words(load.phase)}: {words}")
                parts.text("span", words or "None", "note")


def _spoken(status: FlowStatus) -> str:
    return parts.words(status).lower()


def _imports(imports: Sequence[Quality], total: int) -> None:
    note = f"The latest {len(imports)} of {total:,}" if len(imports) < total else ""
    with parts.section("Import health", note=note, actions=lambda: parts.link("All imports", "/imports")):
        if not imports:
            parts.empty("No import yet", "Upload a list of assets on Data Import.")
            return
        with parts.box("ul", "health"):
            for each in imports:
                with parts.box("li"):
                    _import(each)


def _import(each: Quality) -> None:
    with parts.box("div", "line"):
        parts.link(each.name, f"/imports?import_id={each.id}")
        parts.chip(each.status)
        parts.text("span", each.source_system, "note")
    words = f"{each.accepted:,} accepted, {each.refused:,} refused"
    if each.total and each.refused:
        words += f" ({each.refused / each.total:.0%})"
    if each.unread:
        words += f", {each.unread:,} not read yet"
    if each.total:
        shares: list[tuple[str, float, Tone]] = [
            ("accepted", each.accepted, "good"),
            ("refused", each.refused, "bad"),
            ("not read yet", each.unread, "neutral"),
        ]
        parts.bar(shares, label=f"{each.name}: {words}")
    parts.text("p", words, "note")


def _approvals(caller: Caller, approvals: Sequence[Approval], total: int) -> None:
    note = f"The surest {len(approvals)} of {total:,}" if len(approvals) < total else "The surest first"
    way = "Decide" if caller.may("mapping:review") else "See all"
    with parts.section(
        "Mappings waiting for approval",
        note=note if approvals else "",
        actions=lambda: parts.link(way, "/mappings?status=pending"),
    ):
        if not approvals:
            parts.empty("Nothing waits for approval", "Mappings that need a decision appear here.")
            return
        parts.table(
            ("Column of the file", "Fills", "Sure", "Import"),
            [
                (
                    parts.Linked(each.source_field, f"/mappings?status=pending&mapping={each.id}"),
                    each.target_field,
                    f"{each.confidence:.0%}",
                    each.data_import,
                )
                for each in approvals
            ],
            caption="Mappings waiting for approval",
            numbers=(2,),
            name="approvals",
        )
