"""Rows of the planning tables: four waves, which asset moves in which, and the case for each asset's strategy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from modernize.dataset import assessment, estate
from modernize.dataset.assets import PLANNED_MINUTES_AGO, wave_id
from modernize.dataset.columns import Row, Tables
from modernize.dataset.inventory import Inventory, Item
from modernize.dataset.readiness import readiness
from modernize.dataset.story.records import Wave
from modernize.dataset.tenant import Tenant
from modernize.models.enums import AssetType, AssignmentStatus, ReadinessStatus, WaveStatus

_WEEK = timedelta(weeks=1)
_CUTOVER_BEGINS = time(22, 0, tzinfo=UTC)
# What carries others moves first.
_ORDER = (AssetType.NETWORK_DEVICE, AssetType.SERVER, AssetType.DATABASE, AssetType.APPLICATION)


def tables(tenant: Tenant, inventory: Inventory) -> Tables:
    """Rows of `migration_waves`, `wave_assignments` and `sixr_assessments`."""
    waves = dict(enumerate(estate.waves(tenant), start=1))
    return {
        "migration_waves": [_wave_row(tenant, number, wave) for number, wave in waves.items()],
        "wave_assignments": list(_assignments(tenant, inventory, waves)),
        "sixr_assessments": assessment.rows(tenant, inventory),
    }


def _dates(tenant: Tenant, wave: Wave) -> tuple[date, date, datetime]:
    """First day (a Monday), last day (a Friday), and the Saturday evening before the last week."""
    first = tenant.monday + wave.starts * _WEEK
    last = first + wave.weeks * _WEEK - timedelta(days=3)
    return first, last, datetime.combine(last - timedelta(days=6), _CUTOVER_BEGINS)


def _wave_row(tenant: Tenant, number: int, wave: Wave) -> Row:
    first, last, cutover = _dates(tenant, wave)
    planned = tenant.before(PLANNED_MINUTES_AGO)
    return {
        "client_account_id": tenant.account_id,
        "engagement_id": tenant.engagement_id,
        "id": wave_id(tenant, number),
        "sequence": number,
        "name": wave.name,
        "description": wave.description,
        "status": wave.status,
        "risk": wave.risk,
        "planned_start": first,
        "planned_end": last,
        "actual_start": None,
        "actual_end": None,
        "cutover_starts_at": cutover,
        "cutover_ends_at": cutover + timedelta(hours=wave.cutover_hours),
        "capacity": wave.capacity,
        "budget": Decimal(wave.budget),
        "owner_user_id": tenant.user_id("manager"),
        "success_criteria": list(wave.success),
        "created_at": planned,
        "updated_at": planned,
    }


def _assignments(tenant: Tenant, inventory: Inventory, waves: Mapping[int, Wave]) -> Iterator[Row]:
    for number, wave in waves.items():
        moving = [item for item in inventory.items if item.wave == number]
        moving.sort(key=lambda item: _ORDER.index(item.type))
        for place, item in enumerate(moving, start=1):
            yield _assignment(tenant, inventory, item, wave, place)


def _assignment(tenant: Tenant, inventory: Inventory, item: Item, wave: Wave, place: int) -> Row:
    """An asset of an approved wave is confirmed once it is ready; a blocked one says what it waits for."""
    state = readiness(inventory, item, tenant.as_of.date())
    sure = wave.status is WaveStatus.APPROVED and state.status is ReadinessStatus.READY
    planned = tenant.before(PLANNED_MINUTES_AGO)
    return {
        "client_account_id": tenant.account_id,
        "engagement_id": tenant.engagement_id,
        "id": tenant.id("wave_assignments", item.key),
        "migration_wave_id": wave_id(tenant, item.wave),
        "asset_id": tenant.id("assets", item.key),
        "status": AssignmentStatus.CONFIRMED if sure else AssignmentStatus.PLANNED,
        "move_order": place,
        "scheduled_on": _dates(tenant, wave)[2].date(),
        "note": " ".join(blocker["message"] for blocker in state.blockers) or None,
        "assigned_by": tenant.user_id("manager"),
        "assigned_at": planned,
        "created_at": planned,
        "updated_at": planned,
    }
