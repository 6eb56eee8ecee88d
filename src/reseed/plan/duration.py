"""Times as a plan writes them, `45min`, `1h`, `1h30`, `1.5h`, and as people read them, `1 h 30 min`."""

from __future__ import annotations

import re

_HOURS = re.compile(r"(\d+(?:\.\d+)?)h")
_MINUTES = re.compile(r"(\d+)min")
_BOTH = re.compile(r"(\d+)h([0-5]?\d)(?:min)?")


def minutes(text: str) -> int:
    """Whole minutes of a written time.

    Raises:
        ValueError: not a time, not a whole number of minutes, or none at all.
    """
    written = text.replace(" ", "")
    if both := _BOTH.fullmatch(written):
        amount = float(int(both[1]) * 60 + int(both[2]))
    elif hours := _HOURS.fullmatch(written):
        amount = round(float(hours[1]) * 60, 6)
    elif alone := _MINUTES.fullmatch(written):
        amount = float(alone[1])
    else:
        amount = 0.0
    if amount < 1 or not amount.is_integer():
        raise ValueError("expected a time in whole minutes such as 45min, 1h or 1h30")
    return int(amount)


def spell(amount: float) -> str:
    """Minutes for people, in the two largest units: `12 h 35 min`, `45 min`, `1 min 30 s`, `0.5 s`."""
    seconds = round(amount * 60, 1)
    if 0 < seconds < 60:
        return f"{seconds:g} s"
    if seconds < 3600:
        whole, rest = divmod(round(seconds), 60)
        return f"{whole} min {rest:02d} s" if rest else f"{whole} min"
    hours, rest = divmod(round(amount), 60)
    return f"{hours} h {rest:02d} min" if rest else f"{hours} h"


def clock(amount: float) -> str:
    """Minutes after the start as `h:mm`."""
    hours, rest = divmod(round(amount), 60)
    return f"{hours}:{rest:02d}"
