"""Commands of ours as processes that start at once: everything is imported once, and each command is a fork of that.

What happens in the forked process before its command is a `Plant`: the fault that the process will meet. A forked
command sees what a started one does: its arguments and environment, no terminal, pipes or files for what it says.
"""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import TextIO
from unittest.mock import patch

from tests.waiting import is_alive

Plant = Callable[[], None]

ROOT = Path(__file__).resolve().parents[1]

#: A command that takes longer hangs, and what hangs is lost.
LIMIT_SECONDS = 90

_CONTEXT = multiprocessing.get_context("forkserver")
_WHAT_A_RUN_IMPORTS = [
    "reseed.cli.app",
    "reseed.run.control",
    "reseed.run.conclude",
    "reseed.run.workflow",
    "modernize.models",
    "modernize.dataset",
    "reseed.run.share",
    "tests.acceptance.carry_out",
    "tests.faults.families",
    "tests.faults.broken",
]
_PR_SET_PDEATHSIG = 1


class Hangs(Exception):
    """A command does not end; it has been killed."""


@dataclass(frozen=True, slots=True)
class Child:
    """A command at work, the leader of a session of its own.

    Attributes:
        said: file with both outputs.
    """

    process: ForkServerProcess
    said: Path

    @property
    def pid(self) -> int:
        assert self.process.pid
        return self.process.pid

    def ended(self, seconds: float | None = None) -> bool:
        """Wait for its end, no longer than that, or than the limit; whether it has come."""
        self.process.join(LIMIT_SECONDS if seconds is None else seconds)
        return self.process.exitcode is not None

    def end(self) -> int:
        """Its exit code, when it has ended; a negative one is the signal that ended it.

        Raises:
            Hangs: it does not end.
        """
        if not self.ended():
            self.kill(whole=True)
            raise Hangs(f"a command did not end within {LIMIT_SECONDS} s: {self.words()}")
        assert self.process.exitcode is not None
        return self.process.exitcode

    def kill(self, whole: bool = False) -> bool:
        """SIGKILL to the process, or to everything in its process group; whether it was still at work."""
        alive = is_alive(self.pid)
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL) if whole else os.kill(self.pid, signal.SIGKILL)
        self.process.join(LIMIT_SECONDS)
        return alive and self.process.exitcode == -signal.SIGKILL

    def words(self) -> str:
        """The last of what it said."""
        return self.said.read_text(errors="replace")[-600:] if self.said.exists() else ""


def barrier(parties: int) -> Barrier:
    """Where so many commands wait for each other."""
    return _CONTEXT.Barrier(parties)


def start(
    command: list[str], environment: Mapping[str, str], folder: Path, said: Path, plant: Plant | None
) -> Child:
    """Start `reseed <command>` in a folder, with nothing in its environment but this."""
    process = _CONTEXT.Process(target=_carry_out, args=(command, dict(environment), folder, said, plant))
    process.start()
    return Child(process, said)


@dataclass(frozen=True, slots=True)
class Started:
    """A command at work and what it says, with as much of `subprocess.Popen` as the tests need."""

    command: list[str]
    process: ForkServerProcess
    stdout: TextIO
    stderr: TextIO

    @property
    def pid(self) -> int:
        assert self.process.pid
        return self.process.pid

    @property
    def returncode(self) -> int | None:
        return self.process.exitcode

    def send_signal(self, number: int) -> None:
        if self.returncode is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def wait(self, seconds: float | None = None) -> int:
        self.process.join(None if seconds is None else max(0, seconds))
        if self.returncode is None:
            raise subprocess.TimeoutExpired(self.command, seconds or 0)
        return self.returncode

    def communicate(self, timeout: float | None = None) -> tuple[str, str]:
        """The rest of what it says, until nobody holds its pipes, and its end."""
        end = None if timeout is None else time.monotonic() + timeout
        hearing = [_Hearing(pipe) for pipe in (self.stdout, self.stderr)]
        for each in hearing:
            each.join(None if end is None else max(0, end - time.monotonic()))
            if each.is_alive():
                raise subprocess.TimeoutExpired(self.command, timeout or 0)
        self.wait(None if end is None else end - time.monotonic())
        out, err = (each.said.decode() for each in hearing)
        return out, err


