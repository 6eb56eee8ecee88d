"""What people see, word for word: each form of a failed report, and the issue log of the other two.

`GOLDEN=write pytest tests/unit/report` writes the files anew; read the difference before committing it.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from rich.console import Console

from reseed.records import Report
from reseed.report import FORMS, TaskLine, before_after_table, findings_table, tasks_table, verdict_line

GOLDEN = Path(__file__).parent / "golden"


@pytest.mark.parametrize("name", sorted(FORMS))
@pytest.mark.parametrize("kind", ["failed", "passed", "empty"])
def test_each_form(kind: str, name: str, request: pytest.FixtureRequest) -> None:
    report: Report = request.getfixturevalue(kind)
    assert_golden(GOLDEN / kind / name, FORMS[name](report))


def test_the_terminal(failed: Report) -> None:
    console = Console(width=80, record=True, file=open(os.devnull, "w"), color_system=None)  # noqa: SIM115, PTH123
    tasks = [
        TaskLine(
            "1.1", "Environment backup", "Agent 1", "Database schema specialist", "passed", 0.83, 30, checks=4
        ),
        TaskLine(
            "1.2", "Database reset", "Agent 1", "Database schema specialist", "failed", 62.4, 20, checks=2
        ),
        TaskLine(
            "2.1", "Create seeding infrastructure", "Agent 2", "Core data engineer", "blocked", None, 45
        ),
    ]
    console.print(tasks_table(tasks))
    console.print(before_after_table({"drifts": 14, "orphans": 7}, {"drifts": 0, "orphans": 1, "leaks": 0}))
    console.print(findings_table(failed))
    console.print(verdict_line(failed))
    assert_golden(GOLDEN / "terminal.txt", console.export_text())


def assert_golden(file: Path, text: str) -> None:
    if os.environ.get("GOLDEN") == "write":
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text(encoding="utf-8")
