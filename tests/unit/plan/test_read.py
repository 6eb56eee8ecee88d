"""Every way a plan file can be wrong, each with a tiny plan in tests/examples/plans, and the sentence a user sees."""

from pathlib import Path

import pytest

from reseed import plan
from reseed.errors import PlanError

PLANS = Path(__file__).parents[2] / "examples" / "plans"

CYCLE_STEP = "Take one of these needs away, or change the order of an agent's tasks."
REFUSED = {
    "missing_key": ":20: task 1.2: estimate is missing. Add the key.",
    "missing_id": ":20: task number 2: id is missing. Add the key.",
    "unknown_key": ':20: task 1.2: need is not a key that is known here. Did you mean "needs"?',
    "unknown_section": ': tasks is not a key that is known here. Did you mean "task"?',
    "unknown_key_in_earlier": ":20: task 1.2: earlier.0.before is not a key that is known here.",
    "wrong_type": ':11: task 1.1: needs is "1.0", expected a list.',
    "bad_id": ':11: task bake it: id is "bake it", expected letters and digits, joined by dots or dashes.',
    "bad_estimate": ':20: task 1.2: estimate is "soon", '
    "expected a time in whole minutes such as 45min, 1h or 1h30.",
    "estimate_range_reversed": ':4: agent 1: estimate is ["2h", "1h"], '
    'expected the least and the most time, such as ["4h", "5h"].',
    "bad_target": ": target_hours is [10, 8], expected the least and the most hours, such as [8, 10].",
    "bad_executor": ":4: agent 1: executor is \"robot\", expected 'builtin' or 'external'.",
    "no_tasks": ": there is no [[task]]. A plan has at least one agent and one task.",
    "duplicate_task": ":20: task 1.1: the task before it at {file}:11 has the same id. Give each its own id.",
    "duplicate_agent": ":11: agent 1: the agent before it at {file}:4 has the same id. Give each its own id.",
    "unknown_agent": ':11: task 1.1: agent is "2", expected one of 1.',
    "unknown_need": ':20: task 1.2: needs "1.l", and there is no such task. Did you mean "1.2"?',
    "empty_gate": ":11: task 1.1: gate is empty, expected at least one check. "
    "A task is done when its gate passes: name the check that shows it.",
    "missing_action": ":11: task 1.1: action is missing, and agent 1 is builtin. "
    'Name the stage that does the work, or give the agent executor = "external".',
    "needs_itself": f":11: task 1.1: tasks wait for each other: 1.1 needs 1.1. {CYCLE_STEP}",
    "cycle_of_needs": ":25: task 1.1: tasks wait for each other: "
    f"1.1 needs 2.1, 2.1 needs 3.1, 3.1 needs 1.1. {CYCLE_STEP}",
    "cycle_through_sequence": ":18: task 1.1: tasks wait for each other: "
    f"1.1 needs 2.1, 2.1 needs 1.2, 1.2 follows 1.1 in the sequence of agent 1. {CYCLE_STEP}",
    "earlier_not_a_need": ':20: task 1.2: earlier: instead_of is "1.3", expected one of 1.1.',
    "earlier_not_before": ':20: task 1.2: earlier: after names "1.3", expected a task that comes before 1.1.',
}


@pytest.mark.parametrize("failure", REFUSED)
def test_a_wrong_plan_is_refused_with_one_sentence_that_names_task_and_line(failure: str) -> None:
    file = PLANS / failure / "plan.toml"
    with pytest.raises(PlanError) as refused:
        plan.read(file)
    assert str(refused.value) == f"{file}{REFUSED[failure].replace('{file}', str(file))}"


def test_a_file_that_is_not_toml_is_refused_with_its_line() -> None:
    file = PLANS / "malformed" / "plan.toml"
    with pytest.raises(PlanError, match=r"plan\.toml is not valid TOML: .*line 14.*Correct the line"):
        plan.read(file)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PlanError) as refused:
        plan.read(tmp_path / "plan.toml")
    assert str(refused.value) == (
        f"{tmp_path}/plan.toml does not exist. Name it in reseed.toml: project.plan."
    )


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "plan.toml").write_bytes(b"title = '\xff'")
    with pytest.raises(PlanError, match=r"plan\.toml cannot be read: 'utf-8' codec"):
        plan.read(tmp_path / "plan.toml")


def test_an_external_agents_task_needs_a_gate_and_no_action() -> None:
    read = plan.read(PLANS / "external_agent" / "plan.toml")
    assert read.agent("1").executor == "external"
    assert (read.task("1.1").action, read.task("1.1").gate) == ("", ("bread.rises",))


def test_the_digest_is_of_what_the_plan_says_not_of_how_it_is_written(tmp_path: Path) -> None:
    said = (PLANS / "sound" / "plan.toml").read_text()
    files = {
        "as it is": said,
        "commented": f"# a comment\n{said}",
        "same time": said.replace('"1h"', '"60min"'),
        "other time": said.replace('"30min"', '"31min"'),
    }
    digests = {}
    for name, text in files.items():
        (tmp_path / "plan.toml").write_text(text)
        digests[name] = plan.read(tmp_path / "plan.toml").digest
    assert digests["as it is"] == digests["commented"] == digests["same time"]
    assert digests["as it is"] != digests["other time"]


def test_every_example_is_tried() -> None:
    tried = {
        *REFUSED,
        "malformed",
        "sound",
        "over_target",
        "external_agent",
        "unknown_action",
        "unknown_check",
    }
    assert {folder.name for folder in PLANS.iterdir()} == tried
