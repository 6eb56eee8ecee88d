"""Discovery flows: how far each is, what its crews of agents did and noticed, why it failed; and starting one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from modernize.importing.flows import create, waiting
from modernize.models import AgentInsight, Asset, CrewState, DataImport, DiscoveryFlow, FlowPhase, User
from modernize.models.enums import (
    DiscoveryPhase,
    FlowStatus,
    InsightStatus,
)
from modernize.web.access.caller import Caller, Work
from modernize.web.errors import Conflict, Invalid, NotFound
from modernize.web.services import insights
from modernize.web.services.flow_records import Crew, FlowDetail, FlowLine, Phase, Source, Step
from modernize.web.services.ownership import own
from modernize.web.services.paging import Listed, Paging, listed
from modernize.web.services.text import unfit

LONGEST_NAME, LONGEST_DESCRIPTION = 120, 2000
_MOST = 200
"""Crews, insights and files of one flow that are read at most."""


@dataclass(frozen=True, slots=True)
class FlowFilter:
    """Which flows to list; what is None does not filter. `search` is looked for in name and description."""

    status: FlowStatus | None = None
    phase: DiscoveryPhase | None = None
    assessment_ready: bool | None = None
    search: str | None = None


@dataclass(frozen=True, slots=True)
class NewFlow:
    """What somebody says who starts a flow."""

    name: str
    description: str = ""


_F = DiscoveryFlow
_SORTABLE: dict[str, sa.ColumnElement[Any]] = {
    name: _F.__table__.c[name]
    for name in ("name", "status", "current_phase", "progress", "started_at", "completed_at")
}
_LINE = (
    "id", "name", "description", "status", "current_phase", "progress", "assessment_ready", "error_message",
    "started_at", "completed_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class FlowCounts:
    """How many flows there are: by status, and those that run by the phase they are at; and what agents noticed."""

    by_status: dict[FlowStatus, int]
    running_at: dict[DiscoveryPhase, int]
    insights: int

    @property
    def total(self) -> int:
        return sum(self.by_status.values())


def count_flows(caller: Caller) -> FlowCounts:
    """The numbers on top of the page: every flow is counted in one place."""
    with caller.working("flow:read") as work:
        found = work.connection.execute(
            sa.select(_F.status, _F.current_phase, sa.func.count())
            .where(*own(_F, work))
            .group_by(_F.status, _F.current_phase)
        )
        counts = FlowCounts(
            dict.fromkeys(FlowStatus, 0), dict.fromkeys(DiscoveryPhase, 0), _number_of_insights(work)
        )
        for status, phase, number in found:
            counts.by_status[status] += number
            if status == FlowStatus.RUNNING:
                counts.running_at[phase] += number
        return counts


def list_flows(caller: Caller, wanted: FlowFilter, paging: Paging) -> Listed:
    """One page of the flows of the caller's engagement, newest first; each row has the fields of `FlowLine`."""
    with caller.working("flow:read") as work:
        query = _lines(work)
        if wanted.status:
            query = query.where(_F.status == wanted.status)
        if wanted.phase:
            query = query.where(_F.current_phase == wanted.phase)
        if wanted.assessment_ready is not None:
            query = query.where(_F.assessment_ready == wanted.assessment_ready)
        if wanted.search:
            query = query.where(
                _F.name.icontains(wanted.search, autoescape=True)
                | _F.description.icontains(wanted.search, autoescape=True)
            )
        found = listed(work.connection, query, paging, _SORTABLE, usual="-started_at", last=_F.__table__.c.id)
        return replace(found, rows=_with_counts(work, found.rows))


def one_flow(caller: Caller, flow_id: UUID) -> FlowDetail:
    """One flow with phases, crews, insights and files.

    Raises:
        NotFound: the caller's engagement has no such flow.
    """
    with caller.working("flow:read") as work:
        return _one(work, flow_id)


def start(caller: Caller, new: NewFlow) -> FlowDetail:
    """Make a flow whose six phases are still to come; it waits for its first file.

    Raises:
        Invalid: the name is missing, or something is too long. Conflict: a flow has that name.
    """
    with caller.working("flow:create") as work:
        new = _judged(new)
        owner = {
            "client_account_id": work.identity.client_account_id,
            "engagement_id": work.identity.engagement_id,
        }
        try:
            with work.connection.begin_nested():
                flow_id = create(
                    work.connection, owner, work.identity.user_id, new.name, new.description or None
                )
        except sa.exc.IntegrityError as error:
            raise Conflict(
                f'{work.identity.engagement_name} has a flow called "{new.name}" already. Choose another name.'
            ) from error
        return _one(work, flow_id)


