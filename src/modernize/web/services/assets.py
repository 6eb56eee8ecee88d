"""The inventory: lists by type and filter, one asset with where it came from and what it depends on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import date
from itertools import chain
from typing import Any, Literal
from uuid import UUID

import sqlalchemy as sa

from modernize.models import (
    Asset,
    AssetDependency,
    DataImport,
    DiscoveryFlow,
    MigrationWave,
    RawImportRecord,
)
from modernize.models.enums import (
    AssetType,
    Criticality,
    Environment,
    OsFamily,
    ReadinessStatus,
    SixrStrategy,
)
from modernize.web.access.caller import Caller, Work
from modernize.web.errors import NotFound
from modernize.web.services.ownership import own, wave_of
from modernize.web.services.paging import Listed, Paging, listed
from modernize.web.services.planning import STAYING, accepted
from modernize.web.services.planning_facts import UNREADY

Unknown = Literal["business_unit", "os_end_of_life", "six_r_strategy"]
"""A field that lists can be narrowed to where it is filled in, or is not."""


@dataclass(frozen=True, slots=True)
class AssetFilter:
    """What to list; what is None does not filter.

    Attributes:
        end_of_life_from, end_of_life_before: the vendor's support ends on the first day or later, before the second.
        unready: whether it is blocked or not assessed yet. staying: whether it is to be retained or retired; what
            nobody has decided on is not.
        known, without: a field that is filled in, and one that is not.
        search: is looked for in name, host name and address.
    """

    asset_type: AssetType | None = None
    environment: Environment | None = None
    criticality: Criticality | None = None
    os_family: OsFamily | None = None
    six_r_strategy: SixrStrategy | None = None
    readiness_status: ReadinessStatus | None = None
    unready: bool | None = None
    business_unit: str | None = None
    migration_wave_id: UUID | None = None
    unassigned: bool | None = None
    staying: bool | None = None
    discovery_flow_id: UUID | None = None
    os_name: str | None = None
    end_of_life_from: date | None = None
    end_of_life_before: date | None = None
    known: Unknown | None = None
    without: Unknown | None = None
    search: str | None = None


_SORTABLE: dict[str, sa.ColumnElement[Any]] = {
    name: Asset.__table__.c[name]
    for name in (
        "name", "asset_type", "environment", "criticality", "hostname", "ip_address", "os_name", "os_end_of_life",
        "business_unit", "technical_owner", "cpu_cores", "memory_gb", "storage_gb", "monthly_cost",
        "cloud_monthly_cost", "six_r_strategy", "readiness_status", "readiness_score", "last_seen_at",
    )
}  # fmt: skip
_SORTABLE["wave"] = MigrationWave.__table__.c.sequence

_LISTED = ("id", *(name for name in _SORTABLE if name != "wave"))


def list_assets(caller: Caller, wanted: AssetFilter, paging: Paging) -> Listed:
    """One page of the assets of the caller's engagement."""
    with caller.working("asset:read") as work:
        return listed(
            work.connection, _assets(work, wanted), paging, _SORTABLE, usual="name", last=Asset.__table__.c.id
        )


@contextmanager
def exported(caller: Caller, wanted: AssetFilter) -> Iterator[Iterator[Sequence[Any]]]:
    """The names of the columns and all assets that fit, by name; fetched some at a time, while it is open."""
    with caller.working("asset:export") as work:
        found = work.connection.execution_options(yield_per=500).execute(
            _assets(work, wanted).order_by(Asset.name, Asset.id)
        )
        yield (line[1:] for line in chain([tuple(found.keys())], found))


@dataclass(frozen=True, slots=True)
class Counts:
    """Numbers of assets of each type, of Linux and of Windows servers, of all (`""`); and the units that have some."""

    by_type: dict[str, int]
    business_units: list[str]


def count(caller: Caller) -> Counts:
    """What the inventory comes to, and which business units it can be narrowed to."""
    with caller.working("asset:read") as work:
        kind, family, unit = Asset.asset_type, Asset.os_family, Asset.business_unit
        found = work.connection.execute(
            sa.select(kind, family, sa.func.count()).where(*own(Asset, work)).group_by(kind, family)
        ).all()
        units = work.connection.scalars(
            sa.select(unit).where(*own(Asset, work), unit.is_not(None)).distinct().order_by(unit)
        ).all()
    counts = {"": 0, **{str(known): 0 for known in AssetType}}
    for asset_type, os_family, number in found:
        counts[""] += number
        counts[asset_type] += number
        if asset_type == AssetType.SERVER and os_family:
            counts[f"server.{os_family}"] = counts.get(f"server.{os_family}", 0) + number
    return Counts(counts, [each for each in units if each])


