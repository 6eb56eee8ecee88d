"""What speaks against a plan of waves, as sentences with the assets they are about. Decides, and asks no database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

SOON = timedelta(days=30)
"""How long before its first day a wave's assets should be ready."""

NAMED = 6
"""Assets that a warning names; the rest are counted."""


LISTED = 60
"""Warnings of one kind that are listed; the last one says how many more there are."""


class WarningKind(StrEnum):
    DEPENDENT_FIRST = "dependent_first"
    NEEDED_RETIRED = "needed_retired"
    CIRCLE_SPLIT = "circle_split"
    CAPACITY = "capacity"
    NOT_READY = "not_ready"


@dataclass(frozen=True, slots=True)
class Moved:
    """An asset and the wave it moves in (its place in the order of waves; None for no wave)."""

    id: UUID
    name: str
    wave: int | None


@dataclass(frozen=True, slots=True)
class WaveLoad:
    """A wave as warnings look at it."""

    id: UUID
    sequence: int
    name: str
    starts: date
    capacity: int
    assigned: int
    over: bool = False


@dataclass(frozen=True, slots=True)
class PlanWarning:
    """One thing that speaks against the plan.

    Attributes:
        assets: those to look at, at most `NAMED`, with id and name. number: how many there are in all.
        wave_id: of the wave that it is about, where it is about one.
    """

    kind: WarningKind
    message: str
    assets: tuple[Moved, ...]
    number: int
    wave_id: UUID | None = None


def first_of(found: list[PlanWarning]) -> list[PlanWarning]:
    """The first warnings of one kind, at most `LISTED`, and how many more there are."""
    more = len(found) - LISTED
    if more <= 0:
        return found
    rest = PlanWarning(found[0].kind, f"{more:,} more of this kind are not listed.", (), more)
    return [*found[:LISTED], rest]


def dependent_first(pairs: Iterable[tuple[Moved, Moved]]) -> list[PlanWarning]:
    """An asset moves in an earlier wave than what it needs. `pairs`: (asset, what it needs); others are passed over."""
    late: dict[Moved, dict[UUID, Moved]] = {}
    for asset, need in pairs:
        if asset.wave is not None and need.wave is not None and need.wave > asset.wave:
            late.setdefault(asset, {})[need.id] = need
    return [
        PlanWarning(
            WarningKind.DEPENDENT_FIRST,
            f"{asset.name} moves in wave {asset.wave}, before "
            + _listed([f"{need.name} (wave {need.wave})" for need in needs.values()])
            + ", which it cannot work without.",
            (asset, *list(needs.values())[: NAMED - 1]),
            1 + len(needs),
        )
        for asset, needs in sorted(late.items(), key=lambda item: (item[0].wave or 0, item[0].name))
    ]


def needed_retired(pairs: Iterable[tuple[Moved, Moved]]) -> list[PlanWarning]:
    """An asset goes on to be used while what it needs is to be retired. `pairs`: (asset, what it needs), all such."""
    users: dict[Moved, dict[UUID, Moved]] = {}
    for asset, need in pairs:
        users.setdefault(need, {})[asset.id] = asset
    return [
        PlanWarning(
            WarningKind.NEEDED_RETIRED,
            f"{need.name} is to be retired, but {_listed([asset.name for asset in assets.values()])} "
            f"cannot work without it.",
            (need, *list(assets.values())[: NAMED - 1]),
            1 + len(assets),
        )
        for need, assets in sorted(users.items(), key=lambda item: item[0].name)
    ]


def circles_split(circles: Iterable[Sequence[Moved]]) -> list[PlanWarning]:
    """Assets that need each other in a circle do not move in one wave."""
    found = []
    for circle in circles:
        waves = sorted({member.wave or 0 for member in circle})
        if len(waves) < 2:
            continue
        where = " and ".join(f"wave {wave}" if wave else "no wave" for wave in waves)
        found.append(
            PlanWarning(
                WarningKind.CIRCLE_SPLIT,
                f"{_listed([member.name for member in circle])} need each other in a circle, but are in {where}.",
                tuple(circle[:NAMED]),
                len(circle),
            )
        )
    return found


def over_capacity(waves: Iterable[WaveLoad]) -> list[PlanWarning]:
    """A wave has more assets than its team can move."""
    return [
        PlanWarning(
            WarningKind.CAPACITY,
            f"Wave {wave.sequence}, {wave.name}, has {wave.assigned:,} assets, {wave.assigned - wave.capacity:,} more "
            f"than the {wave.capacity:,} its team can move.",
            (),
            wave.assigned,
            wave.id,
        )
        for wave in waves
        if wave.assigned > wave.capacity and not wave.over
    ]


def not_ready(
    waves: Iterable[WaveLoad],
    unready: Mapping[UUID, Sequence[Moved]],
    numbers: Mapping[UUID, int],
    today: date,
) -> list[PlanWarning]:
    """A wave starts within `SOON`, or should have started, and has blocked or unassessed assets.

    Args:
        unready: wave -> some of its assets that are blocked or not assessed. numbers: wave -> how many there are.
    """
    found = []
    for wave in waves:
        number = numbers.get(wave.id, 0)
        if not number or wave.over or wave.starts > today + SOON:
            continue
        days = (wave.starts - today).days
        when = (
            f"starts in {days} days"
            if days > 0
            else "starts today"
            if days == 0
            else f"was to start on {wave.starts}"
        )
        some = unready.get(wave.id, ())
        names = _listed([asset.name for asset in some], number)
        found.append(
            PlanWarning(
                WarningKind.NOT_READY,
                f"Wave {wave.sequence}, {wave.name}, {when}, and {names} {'is' if number == 1 else 'are'} not ready.",
                tuple(some[:NAMED]),
                number,
                wave.id,
            )
        )
    return found


def _listed(names: Sequence[str], number: int | None = None) -> str:
    """`a, b and c`, or `a, b and 7 more`."""
    shown = list(names[:NAMED])
    more = (len(names) if number is None else number) - len(shown)
    parts = [*shown, f"{more:,} more"] if more > 0 else shown
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
