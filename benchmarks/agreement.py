"""The same rows whoever loads them: one process, two workers, and a load that is killed and begun again.

The load is killed by SIGKILL, with everything it has started, once it has been at it for some share of the time that a
whole one takes; the command is then given again, as a user would.
"""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from time import sleep

from benchmarks import digest, loads
from benchmarks.lines import Chapter, Line, at_most, times
from benchmarks.loads import Size
from benchmarks.place import ROOT, Place
from benchmarks.process import CommandFailed, environment, reseed

from reseed import database
from reseed.database import Target
from reseed.errors import ReseedError

_KILLED_AFTER = 0.4
_STATE = "workers"


def measure(place: Place, alone: Size) -> Chapter:
    """Digests of the same tenants, loaded three ways; `alone` was loaded by one command that nothing befell."""
    name = f"different digests, {alone.words}"
    digests = {"one command": alone.digest}
    lines: list[Line] = []
    failures = []
    for way, load in (("two workers", _by_two), ("killed and resumed", _killed)):
        try:
            with place.fresh("agreeing", place.tables) as target:
                seconds = load(place, target, alone)
                digests[way] = digest.digest(target, place.project.load_dataset())
            lines.append(times(f"reseed seed, {way}", [seconds]))
        except ReseedError as error:
            failures.append(f"{way}: {error}")
    told = ", ".join(f"{way} {found[:16]}" for way, found in digests.items())
    count = () if failures else (float(len(set(digests.values()))),)
    lines.append(at_most(Line(name, count, "digests", note=told), 1))
    return Chapter("Agreement: the digest of every row", tuple(lines), "; ".join(failures))


def _by_two(place: Place, target: Target, alone: Size) -> float:
    """`reseed seed` with a `reseed worker` beside it."""
    with place.fresh(_STATE) as state:
        shared = {"RESEED_STATE_URL": state.url()}
        with _started(place, target, "worker", settings=shared) as worker:
            spent = reseed(
                target, place.state, "seed", "--tenants", str(alone.tenants), "--yes", settings=shared
            )
            if worker.poll() is not None:
                raise CommandFailed(f"reseed worker ended with code {worker.returncode} before the load did.")
            worker.send_signal(signal.SIGTERM)
            _, said = worker.communicate(timeout=60)
            if "Loaded tenants" not in said:
                raise CommandFailed("reseed worker has loaded nothing.")
    return spent.seconds


def _killed(place: Place, target: Target, alone: Size) -> float:
    """A load that is killed, and the time of the one that goes on with it."""
    with _started(place, target, "seed", "--tenants", str(alone.tenants), "--yes") as load:
        sleep(_KILLED_AFTER * min(spent.seconds for spent in alone.ours))
        if load.poll() is not None:
            raise CommandFailed("The load had ended before it could be killed.")
        load.kill()
        load.wait()
    _require_unfinished(target)
    return loads.seed(place, target, alone.tenants).seconds


def _require_unfinished(target: Target) -> None:
    with database.connect(target) as connection:
        found = connection.execute("SELECT to_regnamespace('reseed_load') IS NOT NULL").fetchall()[0][0]
    if not found:
        raise CommandFailed("The load was killed before it had begun, or after its end.")


@contextmanager
def _started(
    place: Place, target: Target, *arguments: str, settings: Mapping[str, str] | None = None
) -> Iterator[subprocess.Popen[str]]:
    """A command while it is at work; killed at the end if it still is."""
    command = subprocess.Popen(
        [sys.executable, "-m", "reseed", *arguments],
        env={**environment(target, place.state), **(settings or {})},
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield command
    finally:
        command.kill()
        command.communicate()
