"""What can befall a run from outside: Ctrl-C, a hook that fails, a damaged folder."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from reseed import database
from tests.acceptance.conftest import Command, Finished, Legacy, assert_one_sentence, clean_environment
from tests.acceptance.test_bad_input import copied_project as copied_project
from tests.acceptance.test_bad_input import spoil


def wait_for(text: str, folder: Path, seconds: float = 60) -> None:
    """Until a run in this state folder says it in its STATUS.txt."""
    end = time.monotonic() + seconds
    while not any(text in file.read_text() for file in folder.glob("runs/*/STATUS.txt")):
        assert time.monotonic() < end, f"no {text!r}"
        time.sleep(0.02)


def test_ctrl_c_says_how_to_go_on_and_resume_does(reseed: Command, legacy: Legacy) -> None:
    flags = [*legacy.flags, "--migrations", str(legacy.migrations)]
    run = subprocess.Popen(
        [sys.executable, "-m", "reseed", "run", *flags],
        env=clean_environment(**legacy.environment),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # A shell that starts the tests in the background lets them ignore Ctrl-C.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    wait_for("Starting TASK 1.5", legacy.state)
    run.send_signal(signal.SIGINT)
    _, said = run.communicate(timeout=60)
    assert run.returncode == 130, said
    assert "reseed resume" in said
    assert "Traceback" not in said
    done = reseed("resume", *legacy.flags, **legacy.environment)
    assert done.returncode == 0, done.stderr


def test_a_failed_hook_is_told_and_the_swap_is_not_repeated(
    reseed: Command, legacy: Legacy, copied_project: Path
) -> None:
    told = legacy.state.parent / "told"
    spoil(
        copied_project, "after_reset = []", f"""after_reset = ['echo "$RESEED_VERDICT" >>{told}; exit 4']"""
    )
    flags = ["--project", str(copied_project), *legacy.flags]
    migrations = ["--migrations", str(legacy.migrations)]
    for command in (["run", *migrations], ["resume"]):
        done = reseed(*command, *flags, **legacy.environment)
        assert_one_sentence(done, 1, "after_reset", "code 4", "leads to the new database")
        assert len(databases_like(legacy)) == 2
    assert told.read_text().split() == ["swapped", "swapped"]
    spoil(copied_project, "exit 4", "exit 0")
    assert reseed("resume", *flags, **legacy.environment).returncode == 0
    assert len(databases_like(legacy)) == 2


def databases_like(legacy: Legacy) -> list[str]:
    with database.maintenance(legacy.target) as connection:
        rows = connection.execute(
            "SELECT datname FROM pg_database WHERE starts_with(datname, %s)", (legacy.target.database,)
        ).fetchall()
    return [name for (name,) in rows]


@pytest.fixture
def copied_run(finished: Finished, tmp_path: Path) -> Path:
    """A copy of a finished run's folder, to be damaged."""
    return Path(shutil.copytree(finished.folder, tmp_path / "state" / "runs" / finished.folder.name))


def damaged(
    reseed: Command, finished: Finished, folder: Path, *command: str
) -> subprocess.CompletedProcess[str]:
    state = str(folder.parents[1])
    return reseed(*command, "--state", state, DATABASE_URL=finished.target.url())


def test_a_damaged_journal(reseed: Command, finished: Finished, copied_run: Path) -> None:
    with (copied_run / "journal.jsonl").open("a") as file:
        file.write("not an event\n")
    assert_one_sentence(damaged(reseed, finished, copied_run, "status"), 2, "journal.jsonl", "damaged")


def test_a_lost_journal(reseed: Command, finished: Finished, copied_run: Path) -> None:
    (copied_run / "journal.jsonl").unlink()
    assert_one_sentence(damaged(reseed, finished, copied_run, "resume"), 2, "journal.jsonl", "damaged")


def test_a_lost_state(reseed: Command, finished: Finished, copied_run: Path) -> None:
    for file in copied_run.glob("state.sqlite*"):
        file.unlink()
    assert_one_sentence(damaged(reseed, finished, copied_run, "redo", "4.4"), 2, "state.sqlite", "damaged")


def test_a_run_of_another_release_can_still_be_told(
    reseed: Command, finished: Finished, copied_run: Path
) -> None:
    journal = copied_run / "journal.jsonl"
    events = [json.loads(line) for line in journal.read_text().splitlines()]
    journal.write_text(
        "".join(json.dumps({key: e[key] for key in e if key != "swapped"}) + "\n" for e in events)
    )
    done = damaged(reseed, finished, copied_run, "status")
    assert done.returncode == 0, done.stderr
