"""What warnings about waves are made of, read from the database in sets: late needs, split circles, loads, readiness.

Each function takes the waves as they would be after a change (`Change`), so that a person sees what it would mean.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from modernize.models import Asset, AssetDependency, MigrationWave, WaveAssignment
from modernize.models.enums import DependencyStrength, ReadinessStatus, SixrStrategy, WaveStatus
from modernize.web.access.caller import Work
from modernize.web.services.dependencies import network_of
from modernize.web.services.dependency_network import Circle, circles
from modernize.web.services.ownership import among, own, today_of, wave_of
from modernize.web.services.planning_warnings import (
    NAMED,
    Moved,
    PlanWarning,
    WaveLoad,
    circles_split,
    dependent_first,
    first_of,
    needed_retired,
    not_ready,
    over_capacity,
)

_REPLACED = (SixrStrategy.RETIRE, SixrStrategy.REPURCHASE)
"""What goes one of these ways needs its old servers no longer."""

UNREADY = (ReadinessStatus.BLOCKED, ReadinessStatus.NOT_ASSESSED)
OVER = (WaveStatus.COMPLETED, WaveStatus.CANCELLED)


@dataclass(frozen=True, slots=True)
class Change:
    """Assets that would move in another wave (None: in none), and the way they would go where that changes too."""

    assets: frozenset[UUID]
    wave_id: UUID | None
    strategy: SixrStrategy | None = None


def loads(work: Work, change: Change | None = None) -> list[WaveLoad]:
    """Every wave with the number of its assets, in order."""
    counted = work.connection.execute(
        sa.select(WaveAssignment.migration_wave_id, sa.func.count())
        .where(*own(WaveAssignment, work))
        .group_by(WaveAssignment.migration_wave_id)
    )
    numbers = {row[0]: row[1] for row in counted}
    if change:
        for wave_id in work.connection.scalars(
            sa.select(WaveAssignment.migration_wave_id).where(
                *own(WaveAssignment, work), among(WaveAssignment.asset_id, list(change.assets))
            )
        ):
            numbers[wave_id] -= 1
        if change.wave_id:
            numbers[change.wave_id] = numbers.get(change.wave_id, 0) + len(change.assets)
    found = work.connection.execute(
        sa.select(MigrationWave.__table__).where(*own(MigrationWave, work)).order_by(MigrationWave.sequence)
    )
    return [
        WaveLoad(
            row.id,
            row.sequence,
            row.name,
            row.planned_start,
            row.capacity,
            numbers.get(row.id, 0),
            row.status in OVER,
        )
        for row in found
    ]


def every_warning(work: Work) -> list[PlanWarning]:
    """What speaks against the plan as it stands, the first of each kind."""
    waves = loads(work)
    unready, numbers = _unready(work)
    found = (
        dependent_first(_late_needs(work)),
        needed_retired(_retired_needs(work)),
        circles_split(_members(work, circles(network_of(work)), None, {})),
        over_capacity(waves),
        not_ready(waves, unready, numbers, today_of(work)),
    )
    return [warning for kind in found for warning in first_of(kind)]


def warnings_of(work: Work, change: Change) -> list[PlanWarning]:
    """What would speak against the plan after a change, as far as it has to do with what changes."""
    waves = loads(work, change)
    sequence = next((wave.sequence for wave in waves if wave.id == change.wave_id), None)
    touched = [circle for circle in circles(network_of(work)) if change.assets & set(circle.members)]
    becomes: dict[UUID, int | None] = dict.fromkeys(change.assets, sequence)
    found = first_of(dependent_first(_needs_around(work, becomes)))
    found += first_of(needed_retired(_retired_needs(work, change)))
    found += first_of(circles_split(_members(work, touched, change.assets, becomes)))
    if change.wave_id:
        target = [wave for wave in waves if wave.id == change.wave_id]
        unready = {change.wave_id: _unready_among(work, change.assets)}
        numbers = {change.wave_id: len(unready[change.wave_id])}
        found += over_capacity(target) + not_ready(target, unready, numbers, today_of(work))
    return found


_NEEDING, _NEEDED = sa.orm.aliased(Asset, name="needing"), sa.orm.aliased(Asset, name="needed")
_EARLIER, _LATER = sa.orm.aliased(MigrationWave, name="earlier"), sa.orm.aliased(MigrationWave, name="later")


def _hard_needs(work: Work) -> sa.Select[UUID, str, int, UUID, str, int]:
    def is_end(asset: Any, column: Any) -> sa.ColumnElement[bool]:
        return sa.and_(*own(asset, work), asset.id == column)

    def is_wave(wave: Any, asset: Any) -> sa.ColumnElement[bool]:
        return sa.and_(*own(wave, work), wave.id == asset.migration_wave_id)

    return (
        sa.select(
            _NEEDING.id, _NEEDING.name, _EARLIER.sequence,
            _NEEDED.id.label("need_id"), _NEEDED.name.label("need_name"), _LATER.sequence.label("need_sequence"),
        )
        .select_from(AssetDependency)
        .join(_NEEDING, is_end(_NEEDING, AssetDependency.source_asset_id))
        .join(_NEEDED, is_end(_NEEDED, AssetDependency.target_asset_id))
        .outerjoin(_EARLIER, is_wave(_EARLIER, _NEEDING))
        .outerjoin(_LATER, is_wave(_LATER, _NEEDED))
        .where(*own(AssetDependency, work), AssetDependency.strength == DependencyStrength.HARD)
    )  # fmt: skip


def _late_needs(work: Work) -> list[tuple[Moved, Moved]]:
    found = work.connection.execute(
        _hard_needs(work)
        .where(_LATER.sequence > _EARLIER.sequence, _EARLIER.status.not_in(OVER))
        .order_by(_EARLIER.sequence, _NEEDING.name, _NEEDED.name)
    )
    return [(Moved(*row[:3]), Moved(*row[3:])) for row in found]


def _retired_needs(work: Work, change: Change | None = None) -> list[tuple[Moved, Moved]]:
    """Who still needs what is to be retired: in the whole plan, or because of a change of strategy."""
    stays = sa.or_(_NEEDING.six_r_strategy.is_(None), _NEEDING.six_r_strategy.not_in(_REPLACED))
    retired = _NEEDED.six_r_strategy == SixrStrategy.RETIRE
    if change is None:
        conditions = [stays, retired]
    elif change.strategy is SixrStrategy.RETIRE:
        ids = list(change.assets)
        conditions = [stays, among(_NEEDED.id, ids), sa.not_(among(_NEEDING.id, ids))]
    elif change.strategy and change.strategy not in _REPLACED:
        conditions = [among(_NEEDING.id, list(change.assets)), retired]
    else:
        return []
    found = work.connection.execute(
        _hard_needs(work).where(*conditions).order_by(_NEEDED.name, _NEEDING.name)
    )
    return [(Moved(*row[:3]), Moved(*row[3:])) for row in found]


def _needs_around(work: Work, becomes: dict[UUID, int | None]) -> list[tuple[Moved, Moved]]:
    """Hard dependencies of and on some assets, these in the wave they would move in."""
    ids = list(becomes)
    found = work.connection.execute(
        _hard_needs(work)
        .where(
            sa.or_(among(AssetDependency.source_asset_id, ids), among(AssetDependency.target_asset_id, ids))
        )
        .order_by(_NEEDING.name, _NEEDED.name)
    )
    return [
        (
            Moved(row[0], row[1], becomes.get(row[0], row[2])),
            Moved(row[3], row[4], becomes.get(row[3], row[5])),
        )
        for row in found
    ]


def _members(
    work: Work, found: Sequence[Circle], first: frozenset[UUID] | None, becomes: dict[UUID, int | None]
) -> list[list[Moved]]:
    """The members of circles with the waves they move in, those of `first` in front."""
    ids = {member for circle in found for member in circle.members}
    rows = {
        row.id: Moved(row.id, row.name, becomes.get(row.id, row.sequence))
        for row in work.connection.execute(
            sa.select(Asset.id, Asset.name, MigrationWave.sequence)
            .outerjoin(MigrationWave, wave_of(Asset))
            .where(*own(Asset, work), among(Asset.id, list(ids)))
        )
    }
    return [
        sorted((rows[member] for member in circle.members), key=lambda moved: moved.id not in (first or ()))
        for circle in found
    ]


def _unready(work: Work) -> tuple[dict[UUID, list[Moved]], dict[UUID, int]]:
    """Of each wave the first few assets that are not ready, and how many there are."""
    place = sa.func.row_number().over(partition_by=Asset.migration_wave_id, order_by=Asset.name)
    ranked = (
        sa.select(
            Asset.id, Asset.name, Asset.migration_wave_id, place.label("place"),
            sa.func.count().over(partition_by=Asset.migration_wave_id).label("number"),
        )
        .where(*own(Asset, work), Asset.migration_wave_id.is_not(None), Asset.readiness_status.in_(UNREADY))
        .subquery()
    )  # fmt: skip
    some: dict[UUID, list[Moved]] = {}
    numbers: dict[UUID, int] = {}
    for row in work.connection.execute(sa.select(ranked).where(ranked.c.place <= NAMED).order_by("place")):
        some.setdefault(row.migration_wave_id, []).append(Moved(row.id, row.name, None))
        numbers[row.migration_wave_id] = row.number
    return some, numbers


def _unready_among(work: Work, ids: frozenset[UUID]) -> list[Moved]:
    found = work.connection.execute(
        sa.select(Asset.id, Asset.name)
        .where(*own(Asset, work), among(Asset.id, list(ids)), Asset.readiness_status.in_(UNREADY))
        .order_by(Asset.name)
    )
    return [Moved(row.id, row.name, None) for row in found]
