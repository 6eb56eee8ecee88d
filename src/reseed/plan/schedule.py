"""When each task can start and how much it may slip: the critical path method over needs and sequences.

Kelley and Walker, "Critical-Path Planning and Scheduling" (1959): a forward pass gives the earliest times, a
backward pass the latest; a task whose two times are equal is critical.
"""

from __future__ import annotations

from dataclasses import dataclass
from graphlib import TopologicalSorter

from reseed.plan.model import Plan


@dataclass(frozen=True, slots=True)
class Slot:
    """When one task runs, in minutes after the start of the plan.

    Attributes:
        slack: minutes it may slip before the whole plan ends later.
    """

    task: str
    agent: str
    start: int
    finish: int
    slack: int


@dataclass(frozen=True, slots=True)
class Schedule:
    """The earliest times of all tasks, in the plan's order.

    Attributes:
        critical: one chain of tasks without slack, from the start to the end of the plan.
        makespan: minutes from the first start to the last finish.
    """

    slots: tuple[Slot, ...]
    critical: tuple[str, ...]
    makespan: int


def predecessors(plan: Plan) -> dict[str, tuple[str, ...]]:
    """What each task waits for: its needs, and the task before it in its agent's sequence."""
    before: dict[str, tuple[str, ...]] = {}
    last: dict[str, str] = {}
    for task in plan.tasks:
        previous = last.get(task.agent)
        before[task.id] = tuple(dict.fromkeys((*task.needs, *((previous,) if previous else ()))))
        last[task.agent] = task.id
    return before


def order(plan: Plan) -> tuple[tuple[str, ...], ...]:
    """Waves: the tasks of one wave can run side by side once all earlier waves are done."""
    place = {task.id: number for number, task in enumerate(plan.tasks)}
    sorter = TopologicalSorter(predecessors(plan))
    sorter.prepare()
    waves = []
    while sorter.is_active():
        wave = sorter.get_ready()
        waves.append(tuple(sorted(wave, key=place.__getitem__)))
        sorter.done(*wave)
    return tuple(waves)


def schedule(plan: Plan) -> Schedule:
    """The earliest times, when each agent does its tasks in sequence and takes as long as estimated."""
    before = predecessors(plan)
    sequence = [task for wave in order(plan) for task in wave]
    estimate = {task.id: task.estimate for task in plan.tasks}
    finish: dict[str, int] = {}
    for task in sequence:
        finish[task] = max((finish[need] for need in before[task]), default=0) + estimate[task]
    makespan = max(finish.values(), default=0)
    latest = dict.fromkeys(sequence, makespan)
    for task in reversed(sequence):
        for need in before[task]:
            latest[need] = min(latest[need], latest[task] - estimate[task])
    slots = tuple(
        Slot(
            task=task.id,
            agent=task.agent,
            start=finish[task.id] - task.estimate,
            finish=finish[task.id],
            slack=latest[task.id] - finish[task.id],
        )
        for task in plan.tasks
    )
    return Schedule(slots, _critical(slots, before), makespan)


def _critical(slots: tuple[Slot, ...], before: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    by_task = {slot.task: slot for slot in slots}
    chain: list[str] = []
    slot = max(slots, key=lambda slot: slot.finish, default=None)
    while slot:
        chain.append(slot.task)
        waited_for = (by_task[need] for need in before[slot.task])
        slot = next((need for need in waited_for if need.finish == slot.start), None)
    return tuple(reversed(chain))
