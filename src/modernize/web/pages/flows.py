"""Discovery Flows: every flow with its phases, what the agents noticed, and the way to start another one."""

from __future__ import annotations

from fastapi import Request
from nicegui import ui

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

#: Number in pages.toml -> (words, the list behind it, whether it asks for somebody).
FIGURES = {
    "discovery_flows": ("Flows", ""),
    "flows.complete": ("Ready for assessment", "status=completed&assessment_ready=true"),
    "flows.in_progress": ("At field mapping", "status=running&phase=field_mapping"),
    "flows.inventory": ("At asset inventory", "status=running&phase=asset_inventory"),
    "flows.failed": ("Failed at import", "status=failed&phase=data_import"),
    "flows.started": ("Just started", "status=initialized"),
}


@page("/flows")
async def all_flows(caller: Caller, request: Request) -> None:
    ui.add_head_html(STYLE)
    counts = await ask(flows.count_flows, caller)
    dialog = Overlay("ask")
    with parts.figures():
        for name, (words, query) in FIGURES.items():
            failed = name == "flows.failed" and counts[name]
            href = f"/flows?{query}" if query else "/flows"
            parts.figure(words, counts[name], show=name, href=href, tone="bad" if failed else "neutral")
    found = FlowList(caller, request)
    with parts.section("Flows", note="Newest first, times in UTC", actions=lambda: _start(caller, dialog)):
        found.controls()
        found.place()
    await found.show()
    with parts.section("Insights of the agents"):
        await InsightList(caller, counts["agent_insights"]).show()


def _start(caller: Caller, dialog: Overlay) -> None:
    if caller.may("flow:create"):
        button(
            "Start a discovery flow",
            lambda: ask_to_start(dialog, caller),
            kind="primary",
            action="flow:create",
        )
