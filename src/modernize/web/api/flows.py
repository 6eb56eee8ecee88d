"""/api/flows: discovery flows page by page, one flow, a new one; and what the agents noticed."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from modernize.models.enums import DiscoveryPhase, FlowStatus, InsightStatus, Severity
from modernize.web.access.caller import Caller
from modernize.web.access.dependency import needs
from modernize.web.api.shapes import Limit, Note, Paged, Sent, Slice, Text, sliced
from modernize.web.services import flows, insights
from modernize.web.services.flow_records import FlowDetail, FlowLine, Insight

router = APIRouter(prefix="/flows", tags=["flows"])

Reader = Annotated[Caller, needs("flow:read")]
Starter = Annotated[Caller, needs("flow:create")]


class Filter(Paged):
    """Which flows to list; what is not given does not filter. `phase`: where the flow stands."""

    status: FlowStatus | None = None
    phase: DiscoveryPhase | None = None
    assessment_ready: bool | None = None
    search: Text | None = None
    sort: Text = "-started_at"
    limit: Limit = 20


class InsightsWanted(Paged):
    """Which insights to list; what is not given does not filter."""

    status: InsightStatus | None = None
    severity: Severity | None = None
    sort: Text = "-severity"
    limit: Limit = 20


class FlowSent(Sent):
    """A flow to start. Its six phases are still to come."""

    name: Text
    description: Note = ""


@router.get("")
def list_flows(caller: Reader, query: Annotated[Filter, Query()]) -> Slice[FlowLine]:
    """One page of the flows, newest first."""
    wanted = flows.FlowFilter(query.status, query.phase, query.assessment_ready, query.search)
    return sliced(FlowLine, flows.list_flows(caller, wanted, query.paging()))


@router.post("", status_code=201)
def start(caller: Starter, sent: FlowSent) -> FlowDetail:
    """Start a flow."""
    return flows.start(caller, flows.NewFlow(sent.name, sent.description))


@router.get("/insights")
def list_insights(caller: Reader, query: Annotated[InsightsWanted, Query()]) -> Slice[Insight]:
    """One page of what the agents of all flows noticed, gravest first."""
    wanted = insights.InsightFilter(query.status, query.severity)
    return sliced(Insight, insights.list_insights(caller, wanted, query.paging()))


@router.get("/{flow_id}")
def one_flow(caller: Reader, flow_id: UUID) -> FlowDetail:
    """One flow with its phases, crews, insights and files."""
    return flows.one_flow(caller, flow_id)
