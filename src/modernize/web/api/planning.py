"""/api/planning: the plan, what speaks against it, and changes of it."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from modernize.models.enums import (
    AssessmentStatus,
    AssetType,
    ReadinessStatus,
    Severity,
    SixrStrategy,
    WaveStatus,
)
from modernize.web.access.caller import Caller
from modernize.web.access.dependency import needs
from modernize.web.api.shapes import Note, Sent
from modernize.web.services import planning, planning_changes
from modernize.web.services.planning_changes import Decision
from modernize.web.services.planning_warnings import WarningKind

router = APIRouter(prefix="/planning", tags=["planning"])

Reader = Annotated[Caller, needs("planning:read")]
Planner = Annotated[Caller, needs("planning:write")]


class Shown(BaseModel):
    """Read from what a service answers."""

    model_config = ConfigDict(from_attributes=True)


class Card(Shown):
    """An asset in a wave or a bucket; `updated_at` is what a change of it must name."""

    id: UUID
    name: str
    asset_type: AssetType
    six_r_strategy: SixrStrategy | None
    readiness_status: ReadinessStatus
    migration_wave_id: UUID | None
    updated_at: datetime


class WaveName(Shown):
    """A wave by its name and state."""

    id: UUID
    sequence: int
    name: str
    status: WaveStatus


class WaveRow(WaveName):
    """A wave with its dates, its capacity and its owner's name."""

    description: str | None
    risk: Severity
    planned_start: date
    planned_end: date
    actual_start: date | None
    actual_end: date | None
    cutover_starts_at: datetime | None
    cutover_ends_at: datetime | None
    capacity: int
    budget: float | None
    owner: str | None


class Wave(Shown):
    """A wave, how ready its assets are, and the first of them in the order of their move."""

    row: WaveRow
    assigned: int
    readiness: dict[str, int]
    cards: list[Card]


class Bucket(Shown):
    """Assets in no wave for one reason."""

    reason: str
    number: int
    cards: list[Card]


class Plan(Shown):
    """The whole plan, every list of assets bounded."""

    today: date
    strategies: dict[str, int]
    assigned: int
    waves: list[Wave]
    buckets: list[Bucket]


class Named(Shown):
    """An asset of a warning, with the place of its wave."""

    id: UUID
    name: str
    wave: int | None


class Warned(Shown):
    """One thing that speaks against the plan; `number` counts the assets that are not named as well."""

    kind: WarningKind
    message: str
    assets: list[Named]
    number: int
    wave_id: UUID | None


class Assessment(Shown):
    """The accepted case for a strategy."""

    id: UUID
    strategy: SixrStrategy
    status: AssessmentStatus
    rationale: str
    confidence: float
    effort_days: float
    assessed_by: str | None
    approved_by: UUID | None
    approved_at: datetime | None


class Placing(Shown):
    """What to know of an asset before changing its plan: its case, the others of its circle, the waves."""

    asset: Card
    assessment: Assessment | None
    circle: list[Card]
    waves: list[WaveName]


class Seen(Sent):
    """An asset as the person saw it."""

    id: UUID
    updated_at: datetime


class Move(Sent):
    """Assets that move in another wave; `wave_id` null takes them out of any."""

    assets: list[Seen] = Field(min_length=1, max_length=100)
    wave_id: UUID | None
    note: Note = ""


class Choice(Sent):
    """The way an asset goes, why, and the wave it moves in; without one it stays in its wave if it can."""

    updated_at: datetime
    strategy: SixrStrategy
    rationale: Note = Field(min_length=1)
    confidence: Decimal = Field(ge=Decimal("0.5"), le=Decimal("0.99"), decimal_places=2)
    effort_days: Decimal = Field(gt=0, le=1000, decimal_places=1)
    wave_id: UUID | None = None


class Changed(BaseModel):
    """It is done; what now speaks against the plan, as far as it has to do with the change."""

    warnings: list[Warned]


@router.get("")
def plan(caller: Reader) -> Plan:
    """Waves, what is in them, what is in none, and the strategies."""
    return Plan.model_validate(planning.plan(caller))


@router.get("/warnings")
def warnings(caller: Reader) -> list[Warned]:
    """What speaks against the plan as it stands."""
    return [Warned.model_validate(found) for found in planning.warnings(caller)]


@router.get("/preview")
def preview(
    caller: Reader,
    asset_id: Annotated[list[UUID], Query(min_length=1, max_length=100)],
    wave_id: UUID | None = None,
    strategy: SixrStrategy | None = None,
) -> list[Warned]:
    """What would speak against the plan if these assets moved in that wave (without one, in none), or went that way."""
    found = planning.preview(caller, asset_id, wave_id, strategy)
    return [Warned.model_validate(one) for one in found]


@router.get("/assets/{asset_id}")
def placing(caller: Reader, asset_id: UUID) -> Placing:
    """One asset before a change of its plan."""
    return Placing.model_validate(planning.placing(caller, asset_id))


@router.post("/moves")
def move(caller: Planner, wanted: Move) -> Changed:
    """Let assets move in a wave; 409 when somebody changed one since."""
    seen = {asset.id: asset.updated_at for asset in wanted.assets}
    found = planning_changes.move(caller, seen, wanted.wave_id, wanted.note)
    return Changed(warnings=[Warned.model_validate(one) for one in found])


@router.post("/assets/{asset_id}/strategy")
def decide(caller: Planner, asset_id: UUID, wanted: Choice) -> Changed:
    """Let an asset go another way; 409 when somebody changed it since."""
    decision = Decision(
        wanted.strategy, wanted.rationale, wanted.confidence, wanted.effort_days, wanted.wave_id
    )
    found = planning_changes.decide(caller, asset_id, wanted.updated_at, decision)
    return Changed(warnings=[Warned.model_validate(one) for one in found])
