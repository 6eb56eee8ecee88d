"""/api/assets: the inventory page by page, one asset, and the list as a file."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import BaseModel, IPvAnyAddress

from modernize.models.enums import (
    AssetType,
    Criticality,
    Environment,
    OsFamily,
    ReadinessStatus,
    SixrStrategy,
)
from modernize.web.access.caller import Caller
from modernize.web.access.dependency import needs
from modernize.web.api.export import WORKBOOK, as_csv, as_workbook
from modernize.web.api.refusals import files
from modernize.web.api.shapes import Paged, Sent, Slice, Text, sliced
from modernize.web.services import assets

router = APIRouter(prefix="/assets", tags=["assets"])

Reader = Annotated[Caller, needs("asset:read")]
Exporter = Annotated[Caller, needs("asset:export")]


class Filter(Sent):
    """What to list; what is not given does not filter."""

    asset_type: AssetType | None = None
    environment: Environment | None = None
    criticality: Criticality | None = None
    os_family: OsFamily | None = None
    six_r_strategy: SixrStrategy | None = None
    readiness_status: ReadinessStatus | None = None
    unready: bool | None = None
    business_unit: Text | None = None
    migration_wave_id: UUID | None = None
    unassigned: bool | None = None
    staying: bool | None = None
    discovery_flow_id: UUID | None = None
    os_name: Text | None = None
    end_of_life_from: date | None = None
    end_of_life_before: date | None = None
    known: assets.Unknown | None = None
    without: assets.Unknown | None = None
    search: Text | None = None

    def wanted(self) -> assets.AssetFilter:
        return assets.AssetFilter(**{name: getattr(self, name) for name in Filter.model_fields})


class PagedFilter(Filter, Paged):
    sort: Text = "name"


class AssetRow(BaseModel):
    """An asset as lists show it."""

    id: UUID
    name: str
    asset_type: AssetType
    environment: Environment
    criticality: Criticality
    hostname: str | None
    ip_address: IPvAnyAddress | None
    os_name: str | None
    os_end_of_life: date | None
    business_unit: str | None
    technical_owner: str | None
    cpu_cores: int | None
    memory_gb: float | None
    storage_gb: float | None
    monthly_cost: float | None
    cloud_monthly_cost: float | None
    six_r_strategy: SixrStrategy | None
    readiness_status: ReadinessStatus
    readiness_score: float | None
    last_seen_at: datetime | None
    wave: str | None


class AssetDetail(BaseModel):
    """One asset with its lineage, its assessment and its neighbours in the dependency graph."""

    asset: dict[str, Any]
    raw: dict[str, Any] | None
    assessment: dict[str, Any] | None
    needs: list[dict[str, Any]]
    needed_by: list[dict[str, Any]]


@router.get("")
def list_assets(caller: Reader, query: Annotated[PagedFilter, Query()]) -> Slice[AssetRow]:
    """One page of the inventory."""
    return sliced(AssetRow, assets.list_assets(caller, query.wanted(), query.paging()))


@router.get("/export/{form}", response_class=Response, responses=files("text/csv", WORKBOOK))
def export(caller: Exporter, form: Literal["csv", "xlsx"], query: Annotated[Filter, Query()]) -> Response:
    """All assets that fit, as a CSV file or a workbook; cells cannot become formulas."""
    with assets.exported(caller, query.wanted()) as lines:
        return as_csv(lines, "assets") if form == "csv" else as_workbook(lines, "assets")


@router.get("/{asset_id}")
def one_asset(caller: Reader, asset_id: UUID) -> AssetDetail:
    """One asset."""
    found = assets.one_asset(caller, asset_id)
    return AssetDetail(
        asset=_plain(found.asset),
        raw=found.raw,
        assessment=_plain(found.assessment) if found.assessment else None,
        needs=found.needs,
        needed_by=found.needed_by,
    )


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    """Exact numbers as JSON numbers; addresses as text."""
    return {
        name: float(value)
        if isinstance(value, Decimal)
        else str(value)
        if name == "ip_address" and value
        else value
        for name, value in row.items()
    }