@dataclass(frozen=True, slots=True)
class AssetDetail:
    """One asset and what belongs to it, each as a row with its fields by name.

    Attributes:
        asset: every column, with the wave's and the flow's name.
        raw: the raw record it was imported from, with import and row number; None for what was found otherwise.
        assessment: the accepted case for its 6R strategy, if there is one.
        needs, needed_by: the assets it depends on, and those that depend on it, with the dependency's type.
    """

    asset: dict[str, Any]
    raw: dict[str, Any] | None
    assessment: dict[str, Any] | None
    needs: list[dict[str, Any]]
    needed_by: list[dict[str, Any]]


def one_asset(caller: Caller, asset_id: UUID) -> AssetDetail:
    """One asset with its lineage, its assessment and its dependencies.

    Raises:
        NotFound: the caller's engagement has no such asset.
    """
    with caller.working("asset:read") as work:
        asset = _row(
            work,
            sa.select(
                *Asset.__table__.c,
                MigrationWave.name.label("wave"),
                DiscoveryFlow.name.label("discovery_flow"),
            )
            .outerjoin(MigrationWave, wave_of(Asset))
            .outerjoin(DiscoveryFlow, DiscoveryFlow.id == Asset.discovery_flow_id)
            .where(*own(Asset, work), Asset.id == asset_id),
        )
        if asset is None:
            raise NotFound(f"There is no asset {asset_id} in {work.identity.engagement_name}.")
        return AssetDetail(
            asset=asset,
            raw=_raw_record(work, asset["raw_import_record_id"]),
            assessment=accepted(work, asset_id),
            needs=_neighbours(work, asset_id, outward=True),
            needed_by=_neighbours(work, asset_id, outward=False),
        )


def _assets(work: Work, wanted: AssetFilter) -> sa.Select[Any]:
    query = (
        sa.select(*(Asset.__table__.c[name] for name in _LISTED), MigrationWave.name.label("wave"))
        .outerjoin(MigrationWave, wave_of(Asset))
        .where(*own(Asset, work))
    )
    for field in fields(wanted):
        value = getattr(wanted, field.name)
        if value is not None and value != "" and field.name in Asset.__table__.c:
            query = query.where(Asset.__table__.c[field.name] == value)
    if wanted.unassigned is not None:
        query = query.where(Asset.migration_wave_id.is_(None) == wanted.unassigned)
    if wanted.unready is not None:
        query = query.where(Asset.readiness_status.in_(UNREADY) == wanted.unready)
    if wanted.staying is not None:
        query = query.where(sa.func.coalesce(Asset.six_r_strategy.in_(STAYING), False) == wanted.staying)
    if wanted.end_of_life_before:
        query = query.where(Asset.os_end_of_life < wanted.end_of_life_before)
    if wanted.end_of_life_from:
        query = query.where(Asset.os_end_of_life >= wanted.end_of_life_from)
    if wanted.known:
        query = query.where(Asset.__table__.c[wanted.known].is_not(None))
    if wanted.without:
        query = query.where(Asset.__table__.c[wanted.without].is_(None))
    if wanted.search:
        places = (Asset.name, Asset.hostname, sa.func.host(Asset.ip_address))
        query = query.where(sa.or_(*(place.icontains(wanted.search, autoescape=True) for place in places)))
    return query


def _raw_record(work: Work, record_id: UUID | None) -> dict[str, Any] | None:
    if record_id is None:
        return None
    return _row(
        work,
        sa.select(
            RawImportRecord.id,
            RawImportRecord.row_number,
            RawImportRecord.external_id,
            RawImportRecord.raw_data,
            RawImportRecord.cleansed_data,
            DataImport.id.label("data_import_id"),
            DataImport.name.label("data_import"),
            DataImport.file_name,
            DataImport.source_system,
        )
        .join(DataImport, DataImport.id == RawImportRecord.data_import_id)
        .where(*own(RawImportRecord, work), RawImportRecord.id == record_id),
    )


def _neighbours(work: Work, asset_id: UUID, *, outward: bool) -> list[dict[str, Any]]:
    edge = AssetDependency
    near, far = (
        (edge.source_asset_id, edge.target_asset_id)
        if outward
        else (edge.target_asset_id, edge.source_asset_id)
    )
    found = work.connection.execute(
        sa.select(
            Asset.id,
            Asset.name,
            Asset.asset_type,
            edge.dependency_type,
            edge.strength,
            edge.protocol,
            edge.port,
            edge.is_intended_cycle,
        )
        .join(
            Asset,
            sa.and_(*own(Asset, work), Asset.id == far),
        )
        .where(*own(edge, work), near == asset_id)
        .order_by(edge.dependency_type, Asset.name)
    )
    return [dict(row) for row in found.mappings()]


def _row(work: Work, query: sa.Select[Any]) -> dict[str, Any] | None:
    found = work.connection.execute(query).mappings().one_or_none()
    return dict(found) if found else None
