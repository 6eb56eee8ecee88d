"""A handoff is a measurement: a file that was edited, forged or made stale opens no door, and neither does a claim."""

from __future__ import annotations

import json
import re
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from reseed import database
from reseed.run import find_run, read_run
from tests.acceptance.conftest import Legacy


def prepare(legacy: Legacy, next_task: str) -> Path:
    """A run, begun or resumed, that was killed as the next agent was about to start; returns its folder."""
    done = legacy.carry_out("--die", json.dumps({next_task: "task.started"}))
    assert done.returncode == -signal.SIGKILL, done.stderr
    return find_run(legacy.state, None)


def first_reason(folder: Path, task: str) -> str:
    return str(json.loads((folder / "tasks" / f"{task}.json").read_text())["summary"])


HANDOFFS = [("SCHEMA_READY.md", "2.1"), ("SEEDED_IDS.json", "3.1")]


def edit(file: Path) -> None:
    text = file.read_text()
    changed = re.sub(r'"passed": true', '"passed": false', text, count=1)
    assert changed != text
    file.write_text(changed)


def forge(file: Path) -> None:
    """A whole file in the right form, with another fingerprint, as somebody would write who wants to go on."""
    text = file.read_text()
    file.unlink()
    file.write_text(re.sub(r'"schema_fingerprint": "[0-9a-f]+"', f'"schema_fingerprint": "{"0" * 64}"', text))


def remove(file: Path) -> None:
    file.unlink()


@pytest.mark.timeout(300)
def test_a_handoff_that_is_not_true_is_refused_until_it_is(legacy: Legacy) -> None:
    """Both handoffs of one run, one after the other; in the end it passes."""
    for name, next_task in HANDOFFS:
        folder = prepare(legacy, next_task)
        refuse_what_is_not_true(legacy, folder, name, next_task)
    assert legacy.carry_out().returncode == 0


def refuse_what_is_not_true(legacy: Legacy, folder: Path, name: str, next_task: str) -> None:
    file = folder / name
    true = file.read_text()
    spoil: list[tuple[Callable[[Path], None], str]] = [
        (edit, "expected"),
        (forge, "000000"),
        (remove, "missing"),
    ]
    for change, word in spoil:
        change(file)
        assert_refused(legacy, folder, next_task, name, word)
        file.write_text(true)
    private = legacy.target.on(read_run(folder).database)
    with database.connect(private) as connection:
        connection.execute("ALTER TABLE assets ADD COLUMN added_by_hand text")
    assert_refused(legacy, folder, next_task, name, "stale: its schema fingerprint")
    with database.connect(private) as connection:
        connection.execute("ALTER TABLE assets DROP COLUMN added_by_hand")


def assert_refused(legacy: Legacy, folder: Path, task: str, *words: str) -> None:
    done = legacy.carry_out()
    assert done.returncode == 1, done.stderr
    reason = first_reason(folder, task)
    for word in words:
        assert word in reason
    assert "TASK 4.4 BLOCKED" in (folder / "STATUS.txt").read_text()


@pytest.mark.parametrize(
    ("stage", "task", "gate"),
    [
        ("back_up", "1.1", "backup.complete"),
        ("squash", "1.4", "squash.single_revision"),
        ("seed", "2.2", "seeded.core_entities"),
    ],
)
def test_a_claim_does_not_open_a_gate(legacy: Legacy, stage: str, task: str, gate: str) -> None:
    before = rows_of(legacy)
    done = legacy.carry_out("--lie", stage)
    assert done.returncode == 1, done.stderr
    folder = find_run(legacy.state, None)
    assert gate in first_reason(folder, task)
    status = (folder / "STATUS.txt").read_text()
    assert f"TASK {task} FAILED" in status
    assert "TASK 4.4 BLOCKED" in status
    assert rows_of(legacy) == before


def rows_of(legacy: Legacy) -> dict[str, int]:
    with database.connect(legacy.target) as connection:
        return database.row_counts(connection)
