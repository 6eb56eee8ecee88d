"""Signs of states and marks of axes, as the Run page draws them."""

from __future__ import annotations

from collections.abc import Mapping

from modernize.web.look.parts import Tone
from modernize.web.look.words import took

#: A sign for every status, so that colour is never the only one.
SIGNS: Mapping[str, str] = {
    "waiting": "○",
    "running": "▶",
    "passed": "✓",
    "failed": "✗",
    "blocked": "⊘",
    "stale": "↺",
    "interrupted": "‖",
}

TONES: Mapping[str, Tone] = {
    "passed": "good",
    "failed": "bad",
    "unreadable": "bad",
    "under way": "accent",
    "interrupted": "warn",
    "not begun": "neutral",
}

#: Marks of an axis may stand this many seconds apart: from a tenth of a second to a week.
_STEPS = (0.1, 0.5, 1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200, 14400, 28800, 86400, 604800)


def mark(seconds: float) -> str:
    """A time as an axis names it: round, so without what is behind the comma."""
    return f"{seconds:g} s" if 0 < seconds < 60 else took(seconds) if seconds else "0"


def ticks(length: float, most: int = 7) -> tuple[float, ...]:
    """Where an axis of this many seconds has its marks, from 0, as many as there is room for."""
    step = next((step for step in _STEPS if length / step <= most), _STEPS[-1])
    return tuple(number * step for number in range(int(length / step) + 1))
