"""Points in time as pages write them: UTC, to the minute, and readable by programs."""

from __future__ import annotations

from datetime import datetime

from modernize.web.look.parts import text


def moment(at: datetime | None) -> str:
    """`2026-01-13 09:10`; a dash where nothing is known."""
    return f"{at:%Y-%m-%d %H:%M}" if at else "–"


def when(at: datetime, *, only: str = "") -> None:
    """Draw a point in time; `only` is a format for a part of it: `%H:%M`."""
    text(
        "time",
        f"{at:{only}}" if only else moment(at),
        "when",
        datetime=at.isoformat(),
        title=f"{moment(at)} UTC",
    )
