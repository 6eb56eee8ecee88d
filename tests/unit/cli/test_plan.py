"""`reseed plan`: what it prints for people, for Mermaid and for machines."""

import json
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner

from reseed import plan
from reseed.cli.app import app
from reseed.cli.plan import overview
from reseed.errors import SettingsError

ROOT = Path(__file__).parents[3]
OVER_TARGET = ROOT / "tests" / "examples" / "plans" / "over_target" / "plan.toml"
PROJECT = ["--project", str(ROOT / "src" / "modernize" / "reseed.toml")]

SHOWN = """\
Bread: 4 tasks of 2 agents
{file}, digest {digest}

 Agent           Tasks  Takes      Estimate
 ──────────────────────────────────────────
 baker   Baker       2   1:20  1:00 to 2:00
 miller  Miller      2   0:40  0:30 to 1:00


 Task                   Needs  Wave  Checks  Takes  Start  Slack
 ───────────────────────────────────────────────────────────────
 oven   Warm the oven   flour     2       1   0:40   0:30   none
 bake   Bake            flour     3       2   0:40   1:10   none

 flour  Grind flour               1       1   0:30   0:00   none
 sweep  Sweep the mill            2       1   0:10   0:30   1:10

3 waves; side by side: oven with sweep
Critical path: flour > oven > bake
Target 1 to 1.5 h: missed by 20 min. By its own estimates the plan takes 1 h 50 min.

 Earlier start                      Saves       Takes  Target
 ────────────────────────────────────────────────────────────
 oven without waiting for flour    30 min  1 h 20 min     met
 all without a condition together   0 min  1 h 50 min  missed

oven without waiting for flour: An empty oven warms as well. Condition: There is wood.

Fewest that meet the target: oven without waiting for flour, on its condition: 1 h 20 min in all.

                      0             30 min        1 h
                      |-------------|-------------|--------------|--------
Agent baker: Baker
oven Warm the oven                  ###################
bake Bake                                              ###################
Agent miller: Miller
flour Grind flour     ##############
sweep Sweep the mill                =====.................................

# critical path   = other tasks   . slack
"""


def invoke(*arguments: str) -> str:
    result = CliRunner().invoke(app, ["plan", *PROJECT, *arguments], catch_exceptions=False)
    assert result.exit_code == 0
    return result.stdout


def test_people_see_order_times_target_and_what_would_help() -> None:
    shown = plan.read(OVER_TARGET)
    console = Console(width=300, highlight=False, color_system=None)
    with console.capture() as printed:
        console.print(overview(shown, 74))
    lines = [line.rstrip() for line in printed.get().splitlines()]
    assert "\n".join([*lines, ""]) == SHOWN.format(file=OVER_TARGET, digest=shown.digest[:12])


def test_the_demos_plan_says_by_how_much_it_misses_its_target_and_what_brings_it_under() -> None:
    shown = invoke()
    assert "Target 8 to 10 h: missed by 2 h 35 min. By its own estimates the plan takes 12 h 35 min." in shown
    assert " 3.1 after 1.6 and 2.1 instead of 2.5     3 h   9 h 35 min     met" in shown
    assert "Fewest that meet the target: 3.1 after 1.6 and 2.1 instead of 2.5" in shown
    assert "\x1b" not in shown


def test_mermaid_prints_a_graph_and_nothing_else() -> None:
    shown = invoke("--mermaid")
    assert shown.startswith("graph TD\n")
    assert shown.count("subgraph") == 4
    assert "task_3_5 --> task_4_4" in shown


def test_json_holds_what_people_see() -> None:
    shown = json.loads(invoke("--json"))
    assert [task["id"] for task in shown["tasks"]] == [
        f"{agent}.{number}"
        for agent, last in ((1, 6), (2, 5), (3, 5), (4, 4))
        for number in range(1, last + 1)
    ]
    assert (shown["makespan"], shown["target_hours"], shown["on_target"]) == (755, [8, 10], False)
    assert [(start["saves"], start["makespan"]) for start in shown["earlier_starts"]] == [
        (45, 710),
        (180, 575),
        (15, 740),
        (0, 755),
    ]
    assert shown["without_condition"]["makespan"] == 695
    assert shown["fewest_on_target"]["starts"][0]["task"] == "3.1"


def test_two_forms_at_once_are_refused() -> None:
    with pytest.raises(SettingsError, match="--mermaid and --json were both given"):
        CliRunner().invoke(app, ["plan", *PROJECT, "--mermaid", "--json"], catch_exceptions=False)
