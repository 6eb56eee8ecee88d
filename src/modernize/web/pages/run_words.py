"""Words, signs and lengths of time as the Run page writes them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from modernize.web.look.parts import Tone

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


def took(seconds: float | None) -> str:
    """`0.7 s`, `32 s`, `2 min 05 s`, `12 h 35 min`, `2.5 days`; a dash where it is not known."""
    if seconds is None:
        return "–"
    if seconds < 60:
        return f"{seconds:.1f} s" if seconds < 9.95 else f"{seconds:.0f} s"
    if seconds < 3600:
        whole, rest = divmod(round(seconds), 60)
        return f"{whole} min {rest:02d} s" if rest else f"{whole} min"
    if seconds >= 48 * 3600:
        return f"{seconds / 86400:.1f} days"
    hours, rest = divmod(round(seconds / 60), 60)
    return f"{hours} h {rest:02d} min" if rest else f"{hours} h"


def mark(seconds: float) -> str:
    """A time as an axis names it: round, so without what is behind the comma."""
    return f"{seconds:g} s" if 0 < seconds < 60 else took(seconds) if seconds else "0"


def moment(at: datetime | None) -> str:
    """Date and time to the second, UTC."""
    return f"{at:%Y-%m-%d %H:%M:%S}" if at else "–"


def size(octets: int | None) -> str:
    """`372 bytes`, `14.3 kB`, `2.1 MB`."""
    if octets is None:
        return "–"
    if octets < 1000:
        return f"{octets} bytes"
    return f"{octets / 1000:,.1f} kB" if octets < 1_000_000 else f"{octets / 1_000_000:,.1f} MB"


def ticks(length: float, most: int = 7) -> tuple[float, ...]:
    """Where an axis of this many seconds has its marks, from 0, as many as there is room for."""
    step = next((step for step in _STEPS if length / step <= most), _STEPS[-1])
    return tuple(number * step for number in range(int(length / step) + 1))
