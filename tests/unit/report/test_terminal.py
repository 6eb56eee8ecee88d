"""Times as people read them, and counts that were not measured."""

from __future__ import annotations

import pytest
from rich.console import Console

from reseed.report import before_after_table, duration


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0.0 s"),
        (0.84, "0.8 s"),
        (59.94, "59.9 s"),
        (59.96, "1 min"),
        (62.4, "1 min 02 s"),
        (1800, "30 min"),
        (3600, "1 h"),
        (45300, "12 h 35 min"),
        (3599.9, "1 h"),
    ],
)
def test_duration(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_a_count_that_was_not_measured_is_not_shown_as_zero() -> None:
    console = Console(width=80, color_system=None)
    with console.capture() as capture:
        console.print(before_after_table({"leaks": 3}, {}))
    assert "not measured" in capture.get()
