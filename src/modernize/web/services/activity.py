"""What happened lately, newest first, told from the times that rows carry: nothing is written down a second time.

Each kind of event is one query for its own latest ones; the feed is the latest of all of them. Decisions made in one
go, forty mappings approved or a thousand 6R strategies accepted, are one event with a number.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import sqlalchemy as sa

from modernize.models import (
    AgentInsight,
    DataImport,
    DiscoveryFlow,
    FlowPhase,
    ImportFieldMapping,
    SixrAssessment,
    User,
)
from modernize.models.enums import AssessmentStatus, PhaseStatus
from modernize.web.access.caller import Caller, Work
from modernize.web.errors import Invalid
from modernize.web.services.ownership import own

Kind = Literal[
    "flow_started",
    "flow_completed",
    "flow_failed",
    "import_read",
    "import_completed",
    "mappings_decided",
    "insight_noticed",
    "insight_decided",
    "strategies_accepted",
]

FARTHEST = 1000
"""How far back the feed goes, in events."""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened.

    Attributes:
        who: a person's or an agent's name; None where nobody is named.
        subject: what it happened to, by name; empty for what concerns several things of the whole engagement.
        subject_id: id of the flow or the import that it belongs to, if any.
        number: how many, for what is counted: rows, mappings, strategies.
        detail: the decision, the severity, or why it failed.
    """

    at: datetime
    kind: Kind
    who: str | None
    subject: str
    subject_id: UUID | None
    number: int | None
    detail: str | None


@dataclass(frozen=True, slots=True)
class Activity:
    """One stretch of the feed. `more`: there are older events."""

    events: list[Event]
    more: bool


def recent(caller: Caller, *, offset: int = 0, limit: int = 15) -> Activity:
    """Events `offset` to `offset + limit`, the newest being 0.

    Raises:
        Invalid: the feed does not go back that far.
    """
    if offset + limit > FARTHEST:
        raise Invalid(
            f"The feed goes back {FARTHEST} events, asked for were {offset} to {offset + limit}. Look at flows and "
            "imports for what is older."
        )
    with caller.working("dashboard:read") as work:
        latest = [_latest(kind, make(work), offset + limit + 1) for kind, make in _EVENTS.items()]
        feed = sa.union_all(*latest).subquery()
        found = work.connection.execute(
            sa.select(
                feed.c.at,
                feed.c.kind,
                sa.func.coalesce(User.full_name, feed.c.agent).label("who"),
                feed.c.subject,
                feed.c.subject_id,
                feed.c.number,
                feed.c.detail,
            )
            .outerjoin(User, User.id == feed.c.person)
            .order_by(feed.c.at.desc(), feed.c.kind, feed.c.subject)
            .offset(offset)
            .limit(limit + 1)
        )
        events = [Event(**row) for row in found.mappings()]
    return Activity(events[:limit], more=len(events) > limit)


def _latest(kind: Kind, query: sa.Select[Any], most: int) -> sa.Select[Any]:
    rows = query.subquery()
    latest = sa.select(rows).order_by(rows.c.at.desc()).limit(most).subquery()
    return sa.select(sa.literal(kind).label("kind"), *latest.c)


def _event(
    at: Any,
    *,
    person: Any = None,
    agent: Any = None,
    subject: Any = "",
    subject_id: Any = None,
    number: Any = None,
    detail: Any = None,
) -> sa.Select[Any]:
    """The columns that all kinds of events have, in one order and with one type each."""
    return sa.select(
        at.label("at"),
        sa.cast(person, sa.Uuid()).label("person"),
        sa.cast(agent, sa.Text()).label("agent"),
        sa.cast(subject, sa.Text()).label("subject"),
        sa.cast(subject_id, sa.Uuid()).label("subject_id"),
        sa.cast(number, sa.Integer()).label("number"),
        sa.cast(detail, sa.Text()).label("detail"),
    )


