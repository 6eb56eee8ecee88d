"""Rows of the discovery tables: flows, their phases, and what the agents noticed. Crews are in `crews`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from modernize.dataset import crews, story, timeline
from modernize.dataset.columns import Row, Tables
from modernize.dataset.files import BrokenFile, broken_scan
from modernize.dataset.imports import Import
from modernize.dataset.inventory import Inventory
from modernize.dataset.story.records import Flow, Insight
from modernize.dataset.tenant import Tenant
from modernize.dataset.timeline import PhaseSpan
from modernize.dataset.work import Work, work
from modernize.models.enums import DiscoveryPhase, FlowStatus, InsightStatus, PhaseStatus

_CENT = Decimal("0.01")
_SCOPE, _ISOLATION = "engagement", "strict"


def tables(tenant: Tenant, inventory: Inventory, imports: Mapping[str, Import]) -> Tables:
    """Rows of the four discovery tables."""
    flows: list[Row] = []
    phases: list[Row] = []
    states: list[Row] = []
    for flow in story.flows():
        spans = timeline.spans(tenant, flow)
        done = {phase: work(tenant, inventory, imports, flow, phase) for phase in spans}
        crew_rows = list(crews.rows(tenant, flow, spans, done))
        flows.append(_flow_row(tenant, flow, spans, done, crew_rows))
        phases.extend(_phase_rows(tenant, flow, spans, done))
        states.extend(crew_rows)
    return {
        "discovery_flows": flows,
        "flow_phases": phases,
        "crew_states": states,
        "agent_insights": list(_insight_rows(tenant, inventory, imports)),
    }


def progress(spans: Mapping[DiscoveryPhase, PhaseSpan]) -> Decimal:
    """Percent of the phases that are completed."""
    over = sum(span.status is PhaseStatus.COMPLETED for span in spans.values())
    return (Decimal(100) * over / len(spans)).quantize(_CENT)


def phase_progress(span: PhaseSpan, done: Work) -> Decimal:
    """Percent of a phase's records that are dealt with; 100 only once it is completed."""
    if span.status is PhaseStatus.COMPLETED:
        return Decimal(100)
    if span.status is PhaseStatus.FAILED or not done.total:
        return Decimal(0)
    return (Decimal(100) * done.processed / done.total).quantize(_CENT)


def _flow_row(
    tenant: Tenant,
    flow: Flow,
    spans: Mapping[DiscoveryPhase, PhaseSpan],
    done: Mapping[DiscoveryPhase, Work],
    crew_rows: list[Row],
) -> Row:
    begun = timeline.started(tenant, flow)
    last = max([begun, *(time for span in spans.values() for time in (span.started, span.ended) if time)])
    failed = flow.status is FlowStatus.FAILED
    scan = broken_scan(tenant) if failed else None
    return {
        "client_account_id": tenant.account_id,
        "engagement_id": tenant.engagement_id,
        "id": tenant.id("discovery_flows", flow.role),
        "name": flow.name,
        "description": flow.description,
        "status": flow.status,
        "current_phase": timeline.current_phase(flow),
        "progress": progress(spans),
        "learning_scope": _SCOPE,
        "memory_isolation_level": _ISOLATION,
        "assessment_ready": flow.status is FlowStatus.COMPLETED,
        "phase_state": {
            phase.value: {"status": span.status.value, "progress": float(phase_progress(span, done[phase]))}
            for phase, span in spans.items()
        },
        "agent_state": crews.agent_state(crew_rows, _SCOPE, _ISOLATION),
        "error_phase": timeline.current_phase(flow) if failed else None,
        "error_message": _error_message(scan) if scan else None,
        "error_details": _error_details(scan, last) if scan else None,
        "started_by": tenant.user_id(flow.starter),
        "started_at": begun,
        "completed_at": last if flow.status is FlowStatus.COMPLETED else None,
        "created_at": begun,
        "updated_at": last,
    }