class _Hearing(threading.Thread):
    """Reads a pipe to its end, past the buffer of its file."""

    def __init__(self, pipe: TextIO) -> None:
        super().__init__(daemon=True)
        self._pipe, self.said = pipe, b""
        self.start()

    def run(self) -> None:
        while part := b"" if self._pipe.closed else os.read(self._pipe.fileno(), 1 << 16):
            self.said += part


def begin(
    command: list[str], environment: Mapping[str, str], folder: Path, act: Callable[[], int] | None = None
) -> Started:
    """Start `reseed <command>`, or what stands for it, as `subprocess.Popen` does with a new interpreter."""
    warm()
    (hears_out, says_out), (hears_err, says_err) = _CONTEXT.Pipe(duplex=False), _CONTEXT.Pipe(duplex=False)
    process = _CONTEXT.Process(
        target=_say, args=(command, dict(environment), folder, says_out, says_err, act)
    )
    process.start()
    heard = []
    for hears, says in ((hears_out, says_out), (hears_err, says_err)):
        says.close()
        heard.append(os.fdopen(os.dup(hears.fileno()), encoding="utf-8"))
        hears.close()
    return Started(command, process, *heard)


def run(
    command: list[str],
    environment: Mapping[str, str],
    folder: Path,
    seconds: float,
    act: Callable[[], int] | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run `reseed <command>`, or what stands for it, to its end, as `subprocess.run` does with a new interpreter.

    Raises:
        subprocess.TimeoutExpired: it, or what it leaves behind with its pipes, takes longer; it has been killed.
    """
    started = begin(command, environment, folder, act)
    with started.stdout, started.stderr:
        try:
            out, err = started.communicate(seconds)
        except subprocess.TimeoutExpired:
            os.killpg(started.pid, signal.SIGKILL)
            raise
    return subprocess.CompletedProcess(command, started.wait(), out, err)


@cache
def warm() -> None:
    """Import everything, once for all that follows."""
    path = os.pathsep.join([*map(str, (ROOT / "src", ROOT)), *filter(None, sys.path)])
    # The forked ones must not inherit the threads of anybody's pool.
    single = {"OPENBLAS_NUM_THREADS": "1", "ARROW_DEFAULT_MEMORY_POOL": "system"}
    _CONTEXT.set_forkserver_preload(_WHAT_A_RUN_IMPORTS)
    first = _CONTEXT.Process(target=_nothing)
    # For that process only: a command has the environment that it is given.
    with patch.dict(os.environ, {"PYTHONPATH": path, **single}):
        first.start()
    first.join()


def _nothing() -> None:
    """A first child, which waits for the imports."""


def _carry_out(
    command: list[str], environment: dict[str, str], folder: Path, said: Path, plant: Plant | None
) -> None:
    """In the forked process."""
    from reseed import cli

    with said.open("ab") as file:
        _become(command, environment, folder, file.fileno(), file.fileno())
    if plant:
        plant()
    cli.main()


def _say(
    command: list[str],
    environment: dict[str, str],
    folder: Path,
    out: Connection,
    err: Connection,
    act: Callable[[], int] | None,
) -> None:
    """In the forked process."""
    from reseed import cli

    with out, err:
        _become(command, environment, folder, out.fileno(), err.fileno())
    if act:
        sys.exit(act())
    cli.main()


def _become(command: list[str], environment: dict[str, str], folder: Path, out: int, err: int) -> None:
    os.setsid()
    # Whoever stops the tests leaves no command behind.
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    # A shell that starts the tests in the background lets them ignore Ctrl-C.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for number, file in enumerate((os.open(os.devnull, os.O_RDONLY), out, err)):
        os.dup2(file, number)
    sys.argv = ["reseed", *command]
    # Where it begins itself again, to hide a password.
    sys.orig_argv = [sys.executable, "-m", "reseed", *command]
