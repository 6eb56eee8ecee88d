"""A plan that names a stage or a check nobody knows is refused before anything starts."""

from pathlib import Path

import pytest

from reseed import plan
from reseed.errors import PlanError

PLANS = Path(__file__).parents[2] / "examples" / "plans"
REFUSED = {
    "unknown_action": 'action names "kneed", and there is no such stage. Did you mean "knead"?',
    "unknown_check": 'gate names "bread.crust", and there is no such check. Did you mean "bread.rises"?',
}


@pytest.mark.parametrize("failure", REFUSED)
def test_an_unknown_name_is_refused_with_the_task_and_the_nearest_name(failure: str) -> None:
    file = PLANS / failure / "plan.toml"
    with pytest.raises(PlanError) as refused:
        plan.verify(plan.read(file), actions={"knead"}, checks={"bread.rises"})
    assert str(refused.value) == f"{file}: task 1.2: {REFUSED[failure]}"


def test_known_names_and_an_external_agent_without_an_action_pass() -> None:
    for name in ("sound", "external_agent"):
        plan.verify(plan.read(PLANS / name / "plan.toml"), actions={"knead"}, checks={"bread.rises"})
