"""CrewAI state: which crews worked in a flow's phases, with agents, task outputs, times, tokens and what they cost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from modernize.dataset import story
from modernize.dataset.columns import Row
from modernize.dataset.story.records import Crew, Flow
from modernize.dataset.tenant import Tenant
from modernize.dataset.timeline import PHASES, PhaseSpan
from modernize.dataset.work import Work
from modernize.models.enums import CrewStatus, DiscoveryPhase, PhaseStatus

MODEL = "llama-3.3-70b-instruct"
# US dollars for a million tokens.
_PROMPT_PRICE, _COMPLETION_PRICE = Decimal("0.23"), Decimal("0.40")
_MILLION = 1_000_000

# Tokens for a task's instructions, and for each record it looks at.
_INSTRUCTIONS, _PER_RECORD = 1800, 140
_BRIEFING = timedelta(seconds=5)
_CREWS_PER_FLOW = 16


def rows(
    tenant: Tenant,
    flow: Flow,
    spans: Mapping[DiscoveryPhase, PhaseSpan],
    work: Mapping[DiscoveryPhase, Work],
) -> Iterator[Row]:
    """Rows of `crew_states` for one flow: a crew for each phase that has begun; the first one waits where none has."""
    begun = [phase for phase, span in spans.items() if span.started] or [PHASES[0]]
    place = [each.role for each in story.flows()].index(flow.role) * _CREWS_PER_FLOW
    shares = tenant.stream("crew_states", "completion_tokens").integers(
        tenant.rows(place + _CREWS_PER_FLOW), 12, 24
    )[place:]
    crews = [crew for crew in story.crews() if crew.phase in begun]
    for crew, share in zip(crews, shares, strict=False):
        yield _row(tenant, flow, crew, spans[crew.phase], work[crew.phase], int(share))


def agent_state(crew_rows: Sequence[Row], scope: str, isolation: str) -> dict[str, Any]:
    """A flow's summary of its crews; the numbers are the sums of theirs."""
    working = [row["crew_name"] for row in crew_rows if row["status"] is CrewStatus.RUNNING]
    return {
        "crews": {f"{row['phase'].value}/{row['crew_name']}": row["status"].value for row in crew_rows},
        "active_crew": working[0] if working else None,
        "agents": sorted({agent["role"] for row in crew_rows for agent in row["agents"]}),
        "total_tokens": sum(row["total_tokens"] for row in crew_rows),
        "cost_usd": float(sum((row["cost_usd"] for row in crew_rows), Decimal(0))),
        "memory": {"scope": scope, "isolation": isolation},
    }


def _row(tenant: Tenant, flow: Flow, crew: Crew, span: PhaseSpan, work: Work, share: int) -> Row:
    status = _status(span)
    ended = _ended(crew, span, status)
    prompt = len(crew.tasks) * (_INSTRUCTIONS + _PER_RECORD * work.processed) if span.started else 0
    completion = prompt * share // 100
    created = span.started or tenant.before(flow.minutes_ago)
    failed = status is CrewStatus.FAILED
    return {
        "client_account_id": tenant.account_id,
        "engagement_id": tenant.engagement_id,
        "id": tenant.id("crew_states", flow.role, crew.phase, crew.name),
        "discovery_flow_id": tenant.id("discovery_flows", flow.role),
        "phase": crew.phase,
        "crew_name": crew.name,
        "process": crew.process,
        "status": status,
        "agents": _agents(crew, status),
        "task_outputs": _task_outputs(crew, span, status, ended, work),
        "model_name": MODEL,
        "prompt_tokens": prompt,
        "completion_tokens": completion,
        "total_tokens": prompt + completion,
        "cost_usd": _cost(prompt, completion),
        "retries": 1 if failed else 0,
        "duration_ms": int((ended - span.begun) / timedelta(milliseconds=1)) if ended else None,
        "error_message": "The file could not be decoded as UTF-8 after 2 attempts." if failed else None,
        "started_at": span.started,
        "finished_at": ended,
        "created_at": created,
        "updated_at": ended or created,
    }


def _status(span: PhaseSpan) -> CrewStatus:
    match span.status:
        case PhaseStatus.PENDING:
            return CrewStatus.PENDING
        case PhaseStatus.RUNNING:
            return CrewStatus.RUNNING
        case PhaseStatus.FAILED:
            return CrewStatus.FAILED
    # A phase that waits for approval waits for people; its crew has said what it has to say.
    return CrewStatus.COMPLETED


def _ended(crew: Crew, span: PhaseSpan, status: CrewStatus) -> datetime | None:
    if status in (CrewStatus.PENDING, CrewStatus.RUNNING):
        return None
    worked = span.begun + timedelta(minutes=crew.minutes)
    return min(worked, span.ended) if span.ended else worked


def _cost(prompt: int, completion: int) -> Decimal:
    cost = (prompt * _PROMPT_PRICE + completion * _COMPLETION_PRICE) / _MILLION
    return cost.quantize(Decimal("0.0001"))


def _agents(crew: Crew, status: CrewStatus) -> list[dict[str, Any]]:
    states = {CrewStatus.PENDING: "waiting", CrewStatus.RUNNING: "working", CrewStatus.FAILED: "stopped"}
    return [
        {"role": agent.role, "goal": agent.goal, "status": states.get(status, "done")}
        for agent in crew.agents
    ]


def _task_outputs(
    crew: Crew, span: PhaseSpan, status: CrewStatus, ended: datetime | None, work: Work
) -> list[dict[str, Any]]:
    """Finished tasks in order. While a crew is running its last task is open; a failed crew failed at its first."""
    if span.started is None:
        return []
    if status is CrewStatus.FAILED:
        task = crew.tasks[0]
        return [
            {
                "task": task.name,
                "agent": task.agent,
                "status": "failed",
                "output": "Rows could not be decoded.",
            }
        ]
    finished = crew.tasks if status is CrewStatus.COMPLETED else crew.tasks[:-1]
    worked = (ended or span.begun + timedelta(minutes=crew.minutes)) - span.begun
    return [
        {
            "task": task.name,
            "agent": task.agent,
            "status": "completed",
            "output": work.summary if task is finished[-1] else f"{work.processed} records looked at.",
            "finished_at": (
                span.begun + _BRIEFING + (worked - _BRIEFING) * place / len(crew.tasks)
            ).isoformat(),
        }
        for place, task in enumerate(finished, start=1)
    ]
