"""Discovery Flows: every flow with its phases, what the agents noticed, and the way to start another one."""

from __future__ import annotations

from fastapi import Request
from nicegui import ui

from modernize.models.enums import DiscoveryPhase, FlowStatus
from modernize.web.access.caller import Caller
from modernize.web.look import parts
from modernize.web.look.acting import ask
from modernize.web.look.controls import button
from modernize.web.look.frame import page
from modernize.web.look.overlay import Overlay
from modernize.web.pages.flow import STYLE
from modernize.web.pages.flow_insights import InsightList
from modernize.web.pages.flow_list import FlowList
from modernize.web.pages.flow_start import ask_to_start
from modernize.web.services import flows
from modernize.web.services.flows import FlowCounts

#: The numbers' names in pages.toml; what has none is shown where there are such flows.
_BY_STATUS = {FlowStatus.COMPLETED: "flows.complete", FlowStatus.FAILED: "flows.failed",
              FlowStatus.INITIALIZED: "flows.started"}  # fmt: skip
_RUNNING_AT = {
    DiscoveryPhase.FIELD_MAPPING: "flows.in_progress",
    DiscoveryPhase.ASSET_INVENTORY: "flows.inventory",
}


@page("/flows")
async def all_flows(caller: Caller, request: Request) -> None:
    ui.add_head_html(STYLE)
    counts = await ask(flows.count_flows, caller)
    dialog = Overlay("ask")
    _figures(counts)
    found = FlowList(caller, request)
    with parts.section("Flows", note="Newest first, times in UTC", actions=lambda: _start(caller, dialog)):
        found.controls()
        found.place()
    await found.show()
    with parts.section("Insights of the agents"):
        await InsightList(caller, counts.insights).show()


def _figures(counts: FlowCounts) -> None:
    """Every flow is in one of them: by its status, and by its phase while it runs."""
    with parts.figures():
        parts.figure("Flows", counts.total, show="discovery_flows", href="/flows")
        for phase, number in counts.running_at.items():
            name = _RUNNING_AT.get(phase, "")
            if name or number:
                words = f"At {parts.words(phase).lower()}"
                parts.figure(words, number, show=name, href=f"/flows?status=running&phase={phase}")
        for status, number in counts.by_status.items():
            name = _BY_STATUS.get(status, "")
            if status != FlowStatus.RUNNING and (name or number):
                bad = status == FlowStatus.FAILED and number
                parts.figure(parts.words(status), number, show=name, href=f"/flows?status={status}",
                             tone="bad" if bad else "neutral")  # fmt: skip


def _start(caller: Caller, dialog: Overlay) -> None:
    if caller.may("flow:create"):
        button(
            "Start a discovery flow",
            lambda: ask_to_start(dialog, caller),
            kind="primary",
            action="flow:create",
        )