def _flow_started(work: Work) -> sa.Select[Any]:
    flow = DiscoveryFlow
    return _event(flow.started_at, person=flow.started_by, subject=flow.name, subject_id=flow.id).where(
        *own(flow, work)
    )


def _flow_completed(work: Work) -> sa.Select[Any]:
    flow = DiscoveryFlow
    return _event(flow.completed_at, subject=flow.name, subject_id=flow.id).where(
        *own(flow, work), flow.completed_at.is_not(None)
    )


def _flow_failed(work: Work) -> sa.Select[Any]:
    flow, phase = DiscoveryFlow, FlowPhase
    return (
        _event(phase.finished_at, subject=flow.name, subject_id=flow.id, detail=flow.error_message)
        .join_from(flow, phase, sa.and_(*own(phase, work), phase.discovery_flow_id == flow.id))
        .where(*own(flow, work), phase.status == PhaseStatus.FAILED)
    )


def _import_read(work: Work) -> sa.Select[Any]:
    each = DataImport
    return _event(
        each.started_at,
        person=each.imported_by,
        subject=each.name,
        subject_id=each.id,
        number=each.total_records,
    ).where(*own(each, work), each.started_at.is_not(None))


def _import_completed(work: Work) -> sa.Select[Any]:
    each = DataImport
    return _event(each.completed_at, subject=each.name, subject_id=each.id, number=each.failed_records).where(
        *own(each, work), each.completed_at.is_not(None)
    )


def _mappings_decided(work: Work) -> sa.Select[Any]:
    """Decisions of one person about one file on one day."""
    mapping = ImportFieldMapping
    return (
        _event(
            sa.func.max(mapping.reviewed_at),
            person=mapping.reviewed_by,
            subject=DataImport.name,
            subject_id=DataImport.id,
            number=sa.func.count(),
            detail=mapping.status,
        )
        .join_from(
            mapping, DataImport, sa.and_(*own(DataImport, work), DataImport.id == mapping.data_import_id)
        )
        .where(*own(mapping, work), mapping.reviewed_at.is_not(None))
        .group_by(
            mapping.reviewed_by, DataImport.name, DataImport.id, mapping.status, _day(mapping.reviewed_at)
        )
    )


def _insight_noticed(work: Work) -> sa.Select[Any]:
    insight = AgentInsight
    return _event(
        insight.created_at,
        agent=insight.agent_name,
        subject=insight.title,
        subject_id=insight.discovery_flow_id,
        detail=insight.severity,
    ).where(*own(insight, work))


def _insight_decided(work: Work) -> sa.Select[Any]:
    insight = AgentInsight
    return _event(
        insight.reviewed_at,
        person=insight.reviewed_by,
        subject=insight.title,
        subject_id=insight.discovery_flow_id,
        detail=insight.status,
    ).where(*own(insight, work), insight.reviewed_at.is_not(None))


def _strategies_accepted(work: Work) -> sa.Select[Any]:
    """Cases for 6R strategies that one person accepted on one day."""
    case = SixrAssessment
    return (
        _event(sa.func.max(case.approved_at), person=case.approved_by, number=sa.func.count())
        .where(*own(case, work), case.status == AssessmentStatus.ACCEPTED, case.approved_at.is_not(None))
        .group_by(case.approved_by, _day(case.approved_at))
    )


def _day(moment: Any) -> sa.ColumnElement[Any]:
    return sa.func.date_trunc("day", moment)


_EVENTS: Mapping[Kind, Callable[[Work], sa.Select[Any]]] = {
    "flow_started": _flow_started,
    "flow_completed": _flow_completed,
    "flow_failed": _flow_failed,
    "import_read": _import_read,
    "import_completed": _import_completed,
    "mappings_decided": _mappings_decided,
    "insight_noticed": _insight_noticed,
    "insight_decided": _insight_decided,
    "strategies_accepted": _strategies_accepted,
}
