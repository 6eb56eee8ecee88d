"""What a run of many tenants asks of a plan before its first task."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from reseed.errors import PlanError
from reseed.guard import Terms
from reseed.plan import Plan, read
from reseed.project import Project
from reseed.run import RunContext
from reseed.run.control import _require_alone


def context(project: Project, plan: Plan) -> RunContext:
    return RunContext(project, plan, cast(Any, None), True, Path(), Path(), cast(Terms, None))


def with_handoff(plan: Plan, task: str, file: str) -> Plan:
    return replace(
        plan, tasks=tuple(replace(each, handoff=file) if each.id == task else each for each in plan.tasks)
    )


def test_the_reference_plan_measures_no_handoff_beside_the_loading(project: Project) -> None:
    _require_alone(context(project, read(project.plan)))


@pytest.mark.parametrize(("task", "named"), [("4.1", "4.1"), ("4.2", "4.2")])
def test_a_handoff_that_may_be_measured_beside_it_is_refused(project: Project, task: str, named: str) -> None:
    plan = with_handoff(read(project.plan), task, "QUERIES.md")
    with pytest.raises(PlanError, match=rf"Task {named} .*may run beside task 3\.5.*Let it need 3\.5"):
        _require_alone(context(project, plan))


def test_a_task_that_relies_on_a_handoff_beside_it_is_refused(project: Project) -> None:
    plan = with_handoff(read(project.plan), "2.1", "CONSTANTS.md")
    with pytest.raises(PlanError, match=r"Task 4\.1 relies on a handoff"):
        _require_alone(context(project, plan))
