"""Times as a plan writes them, and as people read them."""

import pytest

from reseed.plan.duration import clock, minutes, spell


@pytest.mark.parametrize(
    ("written", "expected"),
    [("45min", 45), ("1h", 60), ("1h30", 90), ("1h05min", 65), ("1.5h", 90), ("1 h 30 min", 90), ("0.1h", 6)],
)
def test_a_written_time_is_read_in_minutes(written: str, expected: int) -> None:
    assert minutes(written) == expected


@pytest.mark.parametrize(
    "written", ["", "soon", "30", "0min", "1h60", "1h75", "1.33h", "-1h", "1,5h", "h", "1d"]
)
def test_what_is_no_time_in_whole_minutes_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="expected a time in whole minutes"):
        minutes(written)


@pytest.mark.parametrize(
    ("amount", "expected"),
    [
        (755, "12 h 35 min"),
        (65, "1 h 05 min"),
        (480, "8 h"),
        (45, "45 min"),
        (1.5, "1 min 30 s"),
        (0.5, "30 s"),
        (0.005, "0.3 s"),
        (0, "0 min"),
    ],
)
def test_minutes_are_spelled_in_the_two_largest_units(amount: float, expected: str) -> None:
    assert spell(amount) == expected


def test_a_clock_counts_hours_beyond_a_day() -> None:
    assert [clock(0), clock(755), clock(1500)] == ["0:00", "12:35", "25:00"]