def _number_of_insights(work: Work) -> int:
    query = sa.select(sa.func.count()).select_from(AgentInsight).where(*own(AgentInsight, work))
    return work.connection.scalar(query) or 0


def _judged(new: NewFlow) -> NewFlow:
    name, description = " ".join(new.name.split()), new.description.strip()
    problems = [
        *([] if name else ["A flow needs a name."]),
        *unfit("The name", name, LONGEST_NAME),
        *unfit("The description", description, LONGEST_DESCRIPTION, lines=True),
    ]
    if problems:
        raise Invalid(" ".join(problems), problems=tuple(problems))
    return NewFlow(name, description)


def _lines(work: Work) -> sa.Select[Any]:
    return (
        sa.select(
            *(_F.__table__.c[name] for name in _LINE),
            User.full_name.label("started_by"),
            waiting().label("waits_for_file"),
        )
        .outerjoin(User, User.id == _F.started_by)
        .where(*own(_F, work))
    )


def _with_counts(work: Work, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Phases, assets and open insights of the flows of one page, by one query each."""
    ids = [row["id"] for row in rows]
    steps: dict[UUID, list[Step]] = {}
    for flow_id, phase, status, progress in work.connection.execute(
        sa.select(FlowPhase.discovery_flow_id, FlowPhase.phase, FlowPhase.status, FlowPhase.progress)
        .where(*own(FlowPhase, work), FlowPhase.discovery_flow_id.in_(ids))
        .order_by(FlowPhase.ordinal)
    ):
        steps.setdefault(flow_id, []).append(Step(phase, status, float(progress)))
    assets = _tally(work, Asset, ids)
    noticed = _tally(work, AgentInsight, ids, AgentInsight.status == InsightStatus.OPEN)
    return [
        {
            **row,
            "progress": float(row["progress"]),
            "steps": steps.get(row["id"], []),
            "assets": assets.get(row["id"], 0),
            "insights_open": noticed.get(row["id"], 0),
        }
        for row in rows
    ]


def _tally(
    work: Work, table: Any, flow_ids: list[UUID], *conditions: sa.ColumnElement[bool]
) -> dict[UUID, int]:
    found = work.connection.execute(
        sa.select(table.discovery_flow_id, sa.func.count())
        .where(*own(table, work), table.discovery_flow_id.in_(flow_ids), *conditions)
        .group_by(table.discovery_flow_id)
    )
    return {row[0]: row[1] for row in found}


def _one(work: Work, flow_id: UUID) -> FlowDetail:
    query = _lines(work).add_columns(
        _F.learning_scope, _F.memory_isolation_level, _F.error_phase, _F.error_details
    )
    row = work.connection.execute(query.where(_F.id == flow_id)).mappings().one_or_none()
    if row is None:
        raise NotFound(f"There is no flow {flow_id} in {work.identity.engagement_name}.")
    more = ("learning_scope", "memory_isolation_level", "error_phase", "error_details")
    line = {name: value for name, value in row.items() if name not in more}
    return FlowDetail(
        flow=FlowLine(**_with_counts(work, [line])[0]),
        phases=[Phase(**each) for each in _of_flow(work, FlowPhase, flow_id, Phase, FlowPhase.ordinal)],
        crews=[
            Crew(**each)
            for each in _of_flow(work, CrewState, flow_id, Crew, CrewState.phase, CrewState.crew_name)
        ],
        insights=insights.of_flow(work, flow_id, _MOST),
        imports=[
            Source(**each) for each in _of_flow(work, DataImport, flow_id, Source, DataImport.started_at)
        ],
        **{name: row[name] for name in more},
    )


def _of_flow(work: Work, table: Any, flow_id: UUID, kind: type[Any], *order: Any) -> Iterable[dict[str, Any]]:
    """The rows of a flow in another table, with the fields that `kind` has."""
    found = work.connection.execute(
        sa.select(*(table.__table__.c[field.name] for field in fields(kind)))
        .where(*own(table, work), table.discovery_flow_id == flow_id)
        .order_by(*order)
        .limit(_MOST)
    )
    inexact = ("progress", "cost_usd")
    return [
        {name: float(value) if name in inexact else value for name, value in row.items()}
        for row in found.mappings()
    ]
