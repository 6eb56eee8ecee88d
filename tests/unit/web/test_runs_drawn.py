"""The Run page's drawings before anything is drawn: columns of the graph, marks of an axis, times in words."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.run_folders import PLAN, make_run

from modernize.web.look.words import size, took
from modernize.web.pages.run_graph import layers
from modernize.web.pages.run_words import mark, ticks
from modernize.web.services.runs.folder import open_run
from modernize.web.services.runs.timeline import view


def test_a_task_stands_to_the_right_of_everything_it_waits_for(tmp_path: Path) -> None:
    tasks = view(open_run(make_run(tmp_path).folder, PLAN)).tasks
    column = layers(tasks)
    assert column["1.1"] == 0
    assert all(column[need] < column[task.id] for task in tasks for need in task.needs)
    for agent in "1234":
        own = [column[task.id] for task in tasks if task.agent == agent]
        assert len(set(own)) == len(own)
    assert column["2.2"] == column["4.1"], "what runs side by side stands in one column"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(None, "–"), (0.04, "0.0 s"), (9.94, "9.9 s"), (9.96, "10 s"), (59, "59 s"), (60, "1 min"), (125, "2 min 05 s"),
     (45300, "12 h 35 min"), (259200, "3.0 days")],
)  # fmt: skip
def test_times_in_words(seconds: float | None, words: str) -> None:
    assert took(seconds) == words


@pytest.mark.parametrize("length", [0.1, 3, 32.5, 600, 45300, 10_000_000])
def test_an_axis_has_a_few_marks_within_its_length(length: float) -> None:
    marks = ticks(length)
    assert marks[0] == 0
    assert 1 < len(marks) <= 20
    assert marks[-1] <= length


def test_marks_and_sizes_in_words() -> None:
    assert [mark(tick) for tick in (0, 0.5, 5, 3600)] == ["0", "0.5 s", "5 s", "1 h"]
    assert [size(octets) for octets in (None, 372, 14258, 2_100_000)] == [
        "–",
        "372 bytes",
        "13.92 KiB",
        "2.003 MiB",
    ]
