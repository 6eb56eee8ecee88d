"""A run that is killed at any task ends, once resumed, in the same database."""

from __future__ import annotations

import json
import signal

import pytest

from reseed import database, seed
from reseed.plan import Plan, read
from reseed.plan.reach import downstream
from reseed.project import Project
from reseed.run import read_journal
from tests.acceptance.conftest import Legacy, databases_like


@pytest.fixture
def plan(project: Project) -> Plan:
    return read(project.plan)


@pytest.mark.timeout(480)
def test_killed_at_every_task_it_ends_in_the_same_database(
    legacy: Legacy, project: Project, plan: Plan
) -> None:
    """Every task is killed once: by turns as it starts, and when it has passed but the run has not noted it yet."""
    moments = {task.id: ("task.started", "task.passed")[place % 2] for place, task in enumerate(plan.tasks)}
    left = dict(moments)
    while (done := legacy.carry_out("--die", json.dumps(left))).returncode == -signal.SIGKILL:
        del left[(legacy.state / "died").read_text()]
    assert done.returncode == 0, done.stderr
    assert not left
    dataset = project.load_dataset()
    with database.connect(legacy.target) as connection:
        assert seed.actual_digest(connection, dataset) == seed.expected_digest(dataset)
    assert_nothing_was_done_twice_once_others_built_on_it(legacy, plan)
    assert_no_database_is_left_over(legacy)


def assert_nothing_was_done_twice_once_others_built_on_it(legacy: Legacy, plan: Plan) -> None:
    (folder,) = (legacy.state / "runs").iterdir()
    started = [event.task for event in read_journal(folder) if event.kind == "task.started"]
    for task in plan.tasks:
        dependents = downstream(plan, [task.id]) - {task.id}
        first_dependent = next((place for place, id in enumerate(started) if id in dependents), len(started))
        assert task.id not in started[first_dependent:]


def assert_no_database_is_left_over(legacy: Legacy) -> None:
    names = databases_like(legacy.target)
    assert len(names) == 2, names
    assert names[0] == legacy.target.database
    assert "previous" in names[1]
