"""What the agents of all flows noticed, gravest first, and which assets it is about."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from modernize.models import AgentInsight, Asset, DiscoveryFlow, User
from modernize.models.enums import InsightStatus, Severity
from modernize.web.access.caller import Caller, Work
from modernize.web.services.flow_records import Insight, NamedAsset
from modernize.web.services.ownership import own
from modernize.web.services.paging import Listed, Paging, listed

_NAMED_ASSETS = 6
"""How many of the assets that an insight is about are named."""

_INSIGHTS_BY: dict[str, sa.ColumnElement[Any]] = {
    name: AgentInsight.__table__.c[name]
    for name in ("severity", "status", "confidence", "created_at", "title")
}


@dataclass(frozen=True, slots=True)
class InsightFilter:
    """Which insights to list; what is None does not filter."""

    status: InsightStatus | None = None
    severity: Severity | None = None


def list_insights(caller: Caller, wanted: InsightFilter, paging: Paging) -> Listed:
    """One page of what agents noticed in any flow, gravest first; each row has the fields of `Insight`."""
    with caller.working("flow:read") as work:
        query = _insights(work)
        if wanted.status:
            query = query.where(AgentInsight.status == wanted.status)
        if wanted.severity:
            query = query.where(AgentInsight.severity == wanted.severity)
        found = listed(
            work.connection, query, paging, _INSIGHTS_BY, usual="-severity", last=AgentInsight.__table__.c.id
        )
        return replace(found, rows=_with_assets(work, found.rows))


def of_flow(work: Work, flow_id: UUID, most: int) -> list[Insight]:
    """What the agents of one flow noticed, gravest first."""
    found = work.connection.execute(
        _insights(work)
        .where(AgentInsight.discovery_flow_id == flow_id)
        .order_by(AgentInsight.severity.desc(), AgentInsight.created_at, AgentInsight.id)
        .limit(most)
    )
    return [Insight(**row) for row in _with_assets(work, [dict(row) for row in found.mappings()])]


def _insights(work: Work) -> sa.Select[Any]:
    insight = AgentInsight
    derived = ("flow_id", "flow", "reviewed_by", "asset_count", "assets")
    columns = (field.name for field in fields(Insight) if field.name not in derived)
    named = sa.func.coalesce(insight.asset_ids[1:_NAMED_ASSETS], sa.literal([], type_=insight.asset_ids.type))
    return (
        sa.select(
            *(insight.__table__.c[name] for name in columns),
            insight.discovery_flow_id.label("flow_id"),
            DiscoveryFlow.name.label("flow"),
            User.full_name.label("reviewed_by"),
            sa.func.cardinality(insight.asset_ids).label("asset_count"),
            named.label("assets"),
        )
        .join(
            DiscoveryFlow, sa.and_(*own(DiscoveryFlow, work), DiscoveryFlow.id == insight.discovery_flow_id)
        )
        .outerjoin(User, User.id == insight.reviewed_by)
        .where(*own(insight, work))
    )


def _with_assets(work: Work, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Names for the assets that insights are about; one that is no longer in the inventory is left out."""
    wanted = {asset_id for row in rows for asset_id in row["assets"]}
    names: dict[UUID, str] = {}
    if wanted:
        for asset_id, name in work.connection.execute(
            sa.select(Asset.id, Asset.name).where(*own(Asset, work), Asset.id.in_(wanted))
        ):
            names[asset_id] = name
    return [
        {
            **row,
            "confidence": float(row["confidence"]),
            "assets": [NamedAsset(each, names[each]) for each in row["assets"] if each in names],
        }
        for row in rows
    ]
