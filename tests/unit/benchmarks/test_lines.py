"""What a line says of its measurements: the median, the ratio, and whether the limit is kept."""

from __future__ import annotations

import pytest
from benchmarks.lines import Line, against, at_most, missing, rates, times


@pytest.mark.parametrize(
    ("values", "middle"), [((3.0,), 3.0), ((9.0, 1.0, 2.0), 2.0), ((1.0, 2.0), 1.5), ((), None)]
)
def test_the_median_is_the_middle_one(values: tuple[float, ...], middle: float | None) -> None:
    assert times("it", values).median == middle


def test_a_ratio_is_of_medians() -> None:
    line = against(times("ours", [2.0, 100.0, 3.0]), times("psql", [1.0, 2.0, 50.0]), 1.35)
    assert line.compared == 1.5
    assert line.to == "psql"
    assert line.met is False


@pytest.mark.parametrize(
    ("seconds", "limit", "at_least", "met"),
    [(1.35, 1.35, False, True), (1.36, 1.35, False, False), (20.0, 20, True, True), (19.9, 20, True, False)],
)
def test_a_limit_is_kept_up_to_itself(seconds: float, limit: float, at_least: bool, met: bool) -> None:
    line = against(times("ours", [seconds]), times("psql", [1.0]), limit, at_least=at_least)
    assert line.met is met


def test_without_a_limit_there_is_no_verdict() -> None:
    assert against(times("ours", [1.0]), times("psql", [2.0])).met is None


def test_what_was_not_measured_keeps_no_limit() -> None:
    for line in (
        against(missing("ours", "it did not start"), times("psql", [1.0]), 2),
        against(times("ours", [1.0]), missing("psql", "it did not start"), 2),
        at_most(missing("ours", "it did not start"), 2),
    ):
        assert line.limit == 2
        assert line.compared is None
        assert line.met is None


def test_different_units_are_not_compared() -> None:
    with pytest.raises(ValueError, match="rows/s, expected the same unit"):
        against(times("ours", [1.0]), rates("peer", 100, [2.0]))


def test_rates_are_rows_in_a_second() -> None:
    assert rates("peer", 100, [2.0, 4.0]).values == (50.0, 25.0)


def test_a_limit_for_every_value_is_broken_by_one() -> None:
    memory = Line("memory", (100.0, 100.0, 700.0), "MB")
    assert at_most(memory, 600).met is True
    assert at_most(memory, 600, always=True).met is False
