"""The engagement at a glance: how much there is, where flows and imports stand, what waits for somebody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from modernize.models import (
    Asset,
    DataImport,
    DiscoveryFlow,
    ImportFieldMapping,
    MigrationWave,
    WaveAssignment,
)
from modernize.models.enums import (
    DiscoveryPhase,
    FlowStatus,
    MappingStatus,
    ReadinessStatus,
)
from modernize.web.access.caller import Caller, Work
from modernize.web.services.import_quality import Quality, latest
from modernize.web.services.ownership import own

_IMPORTS, _APPROVALS = 6, 6


@dataclass(frozen=True, slots=True)
class Totals:
    """The key figures, and what is said below them."""

    assets: int
    assets_ready: int
    flows: int
    flows_completed: int
    flows_failed: int
    imports: int
    records: int
    records_refused: int
    mappings_pending: int
    mappings: int
    waves: int
    assets_in_waves: int


@dataclass(frozen=True, slots=True)
class PhaseLoad:
    """How many flows stand at a phase, by their status."""

    phase: DiscoveryPhase
    flows: int
    by_status: dict[FlowStatus, int]


@dataclass(frozen=True, slots=True)
class Approval:
    """A mapping that waits for a decision. `confidence`: 0 to 1."""

    id: UUID
    source_field: str
    target_field: str
    confidence: float
    data_import_id: UUID
    data_import: str


@dataclass(frozen=True, slots=True)
class Overview:
    """What the dashboard shows, the activity apart.

    Attributes:
        phases: all six, in order. imports: the latest ones. approvals: the surest ones.
    """

    totals: Totals
    phases: list[PhaseLoad]
    imports: list[Quality]
    approvals: list[Approval]


def overview(caller: Caller) -> Overview:
    """The engagement as it is now, in one transaction."""
    with caller.working("dashboard:read") as work:
        return Overview(
            totals=_totals(work),
            phases=_phases(work),
            imports=latest(work, _IMPORTS),
            approvals=_approvals(work),
        )


def _totals(work: Work) -> Totals:
    count = sa.func.count
    asset = _row(work, Asset, ready=count().filter(Asset.readiness_status == ReadinessStatus.READY))
    flow = _row(
        work,
        DiscoveryFlow,
        completed=count().filter(DiscoveryFlow.status == FlowStatus.COMPLETED),
        failed=count().filter(DiscoveryFlow.status == FlowStatus.FAILED),
    )
    imported = _row(
        work,
        DataImport,
        records=sa.func.coalesce(sa.func.sum(DataImport.total_records), 0),
        refused=sa.func.coalesce(sa.func.sum(DataImport.failed_records), 0),
    )
    mapping = _row(
        work,
        ImportFieldMapping,
        pending=count().filter(ImportFieldMapping.status == MappingStatus.PENDING),
    )
    return Totals(
        assets=asset.number,
        assets_ready=asset.ready,
        flows=flow.number,
        flows_completed=flow.completed,
        flows_failed=flow.failed,
        imports=imported.number,
        records=imported.records,
        records_refused=imported.refused,
        mappings_pending=mapping.pending,
        mappings=mapping.number,
        waves=_row(work, MigrationWave).number,
        assets_in_waves=_row(work, WaveAssignment).number,
    )


def _row(work: Work, table: Any, **more: sa.ColumnElement[Any]) -> sa.Row[Any]:
    """One row about a table: `number` of its rows, and what else is asked."""
    columns = (sa.func.count().label("number"), *(column.label(name) for name, column in more.items()))
    return work.connection.execute(sa.select(*columns).select_from(table).where(*own(table, work))).one()


def _phases(work: Work) -> list[PhaseLoad]:
    at, status = DiscoveryFlow.current_phase, DiscoveryFlow.status
    found = work.connection.execute(
        sa.select(at, status, sa.func.count())
        .where(*own(DiscoveryFlow, work))
        .group_by(at, status)
        .order_by(status)
    ).all()
    loads = []
    for phase in DiscoveryPhase:
        by_status = {each: number for where, each, number in found if where == phase}
        loads.append(PhaseLoad(phase, sum(by_status.values()), by_status))
    return loads


def _approvals(work: Work) -> list[Approval]:
    mapping = ImportFieldMapping
    found = work.connection.execute(
        sa.select(
            mapping.id,
            mapping.source_field,
            mapping.target_field,
            sa.cast(mapping.confidence, sa.Float).label("confidence"),
            mapping.data_import_id,
            DataImport.name.label("data_import"),
        )
        .join(DataImport, sa.and_(*own(DataImport, work), DataImport.id == mapping.data_import_id))
        .where(*own(mapping, work), mapping.status == MappingStatus.PENDING)
        .order_by(mapping.confidence.desc(), mapping.source_field, mapping.id)
        .limit(_APPROVALS)
    )
    return [Approval(**row) for row in found.mappings()]
