"""The reset of the demo database, as the written plan has it."""

from pathlib import Path

import pytest

from reseed import plan
from reseed.plan import Plan, relax
from reseed.plan.reach import upstream

FILE = Path(__file__).parents[3] / "src" / "modernize" / "plan.toml"

ESTIMATES = {
    "1": {"1.1": 30, "1.2": 20, "1.3": 60, "1.4": 90, "1.5": 30, "1.6": 30},
    "2": {"2.1": 45, "2.2": 60, "2.3": 60, "2.4": 45, "2.5": 15},
    "3": {"3.1": 45, "3.2": 30, "3.3": 60, "3.4": 45, "3.5": 30},
    "4": {"4.1": 60, "4.2": 30, "4.3": 30, "4.4": 60},
}


@pytest.fixture(scope="module")
def reset() -> Plan:
    return plan.read(FILE)


def test_four_agents_do_twenty_tasks_as_long_as_the_written_plan_gives_them(reset: Plan) -> None:
    said = {agent.id: {task.id: task.estimate for task in reset.sequence(agent.id)} for agent in reset.agents}
    assert said == ESTIMATES
    for agent in reset.agents:
        low, high = agent.estimate
        assert low <= sum(said[agent.id].values()) <= high


def test_the_strict_chain_takes_longer_than_the_plans_own_target(reset: Plan) -> None:
    times = plan.schedule(reset)
    chain = [task for agent in "123" for task in ESTIMATES[agent]] + ["4.4"]
    assert times.critical == tuple(chain)
    assert (times.makespan, reset.target_hours) == (12 * 60 + 35, (8, 10))
    assert not relax.on_target(reset, times.makespan)


def test_agent_4_prepares_while_agent_2_seeds(reset: Plan) -> None:
    together = [wave for wave in plan.order(reset) if len(wave) > 1]
    assert together == [("2.2", "4.1"), ("2.3", "4.2"), ("2.4", "4.3")]
    slack = {slot.task: slot.slack for slot in plan.schedule(reset).slots if slot.slack}
    assert slack == {"4.1": 270, "4.2": 270, "4.3": 270}


def test_only_an_early_agent_3_brings_it_under_the_target(reset: Plan) -> None:
    weighed = [
        (start.task, start.after, each.saves, each.makespan, each.on_target)
        for each in relax.alone(reset)
        for start in each.starts
    ]
    assert weighed == [
        ("2.1", (), 45, 710, False),
        ("3.1", ("1.6", "2.1"), 180, 575, True),
        ("3.1", ("2.4",), 15, 740, False),
        ("4.1", (), 0, 755, False),
    ]
    fewest = relax.fewest(reset)
    assert fewest is not None
    assert [start.task for start in fewest.starts] == ["3.1"]


def test_without_a_condition_the_target_cannot_be_met(reset: Plan) -> None:
    unconditional = relax.unconditional(reset)
    assert (unconditional.makespan, unconditional.on_target) == (11 * 60 + 35, False)


def test_no_earlier_start_lets_a_task_lose_what_it_reads(reset: Plan) -> None:
    """Rows need the schema, and the last validation needs every row, whichever start is taken."""
    taken = relax.relaxed(reset, relax.earlier_starts(reset))
    seeding = [task.id for task in taken.tasks if task.action == "seed"]
    assert len(seeding) == 8
    assert all("1.6" in upstream(taken, task) for task in seeding)
    assert upstream(taken, "4.4") >= {*seeding, "2.5", "4.1", "4.2", "4.3"}
