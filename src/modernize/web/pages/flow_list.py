"""The list of discovery flows: filters and page stand in the address, and a change redraws the list alone."""

from __future__ import annotations

from dataclasses import fields
from urllib.parse import urlencode

from fastapi import Request
from nicegui import ui

from modernize.models.enums import DiscoveryPhase, FlowStatus
from modernize.web.access.caller import Caller
from modernize.web.errors import Invalid
from modernize.web.look import parts
from modernize.web.look.acting import Turns, ask, refuse
from modernize.web.look.controls import button
from modernize.web.look.filters import Filters
from modernize.web.look.moments import moment
from modernize.web.pages.flow_steps import share, stepper
from modernize.web.services import flows
from modernize.web.services.flow_records import FlowLine
from modernize.web.services.paging import Listed, Paging

_PAGE = 10


class FlowList:
    """Draw `controls`, then `place`, then `show`."""

    def __init__(self, caller: Caller, request: Request) -> None:
        self._caller = caller
        self._turns = Turns()
        self._filters = Filters(request.query_params, [entry.name for entry in fields(flows.FlowFilter)])
        self._filters.tell(lambda _: self._turn(0))
        page_number = request.query_params.get("page", "1")
        self._page = max(0, int(page_number) - 1) if page_number.isdecimal() and len(page_number) < 7 else 0

    def controls(self) -> None:
        with parts.box("div", "filters", role="search", aria_label="Filter the flows"):
            self._filters.search("Name or description")
            self._filters.choice("status", "Status", FlowStatus)
            self._filters.choice("phase", "Phase", DiscoveryPhase)
            self._filters.choice("assessment_ready", "Assessment", {"true": "Ready", "false": "Not ready"})

    def place(self) -> None:
        """Where the list is drawn."""
        self._list = parts.box("div", "stack", aria_live="polite")

    async def show(self) -> None:
        """Draw what fits; a filter that is none of the known words is said, as the API says it."""
        overtaken = self._turns.begin()
        found: Listed | Invalid
        try:
            found = await ask(
                flows.list_flows, self._caller, self._wanted(), Paging("", self._page * _PAGE, _PAGE)
            )
        except Invalid as error:
            found = error
        if overtaken():
            return
        self._list.clear()
        with self._list:
            if isinstance(found, Invalid):
                refuse(found)
                return
            if not found.total:
                self._nothing()
                return
            parts.text("p", parts.counted(found.total, "flow"), "note")
            with parts.box("ul", "flows", aria_label="Discovery flows", data_grid="flows"):
                for row in found.rows:
                    with parts.box("li"):
                        _flow(FlowLine(**row))
            self._pager(found.total)

    def _wanted(self) -> flows.FlowFilter:
        given = self._filters.values
        ready = given.get("assessment_ready", "").lower()
        try:
            return flows.FlowFilter(
                status=FlowStatus(given["status"]) if "status" in given else None,
                phase=DiscoveryPhase(given["phase"]) if "phase" in given else None,
                assessment_ready={"true": True, "false": False}[ready] if ready else None,
                search=given.get("search"),
            )
        except (ValueError, KeyError):
            raise Invalid(
                f"The address filters by something that no flow has: {urlencode(given)}. Choose again above."
            ) from None

    async def _turn(self, page_number: int) -> None:
        self._page = page_number
        query = urlencode({**self._filters.values, **({"page": page_number + 1} if page_number else {})})
        ui.navigate.history.replace(f"/flows?{query}" if query else "/flows")
        await self.show()

    def _pager(self, total: int) -> None:
        pages = -(-total // _PAGE)
        if pages < 2:
            return
        with parts.box("div", "line"):
            if self._page:
                button("Previous", lambda: self._turn(self._page - 1))
            parts.text("span", f"Page {self._page + 1} of {pages}", "note")
            if self._page + 1 < pages:
                button("Next", lambda: self._turn(self._page + 1))

    def _nothing(self) -> None:
        if self._page:
            parts.empty("This page is past the end of the list")
        elif self._filters.values:
            parts.empty("No flow fits these filters", "Take one of them back to see more.")
        else:
            parts.empty("No discovery flow yet", "Start one; it then waits for its first file.")


def _flow(line: FlowLine) -> None:
    with parts.box("div", "flow-head"):
        with parts.box("h3"):
            parts.link(line.name, f"/flows/{line.id}", data_column="name")
        parts.chip(line.status)
        if line.assessment_ready:
            parts.chip("ready_for_assessment", "good")
        parts.text("span", f"{share(line.progress)} done", "share")
    if line.description:
        parts.text("p", line.description, "note")
    stepper(line.steps, label=f"Phases of {line.name}")
    if line.error_message:
        parts.text("p", line.error_message, "problem")
    with parts.box("p", "flow-foot note"):
        by = f" by {line.started_by}" if line.started_by else ""
        parts.text("span", f"Started {moment(line.started_at)}{by}")
        if line.completed_at:
            parts.text("span", f"Completed {moment(line.completed_at)}")
        if line.assets:
            parts.link(f"{line.assets:,} assets found", f"/assets?discovery_flow_id={line.id}")
        if line.insights_open:
            many = parts.counted(line.insights_open, "open insight")
            parts.text("span", many)
