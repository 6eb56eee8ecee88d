"""drizzle-seed, where there is node: `fill.mjs` seeds tables of its own with the packages that npm installs for it.

They go into a temporary folder. Where there is no node, or npm cannot have them, the line says so.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.lines import Line, missing, rates
from benchmarks.peers import tenant
from benchmarks.place import Place
from benchmarks.process import CommandFailed, watched

NAME = "drizzle-seed"
_HERE = Path(__file__).parent
_INSTALL_SECONDS = 180
_NOTE = "six tables of its own, with the same columns and indexes and keys of one column: it cannot carry a tenant"


def measure(place: Place, rows: int, repeats: int) -> Line:
    """Its rows a second, or why there are none."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        return missing(NAME, "there is no node, or no npm, on this machine")
    with TemporaryDirectory(dir=place.folder) as folder:
        work = Path(folder)
        for name in ("package.json", "fill.mjs"):
            shutil.copy(_HERE / name, work / name)
        try:
            installed = subprocess.run(
                ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts"],  # noqa: S607
                cwd=work,
                capture_output=True,
                text=True,
                timeout=_INSTALL_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return missing(NAME, f"npm install did not end within {_INSTALL_SECONDS} s")
        if installed.returncode:
            return missing(NAME, f"npm install failed: {(installed.stderr.strip().splitlines() or ['?'])[0]}")
        told = [_fill(place, work, max(1, round(rows / tenant.TOTAL))) for _ in range(repeats)]
    counted = {each["rows"] for each in told}
    if len(counted) != 1 or not min(counted):
        raise CommandFailed(
            f"drizzle-seed has filled {sorted(counted)} rows, expected the same number each time."
        )
    return rates(NAME, int(min(counted)), [each["seconds"] for each in told], _NOTE)


def _fill(place: Place, work: Path, tenants: int) -> dict[str, float]:
    with place.fresh("drizzle") as target:
        spent = watched(
            ["node", "fill.mjs", str(tenants)], {**os.environ, "DATABASE_URL": target.url()}, work
        )
    told: dict[str, float] = json.loads(spent.output.strip().splitlines()[-1])
    return told
