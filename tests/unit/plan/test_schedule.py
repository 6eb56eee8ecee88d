"""Times, slack and waves of a plan small enough to check by hand."""

from pathlib import Path

import pytest

from reseed import plan
from reseed.plan import Plan, Slot

BREAD = """
title = "Bread"
target_hours = [1, 2]

[[agent]]
id = "baker"
name = "Baker"
focus = "Bread"
skills = []
estimate = ["1h", "2h"]

[[agent]]
id = "miller"
name = "Miller"
focus = "Flour"
skills = []
estimate = ["1h", "2h"]
"""


@pytest.fixture
def bread(tmp_path: Path) -> Plan:
    """The baker warms the oven, waits for the miller's flour, and bakes; the miller then sweeps."""
    tasks = [
        ("oven", "baker", "20min", []),
        ("bake", "baker", "40min", ["flour"]),
        ("flour", "miller", "50min", []),
        ("sweep", "miller", "10min", []),
    ]
    text = BREAD + "".join(
        f'\n[[task]]\nid = "{id}"\nagent = "{agent}"\ntitle = "{id}"\nestimate = "{estimate}"\n'
        f'needs = {needs}\naction = "work"\ngate = ["done"]\ndescription = "Work."\n'
        for id, agent, estimate, needs in tasks
    )
    (tmp_path / "plan.toml").write_text(text)
    return plan.read(tmp_path / "plan.toml")


def test_an_agent_waits_for_needs_and_for_its_own_task_before(bread: Plan) -> None:
    assert plan.predecessors(bread) == {
        "oven": (),
        "bake": ("flour", "oven"),
        "flour": (),
        "sweep": ("flour",),
    }
    assert plan.order(bread) == (("oven", "flour"), ("bake", "sweep"))


def test_times_and_slack_are_those_of_the_critical_path_method(bread: Plan) -> None:
    times = plan.schedule(bread)
    assert times.slots == (
        Slot("oven", "baker", start=0, finish=20, slack=30),
        Slot("bake", "baker", start=50, finish=90, slack=0),
        Slot("flour", "miller", start=0, finish=50, slack=0),
        Slot("sweep", "miller", start=50, finish=60, slack=30),
    )
    assert (times.critical, times.makespan) == (("flour", "bake"), 90)
