"""`make bench`: measure everything side by side on one server, print the table, and write it down.

    python -m benchmarks [--rows 4000000] [--repeats 3] [--peer-rows 20000] [--only load,peers,…] [--into README.md]

Ends with 0 when everything could be measured, whether the limits are kept or not; with 1 when something failed to run.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from subprocess import SubprocessError
from time import perf_counter

import sqlalchemy as sa
from benchmarks import agreement, clones, loads, others, table, whole_run
from benchmarks.lines import Chapter, rates
from benchmarks.loads import Size
from benchmarks.place import ROOT, Place, place
from rich.console import Console

from reseed.errors import ReseedError

RESULTS = ROOT / "benchmarks" / "results.json"
CHAPTERS = ("load", "peers", "agreement", "clone", "run")
_SMALLER = 10
"""How many times fewer rows growth begins with."""


@dataclass
class Session:
    """What is asked for, and what has been measured so far."""

    place: Place
    rows: int
    repeats: int
    peer_rows: int
    sizes: list[Size] = field(default_factory=list)

    def load(self) -> tuple[Chapter, ...]:
        for rows in dict.fromkeys((max(self.rows // _SMALLER, 1), self.rows)):
            self.sizes.append(loads.measure(self.place, loads.tenants_of(self.place, rows), self.repeats))
        return loads.chapters(self.sizes[0], self.sizes[-1])

    def peers(self) -> tuple[Chapter, ...]:
        large = self._large()
        seconds = [spent.seconds for spent in large.ours]
        ours = rates(f"reseed seed, {large.words}", large.rows.total, seconds)
        return (others.measure(self.place, ours, self.peer_rows, self.repeats),)

    def agreement(self) -> tuple[Chapter, ...]:
        return (agreement.measure(self.place, self._large()),)

    def clone(self) -> tuple[Chapter, ...]:
        return (clones.measure(self.place, max(self.repeats, 3)),)

    def run(self) -> tuple[Chapter, ...]:
        return (whole_run.measure(self.place, self.repeats),)

    def _large(self) -> Size:
        if not self.sizes:
            raise ReseedError("There is nothing to compare with, as no load has been measured.")
        return self.sizes[-1]


def main(arguments: Sequence[str]) -> int:
    """Measure what the arguments ask for; see the module's docstring."""
    asked = parse(arguments)
    said = Console(stderr=True)
    began = perf_counter()
    with place() as here:
        session = Session(here, asked.rows, asked.repeats, asked.peer_rows)
        chapters: list[Chapter] = []
        for name in asked.only:
            said.print(f"measuring: {name}", highlight=False)
            chapters.extend(_measured(name, getattr(session, name)))
        circumstances = {
            "server": here.settings(),
            "cores": os.cpu_count(),
            "python": platform.python_version(),
            "rows": asked.rows,
            "load average at the end": list(os.getloadavg()),
            "minutes": round((perf_counter() - began) / 60, 1),
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
        }
    console = Console() if sys.stdout.isatty() else Console(width=150, no_color=True)
    table.show(chapters, console)
    console.print(table.told(circumstances), soft_wrap=True, highlight=False, markup=False)
    asked.results.write_text(json.dumps(table.as_json(chapters, circumstances), indent=2, ensure_ascii=False))
    if asked.into:
        text = f"{table.markdown(chapters)}\n{table.told(circumstances)}."
        asked.into.write_text(table.put(asked.into.read_text(encoding="utf-8"), text), encoding="utf-8")
    return 1 if any(chapter.failure for chapter in chapters) else 0


def _measured(title: str, measure: Callable[[], tuple[Chapter, ...]]) -> tuple[Chapter, ...]:
    """The chapters, or one that says why there are none; the others are measured all the same."""
    try:
        return measure()
    except (ReseedError, SubprocessError, OSError, ValueError, sa.exc.SQLAlchemyError) as error:
        return (Chapter(title, (), f"{type(error).__name__}: {error}"),)


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """What is asked for; ends the process with 2 where that cannot be had."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure side by side.")
    parser.add_argument("--rows", type=int, default=4_000_000, help="rows of the large load, about")
    parser.add_argument("--repeats", type=int, default=3, help="how often each thing is measured")
    parser.add_argument("--peer-rows", type=int, default=20_000, help="rows of each peer, about")
    parser.add_argument("--only", type=_chapters, default=CHAPTERS, help=f"some of {','.join(CHAPTERS)}")
    parser.add_argument("--results", type=Path, default=RESULTS, help="the JSON file to write")
    parser.add_argument(
        "--into", type=_page, help="a page that has the tables between its marks, to be renewed"
    )
    asked = parser.parse_args(arguments)
    for name in ("rows", "repeats", "peer_rows"):
        if getattr(asked, name) < 1:
            parser.error(f"--{name.replace('_', '-')} is {getattr(asked, name)}, expected 1 or more")
    return asked


def _page(text: str) -> Path:
    try:
        table.put(Path(text).read_text(encoding="utf-8"), "")
    except (OSError, ValueError) as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    return Path(text)


def _chapters(text: str) -> tuple[str, ...]:
    wanted = text.split(",")
    for name in wanted:
        if name not in CHAPTERS:
            raise argparse.ArgumentTypeError(f'there is no "{name}", expected some of {",".join(CHAPTERS)}')
    # The load is what others are held against.
    needed = {*wanted, "load"} if {"peers", "agreement"} & {*wanted} else {*wanted}
    return tuple(name for name in CHAPTERS if name in needed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
