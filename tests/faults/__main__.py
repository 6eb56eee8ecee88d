"""`python -m tests.faults`: plant every fault, and print the table.

Families are planted side by side, each by a process of its own on a server of its own.
"""

from __future__ import annotations

import argparse
import os
import pickle
import secrets
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.faults import families
from tests.faults.attempt import Outcome
from tests.faults.carrying_out import plant_all
from tests.faults.families import Family
from tests.faults.tally import Tally


def main() -> int:
    asked = _arguments()
    seed = secrets.randbelow(10**6) if asked.seed is None else asked.seed
    begun = time.monotonic()
    if asked.short or asked.family:
        family = families.named(asked.family) if asked.family else families.SHORT
        tally = _planted(family, seed, asked)
    else:
        tally = _side_by_side(seed, asked.only, asked.jobs)
    if asked.into:
        return 0
    print(tally.table())
    print(f"\n{len(tally.outcomes)} faults, seed {seed}, {(time.monotonic() - begun) / 60:.0f} minutes")
    if tally.unavailable:
        print(f"longest time without an answer under the public name: {tally.unavailable * 1000:.0f} ms")
    return 0 if tally.good and tally.outcomes else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--short", action="store_true", help="a handful of each fault")
    parser.add_argument("--only", default="", help="faults whose name contains this")
    parser.add_argument("--seed", type=int, default=None, help="the same random instants again")
    parser.add_argument("--jobs", type=int, default=min(os.cpu_count() or 1, 3), help="families at a time")
    parser.add_argument(
        "--family", default="", help="one of " + ", ".join(each.name for each in families.ALL)
    )
    parser.add_argument("--into", type=Path, default=None, help=argparse.SUPPRESS)
    return parser.parse_args()


def _side_by_side(seed: int, only: str, jobs: int) -> Tally:
    """Each family in a process of its own, so many at a time; after Ctrl-C, what there is until then."""
    with TemporaryDirectory() as folder, ThreadPoolExecutor(jobs) as pool:
        command = [sys.executable, "-m", "tests.faults", "--seed", str(seed), "--only", only]

        def plant(family: Family) -> None:
            into = str(Path(folder) / family.name)
            subprocess.run([*command, "--family", family.name, "--into", into], check=True)

        try:
            for _ in pool.map(plant, families.ALL):
                pass
        except KeyboardInterrupt:
            pool.shutdown(cancel_futures=True)
        return _together([Path(folder) / family.name for family in families.ALL])


def _together(files: list[Path]) -> Tally:
    tally = Tally()
    for file in files:
        if file.exists():
            part: Tally = pickle.loads(file.read_bytes())  # noqa: S301 - ours, of a moment ago
            tally.meant |= part.meant
            tally.outcomes += part.outcomes
    return tally


def _planted(family: Family, seed: int, asked: argparse.Namespace) -> Tally:
    tally = Tally()
    with family.ground() as ground:
        for outcome in plant_all(family, ground, tally, seed, short=asked.short, only=asked.only):
            _tell(family, outcome, len(tally.outcomes))
            if asked.into:
                asked.into.write_bytes(pickle.dumps(tally))
    return tally


def _tell(family: Family, outcome: Outcome, number: int) -> None:
    found = outcome.judgement
    print(f"{family.name} {number:4} {outcome.fault}: {found.stands}", file=sys.stderr)
    if not outcome.good:
        lines = (
            f"{found}",
            f"resumed {outcome.resumed}, taken back {outcome.taken_back}",
            *outcome.said.splitlines(),
        )
        print("".join(f"     {line}\n" for line in lines), file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
