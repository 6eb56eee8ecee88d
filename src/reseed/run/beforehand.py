"""What nothing in a run changes, measured by a second process while earlier tasks are at work.

Some gates ask something that neither the old nor the new database has a say in: whether another process makes the same
rows, what each check says of empty tables, how queries are planned in a database of many tenants. A process of its own
is started with the run and measures these one after the other; the gate takes the answer when its turn comes, and
measures by itself what it does not get, for whatever reason. So this saves time and decides nothing.

`python -m reseed.run.beforehand` reads what it is to do from standard input, which is also how it learns that we are
gone, even when we were killed: then it drops its scratch database and ends.
"""

from __future__ import annotations

import _thread
import json
import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any, cast

from reseed import stages
from reseed.check import Check
from reseed.database import Target
from reseed.plan import Plan
from reseed.project import Project
from reseed.run.context import site_of
from reseed.run.state import PASSED, RunState
from reseed.seed import HASH_SEED
from reseed.site import Site

_TO_END_SECONDS = 10


def names(plan: Plan, checks: Mapping[str, Check], reached: RunState) -> tuple[str, ...]:
    """Checks that have something to measure beforehand, of the tasks that have not passed yet, in the plan's order."""
    asked = [name for task in plan.tasks if reached.tasks[task.id].status != PASSED for name in task.gate]
    return tuple(dict.fromkeys(name for name in asked if checks[name].beforehand))


@contextmanager
def beside(site: Site, asked: Sequence[str]) -> Iterator[Beforehand | None]:
    """A second process at work on what these checks can have measured; none where there is nothing."""
    if not asked:
        yield None
        return
    second = Beforehand(site, asked)
    try:
        yield second
    finally:
        second.end()


class Beforehand:
    """A second process, and what it has measured so far."""

    def __init__(self, site: Site, asked: Sequence[str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "reseed.run.beforehand"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            # Another order of sets than ours, so that it shows where one matters.
            env={**os.environ, "PYTHONHASHSEED": str(HASH_SEED)},
            # Ctrl-C in a terminal is for us.
            start_new_session=True,
        )
        self._owner = cast(IO[bytes], self._process.stdin)
        self._answers = cast(IO[bytes], self._process.stdout)
        self._values: dict[str, Any] = {}
        self._ended = False
        self._changed = threading.Condition()
        threading.Thread(target=self._listen, daemon=True).start()
        with suppress(OSError):
            # Not by arguments or environment, which others may read: the target has a password.
            self._owner.write(pickle.dumps((site.project, site.target, site.folder, tuple(asked))))
            self._owner.flush()

    def take(self, check: str) -> Any:
        """What was measured for a check, waited for; None where the process ended without it."""
        with self._changed:
            self._changed.wait_for(lambda: check in self._values or self._ended)
            return self._values.get(check)

    def end(self) -> None:
        """Let the process drop what it has made, and end."""
        with suppress(OSError):
            self._owner.close()
        try:
            self._process.wait(_TO_END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _listen(self) -> None:
        with self._answers as lines:
            for line in lines:
                check, value = json.loads(line)
                with self._changed:
                    self._values[check] = value
                    self._changed.notify_all()
        with self._changed:
            self._ended = True
            self._changed.notify_all()


def _measure(
    project: Project, target: Target, folder: Path, asked: Sequence[str]
) -> Iterator[tuple[str, Any]]:
    site = site_of(project, target, folder)
    checks = stages.checks(site.project)
    for name in asked:
        measure = checks[name].beforehand
        # Whatever is in its way is told by the gate, when that measures it.
        with suppress(Exception):
            yield name, measure(site) if measure else None


def _main() -> None:
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    # A project's code may print something.
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    project, target, folder, asked = pickle.load(sys.stdin.buffer)  # noqa: S301 - from our own process
    threading.Thread(target=_end_with_owner, daemon=True).start()
    with suppress(KeyboardInterrupt, BrokenPipeError):
        for each in _measure(project, target, folder, asked):
            answers.write(json.dumps(each) + "\n")
            answers.flush()


def _end_with_owner() -> None:
    # Not through the buffer, whose lock the interpreter would wait for at its end.
    os.read(sys.stdin.fileno(), 1)
    _thread.interrupt_main()


if __name__ == "__main__":
    _main()
    os._exit(0)
