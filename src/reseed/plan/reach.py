"""Which tasks a task rests on, and which rest on it: through needs and through agents' sequences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from reseed.plan.model import Plan
from reseed.plan.schedule import predecessors


def upstream(plan: Plan, task: str) -> frozenset[str]:
    """Every task that must have passed before this one starts."""
    return _reach(predecessors(plan), [task]) - {task}


def direct_needs(plan: Plan) -> dict[str, tuple[str, ...]]:
    """What each task waits for, without what its other needs already imply: the arrows worth drawing."""
    implied = {task.id: upstream(plan, task.id) for task in plan.tasks}
    return {
        task: tuple(need for need in needs if not any(need in implied[other] for other in needs))
        for task, needs in predecessors(plan).items()
    }


def downstream(plan: Plan, tasks: Iterable[str]) -> frozenset[str]:
    """These tasks and every task that can only start after one of them."""
    after: dict[str, list[str]] = {task.id: [] for task in plan.tasks}
    for task, needs in predecessors(plan).items():
        for need in needs:
            after[need].append(task)
    return _reach(after, tasks)


def _reach(edges: Mapping[str, Iterable[str]], start: Iterable[str]) -> frozenset[str]:
    found: set[str] = set()
    waiting = list(start)
    while waiting:
        task = waiting.pop()
        if task not in found:
            found.add(task)
            waiting.extend(edges[task])
    return frozenset(found)
