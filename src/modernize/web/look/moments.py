"""Points in time as pages write them: UTC, to the minute or second, and readable by programs."""

from __future__ import annotations

from datetime import datetime

from modernize.web.look.parts import text


def moment(at: datetime | None) -> str:
    """`2026-01-13 09:10`; a dash where nothing is known."""
    return f"{at:%Y-%m-%d %H:%M}" if at else "–"


def second(at: datetime | None) -> str:
    """`2026-01-13 09:10:05`; a dash where nothing is known."""
    return f"{at:%Y-%m-%d %H:%M:%S}" if at else "–"


def day(at: datetime | None) -> str:
    """`2026-01-13`; a dash where nothing is known."""
    return f"{at:%Y-%m-%d}" if at else "–"


def when(at: datetime, *, only: str) -> None:
    """Draw a part of a point in time; `only` is its format: `%H:%M`."""
    text(
        "time",
        f"{at:{only}}",
        "when",
        datetime=at.isoformat(),
        title=f"{moment(at)} UTC",
    )
