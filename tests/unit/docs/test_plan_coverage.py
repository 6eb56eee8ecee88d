"""docs/plan-coverage.md: every task, command, module, check and artifact that it names exists."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest
import typer
from typer.core import TyperGroup

from reseed import plan, project, stages
from reseed.cli.app import app
from reseed.plan import Plan
from reseed.project import Project

ROOT = Path(__file__).resolve().parents[3]
PAGE = ROOT / "docs" / "plan-coverage.md"

#: What a run leaves that no single task delivers.
OF_EVERY_RUN = {"STATUS.txt", "journal.jsonl", "run.json", "state.sqlite"}


@dataclass(frozen=True)
class Row:
    """One line of the written plan; `task` is empty outside the sections of tasks."""

    task: str
    line: str
    commands: list[str]
    modules: list[str]
    checks: list[str]
    artifacts: list[str]
    state: str


def _rows(text: str) -> list[Row]:
    rows, task = [], ""
    for line in text.splitlines():
        if line.startswith("#"):
            named = re.search(r"TASK `([\d.]+)`", line)
            task = named[1] if named else ""
        elif line.startswith("|") and not line.startswith(("| line |", "|---")):
            # A cell may hold an escaped bar, and the first one may be code of any kind.
            first, *cells, state = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
            commands, modules, checks, artifacts = (re.findall(r"`([^`]+)`", cell) for cell in cells)
            rows.append(Row(task, first, commands, modules, checks, artifacts, state))
    return rows


ROWS = _rows(PAGE.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def modernize() -> Project:
    return project.load(ROOT / "src" / "modernize" / "reseed.toml")


@pytest.fixture(scope="module")
def reset(modernize: Project) -> Plan:
    return plan.read(modernize.plan)


def test_every_line_is_done_or_says_what_is_missing() -> None:
    assert len(ROWS) > 190
    for row in ROWS:
        assert re.match(r"done( |,|:|;|$)|not yet: .+|the end of that command$", row.state), row
        if not row.state.startswith(("not yet", "the end")):
            assert row.commands, f"no command: {row.line}"
            assert row.modules, f"no module: {row.line}"


def test_every_task_has_its_section_in_order(reset: Plan) -> None:
    sections = list(dict.fromkeys(row.task for row in ROWS if row.task))
    assert sections == [task.id for task in reset.tasks]


def test_every_check_of_a_gate_is_named_in_its_tasks_section_and_every_check_named_exists(
    reset: Plan, modernize: Project
) -> None:
    known = set(stages.checks(modernize))
    for row in ROWS:
        assert set(row.checks) <= known, row.line
    for task in reset.tasks:
        named = {check for row in ROWS if row.task == task.id for check in row.checks}
        assert set(task.gate) <= named, f"task {task.id}"


def test_every_deliverable_is_named_and_every_artifact_named_is_one(reset: Plan) -> None:
    delivered = {file for task in reset.tasks for file in task.deliverables}
    results = {f"tasks/{task.id}.json" for task in reset.tasks}
    folders = {f"{file.partition('/')[0]}/" for file in delivered if "/" in file}
    named = {file for row in ROWS for file in row.artifacts}
    assert delivered <= named
    assert named <= delivered | results | folders | OF_EVERY_RUN


def test_every_module_exists() -> None:
    assert not [module for row in ROWS for module in row.modules if not (ROOT / module).is_file()]


@pytest.mark.parametrize("given", sorted({command for row in ROWS for command in row.commands}))
def test_every_command_and_its_flags_exist(given: str) -> None:
    command = typer.main.get_command(app)
    program, *words = given.split()
    assert program == "reseed"
    for word in words:
        if word.startswith("--"):
            assert word in {flag for option in command.params for flag in option.opts}
        else:
            assert isinstance(command, TyperGroup)
            command = command.commands[word]
