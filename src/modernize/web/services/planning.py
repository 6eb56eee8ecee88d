"""The plan of the move: waves with who is in them, the 6R strategies, what speaks against it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from modernize.models import Asset, MigrationWave, SixrAssessment, User, WaveAssignment
from modernize.models.enums import AssessmentStatus, ReadinessStatus, SixrStrategy
from modernize.web.access.caller import Caller, Work
from modernize.web.errors import NotFound
from modernize.web.services.dependencies import network_of
from modernize.web.services.dependency_network import circles
from modernize.web.services.ownership import among, own, today_of
from modernize.web.services.planning_facts import Change, every_warning, warnings_of
from modernize.web.services.planning_warnings import PlanWarning

CARDS = 16
"""Assets of a wave that the board shows; a link leads to the rest."""

STAYING = (SixrStrategy.RETAIN, SixrStrategy.RETIRE)
UNDECIDED, UNPLANNED = "undecided", "unplanned"


@dataclass(frozen=True, slots=True)
class Wave:
    """One wave.

    Attributes:
        row: its columns, with the owner's name. assigned: how many assets it has.
        readiness: status -> number of its assets. cards: its first assets in the order of their move.
    """

    row: dict[str, Any]
    assigned: int
    readiness: dict[str, int]
    cards: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Bucket:
    """Assets in no wave, for one reason: `retain` and `retire` on purpose, `undecided` and `unplanned` not yet."""

    reason: str
    number: int
    cards: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Plan:
    """The whole plan. `strategies` counts every asset, those without a strategy as `undecided`."""

    today: date
    strategies: dict[str, int]
    waves: list[Wave]
    buckets: list[Bucket]

    @property
    def assigned(self) -> int:
        return sum(wave.assigned for wave in self.waves)


@dataclass(frozen=True, slots=True)
class Placing:
    """What a person needs to know of an asset to change its plan.

    Attributes:
        asset: id, name, type, strategy, wave, readiness, updated_at.
        assessment: the accepted case for its strategy, if there is one.
        circle: the other assets of its circle, the same columns; a circle moves together.
        waves: id, sequence, name, status of every wave.
    """

    asset: dict[str, Any]
    assessment: dict[str, Any] | None
    circle: list[dict[str, Any]]
    waves: list[dict[str, Any]]


_CARD = (
    Asset.id, Asset.name, Asset.asset_type, Asset.six_r_strategy, Asset.readiness_status, Asset.migration_wave_id,
    Asset.updated_at,
)  # fmt: skip


def plan(caller: Caller) -> Plan:
    """Waves, buckets and counts of the caller's engagement."""
    with caller.working("planning:read") as work:
        counts = _counts(work)
        return Plan(
            today=today_of(work),
            strategies=_strategies(counts),
            waves=[_wave(work, row, counts) for row in _waves(work)],
            buckets=_buckets(work, counts),
        )


def warnings(caller: Caller) -> list[PlanWarning]:
    """What speaks against the plan as it stands."""
    with caller.working("planning:read") as work:
        return every_warning(work)


def preview(
    caller: Caller, asset_ids: Sequence[UUID], wave_id: UUID | None, strategy: SixrStrategy | None = None
) -> list[PlanWarning]:
    """What would speak against the plan if these assets moved in that wave (None: in none), or went that way.

    Raises:
        NotFound: the engagement has no such asset or wave.
    """
    with caller.working("planning:read") as work:
        rows(work, asset_ids)
        if wave_id:
            one_wave(work, wave_id)
        return warnings_of(work, Change(frozenset(asset_ids), wave_id, strategy))


def placing(caller: Caller, asset_id: UUID) -> Placing:
    """One asset as a person sees it before changing its strategy or wave.

    Raises:
        NotFound: the engagement has no such asset.
    """
    with caller.working("planning:read") as work:
        asset = rows(work, [asset_id])[0]
        circle = next((found for found in circles(network_of(work)) if asset_id in found.members), None)
        others = [member for member in circle.members if member != asset_id] if circle else []
        return Placing(
            asset=asset,
            assessment=accepted(work, asset_id),
            circle=rows(work, others) if others else [],
            waves=_waves(work),
        )


def rows(work: Work, asset_ids: Sequence[UUID], *, lock: bool = False) -> list[dict[str, Any]]:
    """Assets with what planning needs, in the order of their ids; locked against other changes if asked.

    Raises:
        NotFound: the engagement lacks one of them.
    """
    query = (
        sa.select(*_CARD, Asset.monthly_cost, Asset.cloud_monthly_cost, Asset.criticality)
        .where(*own(Asset, work), among(Asset.id, asset_ids))
        .order_by(Asset.id)
    )
    found = [
        dict(row) for row in work.connection.execute(query.with_for_update() if lock else query).mappings()
    ]
    missing = set(asset_ids) - {row["id"] for row in found}
    if missing:
        raise NotFound(f"There is no asset {min(missing)} in {work.identity.engagement_name}.")
    return found


