"""drizzle-seed, where there is node: `drizzle/fill.mjs` seeds the same tables with the packages npm installs for it."""

from __future__ import annotations

from pathlib import Path

from benchmarks.lines import Line, missing
from benchmarks.place import Place

NAME = "drizzle-seed"
_HERE = Path(__file__).with_name("drizzle")
_INSTALL_SECONDS = 180


def measure(place: Place, rows: int, repeats: int) -> Line:
    """Its line, or why there is none."""
    return missing(NAME, "to come")
