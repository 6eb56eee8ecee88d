"""Holds that every stage and every check a plan names exists, before anything is started."""

from __future__ import annotations

from collections.abc import Collection

from reseed.errors import PlanError
from reseed.plan.model import Plan, Task
from reseed.plan.source import did_you_mean


def verify(plan: Plan, actions: Collection[str], checks: Collection[str]) -> None:
    """Compare the plan's names with the known stages and checks.

    Raises:
        PlanError: a task names a stage or a check that does not exist; it says which name was perhaps meant.
    """
    for task in plan.tasks:
        if task.action and task.action not in actions:
            raise _unknown(plan, task, "action", task.action, "stage", actions)
        for check in task.gate:
            if check not in checks:
                raise _unknown(plan, task, "gate", check, "check", checks)


def _unknown(plan: Plan, task: Task, key: str, name: str, kind: str, known: Collection[str]) -> PlanError:
    place = f"{plan.file}: " if plan.file else ""
    return PlanError(
        f'{place}task {task.id}: {key} names "{name}", and there is no such {kind}.',
        did_you_mean(name, known),
    )