def one_wave(work: Work, wave_id: UUID) -> dict[str, Any]:
    """One wave.

    Raises:
        NotFound: the engagement has no such wave.
    """
    found = next((row for row in _waves(work) if row["id"] == wave_id), None)
    if found is None:
        raise NotFound(f"There is no wave {wave_id} in {work.identity.engagement_name}.")
    return found


def accepted(work: Work, asset_id: UUID) -> dict[str, Any] | None:
    """The accepted case for an asset's strategy."""
    found = work.connection.execute(
        sa.select(SixrAssessment.__table__).where(
            *own(SixrAssessment, work),
            SixrAssessment.asset_id == asset_id,
            SixrAssessment.status == AssessmentStatus.ACCEPTED,
        )
    )
    row = found.mappings().one_or_none()
    return dict(row) if row else None


def _waves(work: Work) -> list[dict[str, Any]]:
    found = work.connection.execute(
        sa.select(MigrationWave.__table__, User.full_name.label("owner"))
        .outerjoin(User, User.id == MigrationWave.owner_user_id)
        .where(*own(MigrationWave, work))
        .order_by(MigrationWave.sequence)
    )
    return [dict(row) for row in found.mappings()]


@dataclass(frozen=True, slots=True)
class _Count:
    """How many assets have one wave, strategy and readiness."""

    wave_id: UUID | None
    strategy: SixrStrategy | None
    readiness: ReadinessStatus
    number: int


def _counts(work: Work) -> list[_Count]:
    """All that is counted on the page, from one pass over the assets."""
    what = (Asset.migration_wave_id, Asset.six_r_strategy, Asset.readiness_status)
    found = work.connection.execute(
        sa.select(*what, sa.func.count()).where(*own(Asset, work)).group_by(*what)
    )
    return [_Count(*row) for row in found]


def _strategies(counts: Sequence[_Count]) -> dict[str, int]:
    numbers = {**{str(strategy): 0 for strategy in SixrStrategy}, UNDECIDED: 0}
    for count in counts:
        numbers[str(count.strategy or UNDECIDED)] += count.number
    return numbers


def _wave(work: Work, row: dict[str, Any], counts: Sequence[_Count]) -> Wave:
    readiness = {str(known): 0 for known in ReadinessStatus}
    for count in counts:
        if count.wave_id == row["id"]:
            readiness[str(count.readiness)] += count.number
    # The first places are cut off before the assets are looked up: a wave may have thousands.
    first = (
        sa.select(WaveAssignment.asset_id, WaveAssignment.move_order)
        .where(*own(WaveAssignment, work), WaveAssignment.migration_wave_id == row["id"])
        .order_by(WaveAssignment.move_order, WaveAssignment.asset_id)
        .limit(CARDS)
        .subquery()
    )
    cards = work.connection.execute(
        sa.select(*_CARD)
        .join(first, first.c.asset_id == Asset.id)
        .where(*own(Asset, work))
        .order_by(first.c.move_order, Asset.id)
    )
    return Wave(row, sum(readiness.values()), readiness, [dict(card) for card in cards.mappings()])


def _reason(strategy: SixrStrategy | None) -> str:
    """Why an asset with this strategy is in no wave."""
    if strategy is None:
        return UNDECIDED
    return str(strategy) if strategy in STAYING else UNPLANNED


def _buckets(work: Work, counts: Sequence[_Count]) -> list[Bucket]:
    conditions: dict[str, sa.ColumnElement[bool]] = {
        "retain": Asset.six_r_strategy == SixrStrategy.RETAIN,
        "retire": Asset.six_r_strategy == SixrStrategy.RETIRE,
        UNDECIDED: Asset.six_r_strategy.is_(None),
        UNPLANNED: Asset.six_r_strategy.not_in(STAYING),
    }
    numbers = dict.fromkeys(conditions, 0)
    for count in counts:
        if count.wave_id is None:
            numbers[_reason(count.strategy)] += count.number
    return [
        Bucket(reason, numbers[reason], _in_no_wave(work, condition) if numbers[reason] else [])
        for reason, condition in conditions.items()
    ]


def _in_no_wave(work: Work, condition: sa.ColumnElement[bool]) -> list[dict[str, Any]]:
    cards = work.connection.execute(
        sa.select(*_CARD)
        .where(*own(Asset, work), Asset.migration_wave_id.is_(None), condition)
        .order_by(Asset.name, Asset.id)
        .limit(CARDS)
    )
    return [dict(card) for card in cards.mappings()]
