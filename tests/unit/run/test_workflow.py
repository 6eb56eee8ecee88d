"""The durable part by itself: a crew that only notes what it was asked to do, on a real state file."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from reseed.errors import StorageError as StorageError
from reseed.plan import Plan, read
from reseed.plan.reach import downstream
from reseed.run.workflow import assign, launched, rewind

PLAN = """
title = "Three agents"
target_hours = [1, 2]

[[agent]]
id = "A"
name = "First"
focus = "one"
skills = ["SQL"]
estimate = ["1h", "2h"]

[[agent]]
id = "B"
name = "Second"
focus = "two"
skills = ["SQL"]
estimate = ["1h", "2h"]

[[agent]]
id = "C"
name = "Third"
focus = "three"
skills = ["SQL"]
estimate = ["1h", "2h"]
"""

TASK = """
[[task]]
id = "{id}"
agent = "{agent}"
title = "Task {id}"
description = "Does {id}."
estimate = "10min"
needs = {needs}
action = "act"
gate = ["looked"]
"""

TASKS = [("a1", "A", []), ("a2", "A", []), ("b1", "B", ["a1"]), ("b2", "B", []), ("c1", "C", ["b1"])]


class Notes:
    """A crew that remembers its calls in a file, which outlives a killed process."""

    def __init__(self, folder: Path, broken: frozenset[str] = frozenset()) -> None:
        self._file = folder / "calls"
        self._broken = broken

    @property
    def calls(self) -> list[str]:
        return self._file.read_text().split() if self._file.exists() else []

    def _note(self, call: str) -> None:
        with self._file.open("a") as file:
            file.write(f"{call}\n")

    def survey(self, when: str) -> dict[str, Any]:
        self._note(f"survey:{when}")
        return {"status": "passed"}

    def perform(self, task_id: str, known: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
        self._note(task_id)
        return {
            "task": task_id,
            "status": "failed" if task_id in self._broken else "passed",
            "after": sorted(known),
        }

    def block(self, task_id: str, broken: Sequence[str]) -> dict[str, Any]:
        self._note(f"block:{task_id}:{','.join(broken)}")
        return {"task": task_id, "status": "blocked"}

    def conclude(self, results: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
        self._note("conclude")
        return {"status": "passed", "results": dict(results)}


@pytest.fixture
def three_agents(tmp_path: Path) -> Plan:
    file = tmp_path / "plan.toml"
    file.write_text(PLAN + "".join(TASK.format(id=i, agent=a, needs=n) for i, a, n in TASKS))
    return read(file)


def carry_out(folder: Path, plan: Plan, crew: Notes) -> dict[str, Any]:
    with launched(folder, "run-1", crew) as durable:
        return durable.carry_on(assign(plan))


def test_agents_do_their_tasks_when_their_needs_are_met(tmp_path: Path, three_agents: Plan) -> None:
    crew = Notes(tmp_path)
    carry_out(tmp_path, three_agents, crew)
    calls = crew.calls
    assert calls[0] == "survey:before"
    assert calls[-1] == "conclude"
    assert sorted(calls[1:-1]) == ["a1", "a2", "b1", "b2", "c1"]
    for before, after in [("a1", "a2"), ("a1", "b1"), ("b1", "b2"), ("b1", "c1")]:
        assert calls.index(before) < calls.index(after)


def test_a_failed_task_blocks_only_what_needs_it(tmp_path: Path, three_agents: Plan) -> None:
    crew = Notes(tmp_path, broken=frozenset({"b1"}))
    carry_out(tmp_path, three_agents, crew)
    assert set(crew.calls) == {"survey:before", "a1", "a2", "b1", "block:b2:b1", "block:c1:b1", "conclude"}


def test_finished_work_is_not_done_again(tmp_path: Path, three_agents: Plan) -> None:
    crew = Notes(tmp_path)
    first = carry_out(tmp_path, three_agents, crew)
    before = crew.calls
    assert carry_out(tmp_path, three_agents, crew) == first
    assert crew.calls == before


def test_a_redo_repeats_the_task_and_what_depends_on_it(tmp_path: Path, three_agents: Plan) -> None:
    crew = Notes(tmp_path)
    carry_out(tmp_path, three_agents, crew)
    done = len(crew.calls)
    rewind(tmp_path, "run-1", assign(three_agents), downstream(three_agents, ["b1"]))
    carry_out(tmp_path, three_agents, crew)
    again = crew.calls[done:]
    assert sorted(again) == ["b1", "b2", "c1", "conclude"]
    assert again[0] == "b1"


def test_a_redo_after_a_failure_unblocks(tmp_path: Path, three_agents: Plan) -> None:
    carry_out(tmp_path, three_agents, Notes(tmp_path, broken=frozenset({"a1"})))
    rewind(tmp_path, "run-1", assign(three_agents), downstream(three_agents, ["a1"]))
    result = carry_out(tmp_path, three_agents, Notes(tmp_path))
    assert {task["status"] for task in result["results"].values()} == {"passed"}


PROGRAM = """
import importlib.util, os, signal, sys
from pathlib import Path
spec = importlib.util.spec_from_file_location("notes", {file!r})
notes = importlib.util.module_from_spec(spec)
sys.modules["notes"] = notes
spec.loader.exec_module(notes)
class Broken(notes.Notes):
    def _note(self, call):
        super()._note(call)
        if call == {victim!r}:
            {accident}
folder = Path({folder!r})
try:
    notes.carry_out(folder, notes.read(folder / "plan.toml"), Broken(folder))
except notes.StorageError as error:
    print(error, flush=True)
    os._exit(9)
"""


def in_a_process(folder: Path, victim: str, accident: str) -> subprocess.CompletedProcess[str]:
    program = PROGRAM.format(file=__file__, victim=victim, folder=str(folder), accident=accident)
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize("victim", ["a1", "b1", "c1", "conclude"])
def test_a_killed_process_is_carried_on(tmp_path: Path, three_agents: Plan, victim: str) -> None:
    died = in_a_process(tmp_path, victim, "os.kill(os.getpid(), signal.SIGKILL)")
    assert died.returncode == -signal.SIGKILL, died.stderr
    crew = Notes(tmp_path)
    result = carry_out(tmp_path, three_agents, crew)
    assert {task["status"] for task in result["results"].values()} == {"passed"}
    repeated = {call for call in crew.calls if crew.calls.count(call) > 1}
    assert victim in repeated
    if victim == "c1":
        assert not repeated & {"survey:before", "a1", "b1"}


@pytest.mark.parametrize("victim", ["a1", "b1", "conclude"])
def test_what_cannot_be_noted_halts_the_run_and_is_done_again(
    tmp_path: Path, three_agents: Plan, victim: str
) -> None:
    halted = in_a_process(tmp_path, victim, "raise OSError(28, 'No space left on device')")
    assert halted.returncode == 9, halted.stderr
    assert "No space left on device" in halted.stdout
    assert "reseed resume" in halted.stdout
    crew = Notes(tmp_path)
    result = carry_out(tmp_path, three_agents, crew)
    assert {task["status"] for task in result["results"].values()} == {"passed"}
    assert crew.calls.count(victim) == 2
