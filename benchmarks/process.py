"""A command as a user gives it: how long it takes, and how much memory it and its children have at most.

Memory is the proportional set size of the command and of every process it starts, added up five times a second, so
seldom that its time is left alone. The server is none of them.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from time import perf_counter

from benchmarks.place import ROOT

from reseed import guard
from reseed.database import Target
from reseed.errors import ReseedError

_EVERY_SECONDS = 0.2
_NOT_OURS = ("PG", "RESEED_", "DATABASE_URL")


class CommandFailed(ReseedError):
    """A command that is measured did not end well; nothing can be said about its time."""


@dataclass(frozen=True, slots=True)
class Spent:
    """What a command took, and what it printed. peak: bytes."""

    seconds: float
    peak: int
    output: str


def reseed(target: Target, state: Path, *arguments: str, settings: Mapping[str, str] | None = None) -> Spent:
    """`reseed …` on a database, as a process of its own.

    Args:
        settings: `RESEED_*` variables for it, beside those that say where the database is.

    Raises:
        CommandFailed: it ended with another code than 0.
    """
    return watched(
        [sys.executable, "-m", "reseed", *arguments], {**environment(target, state), **(settings or {})}
    )


def environment(target: Target, state: Path) -> dict[str, str]:
    """What a `reseed` command needs to know, and nothing of what this process was told about other databases."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith(_NOT_OURS)}
    for name in guard.AGENT_VARIABLES:
        ours.pop(name, None)
    return {
        **ours,
        "RESEED_DATABASE_URL": target.url(),
        "RESEED_STATE": str(state),
        "RESEED_BROWSER": "none",
        "NO_COLOR": "1",
    }


def watched(command: Sequence[str | Path], environment: Mapping[str, str], folder: Path = ROOT) -> Spent:
    """Run a command to its end.

    Raises:
        CommandFailed: it ended with another code than 0; the last of what it said is in the message.
    """
    with TemporaryFile("w+") as output, TemporaryFile("w+") as complaints:
        began = perf_counter()
        child = subprocess.Popen(
            command,
            env=dict(environment),
            cwd=folder,
            stdout=output,
            stderr=complaints,
            stdin=subprocess.DEVNULL,
        )
        watch = _Watch(child)
        watch.start()
        try:
            code = child.wait()
        except BaseException:
            child.kill()
            child.wait()
            raise
        seconds = perf_counter() - began
        watch.join()
        output.seek(0)
        complaints.seek(0)
        if code:
            said = (complaints.read().strip() or output.read().strip()).splitlines()[-3:]
            raise CommandFailed(f"{' '.join(map(str, command[:5]))} ended with code {code}: {' '.join(said)}")
        return Spent(seconds, watch.peak, output.read())


class _Watch(threading.Thread):
    """Adds up the memory of a process and its children until it ends."""

    def __init__(self, child: subprocess.Popen[bytes]) -> None:
        super().__init__(daemon=True)
        self._child = child
        self.peak = 0

    def run(self) -> None:
        ended = threading.Event()
        while self._child.returncode is None:
            self.peak = max(self.peak, sum(map(_memory, _family(self._child.pid))))
            ended.wait(_EVERY_SECONDS)


def _family(pid: int) -> Iterator[int]:
    yield pid
    with suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                yield from _family(int(child))


def _memory(pid: int) -> int:
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return 0
