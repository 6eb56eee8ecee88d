"""What the Run page reads out of run folders: times, attempts, states, and what is wrong with a folder."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.run_folders import PLAN, RunFolder, make_run

from modernize.web.services.runs.folder import Follower, OpenRun, line_of, open_run, without_place
from modernize.web.services.runs.timeline import view
from reseed.errors import StorageError
from reseed.plan import direct_needs
from reseed.run import Event
from reseed.run.journal import FILE

BEGAN = datetime(2026, 1, 15, 9, 0, tzinfo=UTC)


@pytest.fixture
def run(tmp_path: Path) -> RunFolder:
    return make_run(tmp_path)


def look(run: RunFolder) -> OpenRun:
    return open_run(run.folder, PLAN)


def told(run: RunFolder, *events: tuple[float, str, str]) -> None:
    """Journal lines at these seconds."""
    with (run.folder / FILE).open("a") as file:
        for seconds, kind, task in events:
            details = {"verdict": "passed", "summary": "", "by": []}
            file.write(Event(BEGAN + timedelta(seconds=seconds), kind, task, details).line() + "\n")


def test_a_run_that_passed_says_how_long_it_took_and_what_it_mended(run: RunFolder) -> None:
    run.begin()
    run.do(*(task.id for task in run.plan.tasks))
    run.finish()
    line = line_of(run.folder, PLAN)
    assert (line.verdict, line.passed, line.tasks) == ("passed", 20, 20)
    assert line.before and line.after
    assert (line.before.drift, line.before.orphans, line.before.leaks) == (744, 51, 40)
    assert (line.after.drift, line.after.orphans, line.after.leaks) == (0, 0, 0)
    assert line.sentence == "it passed; shop is the new database"


def test_a_run_is_under_way_while_it_is_held_and_interrupted_when_nobody_holds_it(run: RunFolder) -> None:
    assert look(run).verdict == "not begun"
    run.begin()
    run.do("1.1")
    run.start("1.2")
    with run.held():
        seen = view(look(run))
        assert seen.line.verdict == "under way"
        assert seen.agents[0].now == "1.2 running"
        assert [(one.task, one.status, one.end is None) for one in seen.attempts] == [
            ("1.1", "passed", False),
            ("1.2", "running", True),
        ]
    seen = view(look(run))
    assert seen.line.verdict == "interrupted"
    assert "reseed resume" in seen.line.sentence
    assert [task.status for task in seen.tasks[:3]] == ["passed", "interrupted", "waiting"]


def test_pauses_are_no_part_of_the_time_axis(run: RunFolder) -> None:
    told(run, (0, "run.started", ""), (1, "task.started", "1.1"))
    told(run, (86400, "run.resumed", ""), (86401, "task.started", "1.1"), (86403, "task.passed", "1.1"))
    told(run, (86404, "run.finished", ""))
    seen = view(look(run))
    assert seen.seconds == seen.line.seconds == 5
    assert [(one.number, one.start, one.end, one.status) for one in seen.attempts] == [
        (1, 1, 1, "interrupted"),
        (2, 2, 4, "passed"),
    ]
    assert [(mark.at, mark.what) for mark in seen.marks] == [(1, "resumed"), (5, "ended")]
    assert seen.tasks[0].attempts == 2


def test_a_task_that_failed_blocks_what_needs_it(run: RunFolder) -> None:
    run.begin()
    run.start("1.1")
    run.end("1.1", "failed", f"{run.folder}/backup cannot be written")
    run.journal.write("task.blocked", "1.2", summary="needs 1.1, which did not pass", by=["1.1"])
    run.finish("failed")
    seen = view(look(run))
    assert seen.line.sentence == "it failed; shop is still the database it was"
    assert [task.status for task in seen.tasks[:2]] == ["failed", "blocked"]
    assert seen.tasks[0].summary == "backup cannot be written"
    assert seen.agents[0].now == "1.1 failed"


def test_each_look_reads_only_what_the_journal_has_gained(run: RunFolder) -> None:
    follower = Follower(run.folder, PLAN)
    run.begin()
    assert len(follower.look().events) == 2
    with (run.folder / FILE).open("r+b") as file:
        # What has been read is not read again: a reader from the beginning would fall over this.
        file.write(b"#")
    run.start("1.1")
    assert follower.look().state.of("running")[0].id == "1.1"


def test_arrows_are_those_that_others_do_not_imply(run: RunFolder) -> None:
    needs = direct_needs(run.plan)
    assert needs["1.1"] == ()
    assert needs["2.2"] == ("2.1",)
    assert needs["4.4"] == ("3.5", "4.3")


@pytest.mark.parametrize(
    ("file", "content", "said"),
    [
        ("run.json", "{", "not a run folder"),
        ("run.json", None, "not a run folder"),
        ("journal.jsonl", "nonsense\n", "damaged"),
        ("journal.jsonl", "[]\n", "damaged"),
        ("journal.jsonl", '{"at": "2026-01-15T09:00:00+00:00", "event": "survey.before"}\n', "StorageError"),
    ],
)
def test_a_damaged_run_is_a_line_that_says_so(
    run: RunFolder, file: str, content: str | None, said: str
) -> None:
    run.begin()
    if content is None:
        (run.folder / file).unlink()
    elif said == "StorageError":
        run.write(file, content.replace('"survey.before"', '"survey.before", "drift": "many"'))
        said = "damaged"
    else:
        run.write(file, content)
    line = line_of(run.folder, PLAN)
    assert line.verdict == "unreadable"
    assert said in line.sentence
    assert str(run.folder) not in line.sentence


def test_a_plan_that_was_lost_and_has_changed_is_said(run: RunFolder, tmp_path: Path) -> None:
    run.begin()
    (run.folder / "plan.toml").unlink()
    changed = tmp_path / "changed.toml"
    changed.write_text(PLAN.read_text().replace('title = "Database reset"', 'title = "Another"'))
    assert "has changed since" in line_of(run.folder, changed).sentence
    assert line_of(run.folder, PLAN).verdict == "interrupted"


def test_a_journal_that_breaks_while_it_is_followed_is_said(run: RunFolder) -> None:
    follower = Follower(run.folder, PLAN)
    run.begin()
    follower.look()
    run.write(FILE, "")
    with pytest.raises(StorageError, match="shorter"):
        follower.look()


def test_where_the_folder_lies_is_not_told(tmp_path: Path) -> None:
    assert (
        without_place(tmp_path, f"Read {tmp_path}/ISSUES.md in {tmp_path}.")
        == "Read ISSUES.md in the run folder."
    )


def test_a_line_of_the_history_is_read_again_when_the_run_has_changed(run: RunFolder) -> None:
    run.begin()
    left = line_of(run.folder, PLAN)
    assert line_of(run.folder, PLAN) is left
    run.do("1.1")
    assert (left.passed, line_of(run.folder, PLAN).passed) == (0, 1)
