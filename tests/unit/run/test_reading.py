"""A run folder can be read while it grows, after the plan has changed, and when somebody damaged it."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from reseed.errors import PlanError, RunFailed, StorageError
from reseed.plan import read
from reseed.run import JournalReader, RunRecord, is_held, plan_of, read_task, run_folders
from reseed.run.folder import create_run, hold
from reseed.run.journal import FILE, Journal

PLAN = """
title = "One task"
target_hours = [1, 2]

[[agent]]
id = "A"
name = "First"
focus = "one"
skills = ["SQL"]
estimate = ["1h", "2h"]

[[task]]
id = "a1"
agent = "A"
title = "Task a1"
description = "Does it."
estimate = "10min"
action = "act"
gate = ["looked"]
"""


@pytest.fixture
def plan_file(tmp_path: Path) -> Path:
    file = tmp_path / "plan.toml"
    file.write_text(PLAN)
    return file


def begun(state: Path, plan_file: Path, run: str = "20260115-090000-aaaa") -> tuple[Path, RunRecord]:
    record = RunRecord(
        run, "reseed.toml", "a server", "shop", "shop__new", "migrations", read(plan_file).digest
    )
    return create_run(state, record, plan_file.read_text()), record


def test_a_reader_takes_only_what_is_new(tmp_path: Path) -> None:
    reader = JournalReader(tmp_path)
    assert reader.read_new() == ()
    journal = Journal(tmp_path)
    journal.write("run.started", run="r")
    journal.write("task.started", "1.1", agent="1")
    assert [event.kind for event in reader.read_new()] == ["run.started", "task.started"]
    assert reader.read_new() == ()
    journal.write("task.passed", "1.1", summary="größer")
    assert [event.details for event in reader.read_new()] == [{"summary": "größer"}]


def test_a_reader_leaves_a_line_that_is_being_written_for_the_next_look(tmp_path: Path) -> None:
    reader = JournalReader(tmp_path)
    line = json.dumps({"at": "2026-01-15T09:00:00+00:00", "event": "run.started", "name": "größer"}).encode()
    path = tmp_path / FILE
    path.write_bytes(line[:30])
    assert reader.read_new() == ()
    path.write_bytes(line + b"\n")
    assert [event.details["name"] for event in reader.read_new()] == ["größer"]


@pytest.mark.parametrize("damage", [b"[]\n", b"null\n", b"{}\n", b"\xff\n", b'{"at": 1, "event": "x"}\n'])
def test_a_reader_says_that_a_journal_is_damaged(tmp_path: Path, damage: bytes) -> None:
    (tmp_path / FILE).write_bytes(damage)
    with pytest.raises(StorageError, match="damaged"):
        JournalReader(tmp_path).read_new()


def test_a_reader_says_that_a_journal_was_cut(tmp_path: Path) -> None:
    Journal(tmp_path).write("run.started", run="r")
    reader = JournalReader(tmp_path)
    reader.read_new()
    (tmp_path / FILE).write_bytes(b"")
    with pytest.raises(StorageError, match="shorter"):
        reader.read_new()


def test_runs_are_listed_the_newest_first(tmp_path: Path, plan_file: Path) -> None:
    assert run_folders(tmp_path / "state") == ()
    for run in ("20260115-090000-aaaa", "20260116-090000-bbbb"):
        begun(tmp_path / "state", plan_file, run)
    assert [path.name[:8] for path in run_folders(tmp_path / "state")] == ["20260116", "20260115"]


def test_a_run_keeps_the_plan_it_began_with(tmp_path: Path, plan_file: Path) -> None:
    folder, record = begun(tmp_path / "state", plan_file)
    plan_file.write_text(PLAN.replace("One task", "Another plan"))
    assert plan_of(folder, record, plan_file).title == "One task"
    (folder / "plan.toml").unlink()
    with pytest.raises(PlanError, match="has changed since"):
        plan_of(folder, record, plan_file)
    plan_file.write_text(PLAN)
    assert plan_of(folder, record, plan_file).title == "One task"


def test_a_task_has_no_result_before_it_ends_and_a_damaged_one_is_said(
    tmp_path: Path, plan_file: Path
) -> None:
    folder, _ = begun(tmp_path / "state", plan_file)
    assert read_task(folder, "a1") is None
    (folder / "tasks" / "a1.json").write_text('{"task": "a1"')
    with pytest.raises(StorageError, match="reseed redo a1"):
        read_task(folder, "a1")


def test_reading_imports_nothing_that_carries_a_run_out() -> None:
    heavy = ("dbos", "psycopg", "scipy", "alembic", "numpy")
    code = f"import sys, reseed.run; print([name for name in {heavy!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_those_who_look_keep_nobody_from_working_on_a_run(tmp_path: Path) -> None:
    with hold(tmp_path):
        assert is_held(tmp_path)
    assert not is_held(tmp_path)
    ended = threading.Event()

    def look() -> None:
        while not ended.is_set():
            is_held(tmp_path)

    watchers = [threading.Thread(target=look) for _ in range(2)]
    for watcher in watchers:
        watcher.start()
    try:
        for _ in range(100):
            with hold(tmp_path):
                pass
    finally:
        ended.set()
        for watcher in watchers:
            watcher.join()


def test_two_cannot_work_on_one_run(tmp_path: Path) -> None:
    with hold(tmp_path), pytest.raises(RunFailed, match="being worked on"), hold(tmp_path):
        pass
