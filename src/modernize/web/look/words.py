"""Values as people read them: lengths of time, sizes, and what documents hold."""

from __future__ import annotations

import json

from modernize.importing.limits import readable


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


def size(octets: int | None) -> str:
    """`372 bytes`, `13.92 KiB`; a dash where it is not known."""
    return "–" if octets is None else readable(octets)


def said(value: object, *, indent: int | None = None) -> str:
    """A value of a document: texts as they are, everything else as JSON; a dash for nothing."""
    if isinstance(value, str):
        return value or "–"
    return "–" if value is None else json.dumps(value, ensure_ascii=False, default=str, indent=indent)
