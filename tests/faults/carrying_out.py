"""Planting the faults of a family one after the other, each on its own and again where it came too late."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from tests.faults.attempt import Fault, Outcome, TooLate, Turn, attempt
from tests.faults.families import Family
from tests.faults.ground import Ground
from tests.faults.tally import Tally

#: How often a fault at a random instant may come too late.
_AGAIN = 20


def plant_all(
    family: Family, ground: Ground, tally: Tally, seed: int, *, short: bool = False, only: str = ""
) -> Iterator[Outcome]:
    """Plant the faults; each outcome is in the tally when it is told.

    Args:
        only: faults whose name contains this.
    """
    chosen = {fault: fault.short if short else fault.times for fault in family.faults(ground)}
    chosen = {fault: times for fault, times in chosen.items() if times and only in fault.name}
    tally.meant |= {fault.name: times for fault, times in chosen.items()}
    for fault, times in chosen.items():
        for number in range(times):
            tally.outcomes.append(_tried(ground, fault, number, times, seed))
            yield tally.outcomes[-1]


def _tried(ground: Ground, fault: Fault, number: int, times: int, seed: int) -> Outcome:
    for again in range(_AGAIN):
        try:
            return attempt(
                ground, fault, Turn(number, times, Random(f"{seed}/{fault.name}/{number}/{again}"))
            )
        except TooLate:
            continue
    raise RuntimeError(f"{fault.name}: {_AGAIN} times in a row there was nothing left to meet")
