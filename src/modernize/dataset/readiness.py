"""How ready an asset is to move: points off for facts about it, blockers for facts that must change first.

    end of vendor support passed (operating system or database)   blocker, 40 off
    support ends within a year of the as-of time                  15 off
    stands on physical hardware                                   10 off
    holds restricted data                                         10 off
    is part of a circular dependency                              10 off
    an application one of whose own servers or database is blocked    blocker, 20 off

From 100; blocked with any blocker, else ready from 80 upwards, else in need of attention.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from modernize.dataset.inventory import Inventory, Item
from modernize.models.enums import AssetType, DataClassification, HostingType, ReadinessStatus

FULL = 100
READY_FROM = 80
_SUPPORT_ENDED = 40
_SUPPORT_ENDS_SOON = 15
_PHYSICAL = 10
_RESTRICTED = 10
_CIRCULAR = 10
_BLOCKED_COMPONENT = 20
_SOON = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Readiness:
    """Score from 0 to 100, the status that follows, and what stands in the way."""

    score: int
    status: ReadinessStatus
    blockers: tuple[dict[str, str], ...]


def readiness(inventory: Inventory, item: Item, today: date) -> Readiness:
    """The readiness of one item on a day."""
    deductions, blockers = _own(item, today)
    if _in_cycle(inventory, item):
        deductions += _CIRCULAR
    blocked = tuple(_blocked_components(inventory, item, today))
    if blocked:
        deductions += _BLOCKED_COMPONENT
        blockers.append(
            {"code": "blocked_component", "message": f"Not ready themselves: {', '.join(blocked)}."}
        )
    score = max(0, FULL - deductions)
    return Readiness(score, _status(score, bool(blockers)), tuple(blockers))


def _own(item: Item, today: date) -> tuple[int, list[dict[str, str]]]:
    deductions = 0
    blockers: list[dict[str, str]] = []
    platform = item.platform
    if platform and platform.support_ends < today:
        deductions += _SUPPORT_ENDED
        since = platform.support_ends.isoformat()
        message = f"{platform.name} {platform.version} is out of support since {since}."
        blockers.append({"code": "support_ended", "message": message})
    elif platform and platform.support_ends <= today + _SOON:
        deductions += _SUPPORT_ENDS_SOON
    if item.hardware and item.hardware.hosting is HostingType.PHYSICAL:
        deductions += _PHYSICAL
    if item.classification is DataClassification.RESTRICTED:
        deductions += _RESTRICTED
    return deductions, blockers


def _in_cycle(inventory: Inventory, item: Item) -> bool:
    if item.type is not AssetType.APPLICATION:
        return False
    return any(call.cycle for call in inventory.applications_by_key[item.key].calls)


def _blocked_components(inventory: Inventory, item: Item, today: date) -> Iterator[str]:
    if item.type is not AssetType.APPLICATION:
        return
    for other in inventory.by_application[item.key]:
        if other.key != item.key and _own(other, today)[1]:
            yield other.name


def _status(score: int, blocked: bool) -> ReadinessStatus:
    if blocked:
        return ReadinessStatus.BLOCKED
    return ReadinessStatus.READY if score >= READY_FROM else ReadinessStatus.NEEDS_ATTENTION
