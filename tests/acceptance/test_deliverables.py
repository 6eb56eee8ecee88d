"""What the plan promises lies in the run folder afterwards, file for file."""

from __future__ import annotations

from pathlib import Path

from reseed import plan
from reseed.project import Project
from reseed.run import find_run
from tests.acceptance.conftest import Command, Legacy

#: Of every run, whatever its plan.
ALWAYS = {"STATUS.txt", "journal.jsonl", "run.json", "state.sqlite"}


def test_a_run_leaves_every_deliverable_of_its_plan(
    reseed: Command, legacy: Legacy, project: Project
) -> None:
    migrations = ("--migrations", str(legacy.migrations))
    done = reseed("run", *legacy.flags, *migrations, **legacy.environment)
    assert done.returncode == 0, done.stderr
    folder = find_run(legacy.state, None)
    tasks = plan.read(project.plan).tasks
    promised = {file for task in tasks for file in task.deliverables}
    results = {f"tasks/{task.id}.json" for task in tasks}
    assert len(promised) >= 20
    assert not [name for name in promised | results | ALWAYS if not _holds_something(folder / name)]
    status = (folder / "STATUS.txt").read_text()
    for task in tasks:
        assert f"Agent {task.agent} - Starting TASK {task.id} {task.title}\n" in status
        assert f"Agent {task.agent} - TASK {task.id} passed" in status


def _holds_something(path: Path) -> bool:
    return any(path.iterdir()) if path.is_dir() else path.is_file() and path.stat().st_size > 0