def _error_message(scan: BrokenFile) -> str:
    rows = " and ".join(str(bad["row"]) for bad in scan.bad_rows)
    return (
        f"{scan.name} is not valid UTF-8 in rows {rows}, and its last row is cut off; nothing was imported."
    )


def _error_details(scan: BrokenFile, failed_at: datetime) -> dict[str, Any]:
    return {
        "code": "encoding_error",
        "file": scan.name,
        "file_size": len(scan.contents),
        "expected_encoding": "utf-8",
        "probable_encoding": "iso-8859-1",
        "rows": list(scan.bad_rows),
        "truncated_row": {"fields_expected": scan.fields_expected, "fields_found": scan.fields_found},
        "attempts": 2,
        "failed_at": failed_at.isoformat(),
        "next_step": "Export the scan again as UTF-8 and start a new flow with it.",
    }


def _phase_rows(
    tenant: Tenant,
    flow: Flow,
    spans: Mapping[DiscoveryPhase, PhaseSpan],
    done: Mapping[DiscoveryPhase, Work],
) -> Iterator[Row]:
    begun = timeline.started(tenant, flow)
    for ordinal, (phase, span) in enumerate(spans.items(), start=1):
        failed = span.status is PhaseStatus.FAILED
        yield {
            "client_account_id": tenant.account_id,
            "engagement_id": tenant.engagement_id,
            "id": tenant.id("flow_phases", flow.role, phase),
            "discovery_flow_id": tenant.id("discovery_flows", flow.role),
            "phase": phase,
            "ordinal": ordinal,
            "status": span.status,
            "progress": phase_progress(span, done[phase]),
            "records_processed": done[phase].processed,
            "records_rejected": done[phase].rejected,
            "summary": done[phase].summary,
            "error_message": _error_message(broken_scan(tenant)) if failed else None,
            "started_at": span.started,
            "finished_at": span.ended,
            "created_at": begun,
            "updated_at": span.ended or span.started or begun,
        }


def _insight_rows(tenant: Tenant, inventory: Inventory, imports: Mapping[str, Import]) -> Iterator[Row]:
    cmdb = imports["cmdb"]
    numbers = {"cmdb_total": len(cmdb.file.rows), "cmdb_failed": cmdb.refused}
    names = {application.key: inventory[application.key].name for application in inventory.applications}
    flows = {flow.role: flow for flow in story.flows()}
    for place, insight in enumerate(story.insights(), start=1):
        noticed = _noticed(tenant, flows[insight.flow], insight, place)
        reviewed = (
            None if insight.status is InsightStatus.OPEN else noticed + timedelta(hours=2, minutes=place)
        )
        yield {
            "client_account_id": tenant.account_id,
            "engagement_id": tenant.engagement_id,
            "id": tenant.id("agent_insights", place),
            "discovery_flow_id": tenant.id("discovery_flows", insight.flow),
            "phase": insight.phase,
            "agent_name": insight.agent,
            "insight_type": insight.type,
            "severity": insight.severity,
            "status": insight.status,
            "title": insight.title.format(**numbers),
            "description": insight.description.format(**numbers, **names),
            "recommendation": insight.recommendation,
            "confidence": Decimal(str(insight.confidence)),
            "evidence": {
                key: numbers.get(value, value) if isinstance(value, str) else value
                for key, value in insight.evidence.items()
            },
            "asset_ids": [tenant.id("assets", key) for key in insight.assets],
            "reviewed_by": tenant.user_id("manager") if reviewed else None,
            "reviewed_at": reviewed,
            "created_at": noticed,
            "updated_at": reviewed or noticed,
        }


def _noticed(tenant: Tenant, flow: Flow, insight: Insight, place: int) -> datetime:
    """Within the phase, a few minutes in, one after the other."""
    return timeline.spans(tenant, flow)[insight.phase].begun + timedelta(minutes=2, seconds=7 * place)
