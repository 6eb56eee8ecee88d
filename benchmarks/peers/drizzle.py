"""drizzle-seed, where there is node: `drizzle/fill.mjs` seeds the same tables with the packages npm installs for it."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from time import perf_counter

from reseed.errors import ReseedError

from benchmarks.lines import Line, missing, rates
from benchmarks.place import Place
from benchmarks.process import watched

NAME = "drizzle-seed"
_HERE = Path(__file__).with_name("drizzle")
_INSTALL_SECONDS = 180


def measure(place: Place, rows: int, repeats: int) -> Line:
    """Its line, or why there is none."""
    return missing(NAME, "to come")
