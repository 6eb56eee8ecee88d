"""The journal survives what a killed writer leaves behind."""

from __future__ import annotations

from pathlib import Path

from reseed.run.journal import FILE, Event, Journal, read_journal


def test_events_come_back_in_order(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.write("task.started", "1.1", agent="1")
    journal.write("task.passed", "1.1", seconds=0.25, summary="drei Größen", checks=2)
    events = read_journal(tmp_path)
    assert [(event.kind, event.task) for event in events] == [("task.started", "1.1"), ("task.passed", "1.1")]
    assert events[1].details == {"seconds": 0.25, "summary": "drei Größen", "checks": 2}


def test_listeners_hear_an_event_only_when_it_is_on_disk(tmp_path: Path) -> None:
    seen: list[int] = []
    journal = Journal(tmp_path, (lambda event: seen.append(len(read_journal(tmp_path))),))
    journal.write("run.started")
    journal.write("run.finished", verdict="passed")
    assert seen == [1, 2]


def test_a_torn_last_line_is_ignored_by_readers_and_cut_by_the_next_writer(tmp_path: Path) -> None:
    Journal(tmp_path).write("run.started", run="r")
    with (tmp_path / FILE).open("a") as file:
        file.write('{"at": "2026-01-01T00:00:00+00:00", "eve')
    assert [event.kind for event in read_journal(tmp_path)] == ["run.started"]
    Journal(tmp_path).write("run.resumed", run="r")
    assert [event.kind for event in read_journal(tmp_path)] == ["run.started", "run.resumed"]


def test_details_cannot_break_a_line(tmp_path: Path) -> None:
    Journal(tmp_path).write("task.failed", "1.1", summary='two\nlines "quoted" \u2028')
    (event,) = read_journal(tmp_path)
    assert isinstance(event, Event)
    assert event.details["summary"] == 'two\nlines "quoted" \u2028'
