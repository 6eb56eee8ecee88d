"""Which earlier starts bring a plan under its own target: each alone, and the fewest together."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from itertools import combinations

from reseed.plan.model import EarlierStart, Plan, Task
from reseed.plan.schedule import schedule


@dataclass(frozen=True, slots=True)
class Relaxation:
    """A plan with some of its earlier starts taken.

    Attributes:
        makespan: minutes the plan then takes. saves: minutes less than without.
        on_target: whether it then takes no more than the plan's target.
    """

    starts: tuple[EarlierStart, ...]
    makespan: int
    saves: int
    on_target: bool


def earlier_starts(plan: Plan) -> tuple[EarlierStart, ...]:
    """All earlier starts the plan declares, in its order."""
    return tuple(start for task in plan.tasks for start in task.earlier)


def on_target(plan: Plan, makespan: int) -> bool:
    """Whether the plan ends by the upper end of its target; to be sooner than the lower end is no fault."""
    return makespan <= plan.target_hours[1] * 60


def relaxed(plan: Plan, starts: Collection[EarlierStart]) -> Plan:
    """The plan with these earlier starts taken."""
    return replace(plan, tasks=tuple(_relaxed_task(task, starts) for task in plan.tasks))


def relax(plan: Plan, starts: tuple[EarlierStart, ...]) -> Relaxation:
    """What taking these earlier starts together comes to."""
    makespan = schedule(relaxed(plan, starts)).makespan
    return Relaxation(starts, makespan, schedule(plan).makespan - makespan, on_target(plan, makespan))


def alone(plan: Plan) -> tuple[Relaxation, ...]:
    """Each earlier start by itself, in the plan's order."""
    return tuple(relax(plan, (start,)) for start in earlier_starts(plan))


def unconditional(plan: Plan) -> Relaxation:
    """All earlier starts together that nothing must be provided for; the first where two replace one need."""
    free: dict[tuple[str, str], EarlierStart] = {}
    for start in earlier_starts(plan):
        if not start.provided:
            free.setdefault((start.task, start.instead_of), start)
    return relax(plan, tuple(free.values()))


def fewest(plan: Plan) -> Relaxation | None:
    """The fewest earlier starts that together meet the target; None where none do.

    Among as many it takes those that make the plan shortest. It tries every combination, smallest first: a
    plan declares a handful.
    """
    starts = earlier_starts(plan)
    # Two starts that replace one need come to the later of them: the same was tried before, without the other.
    for size in range(len(starts) + 1):
        tried = [relax(plan, chosen) for chosen in combinations(starts, size)]
        meeting = [relaxation for relaxation in tried if relaxation.on_target]
        if meeting:
            return min(meeting, key=lambda relaxation: relaxation.makespan)
    return None


def _relaxed_task(task: Task, starts: Collection[EarlierStart]) -> Task:
    taken = {start.instead_of: start.after for start in starts if start.task == task.id}
    needs = [weaker for need in task.needs for weaker in taken.get(need, (need,))]
    return replace(task, needs=tuple(dict.fromkeys(needs)))
