"""What nothing in a run changes, measured by a second process while earlier tasks are at work.

Some gates ask something that neither the old nor the new database has a say in: whether another process makes the same
rows, what each check says of empty tables, how queries are planned in a database of many tenants. A second process is
started with the run and measures these one after the other; the gate takes the answer when its turn comes, and
measures by itself what it does not get, for whatever reason. So this saves time and decides nothing.
"""

from __future__ import annotations

import json
import pickle
import subprocess
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any, TextIO, cast

from reseed import second, stages
from reseed.check import Check
from reseed.database import Target
from reseed.plan import Plan
from reseed.project import Project
from reseed.run.carried import Carried
from reseed.run.context import site_of
from reseed.run.state import PASSED, RunState
from reseed.site import Early, Site

_TO_END_SECONDS = 10


def names(plan: Plan, checks: Mapping[str, Check], reached: RunState) -> tuple[str, ...]:
    """Checks that have something to measure beforehand, of the tasks that have not passed yet, in the plan's order."""
    asked = [name for task in plan.tasks if reached.tasks[task.id].status != PASSED for name in task.gate]
    return tuple(dict.fromkeys(name for name in asked if checks[name].beforehand))


@contextmanager
def beside(site: Site, asked: Sequence[str], earlier: Carried | None) -> Iterator[Beforehand]:
    """What these checks can have measured: by an earlier run, or by a second process that is at work meanwhile."""
    left = [name for name in asked if earlier is None or name not in earlier.values]
    beforehand = Beforehand(earlier or Carried("", {}), second.take() if left else None)
    second.dismiss()
    try:
        beforehand.give(site, left)
        yield beforehand
    finally:
        beforehand.end()


class Beforehand(Early):
    """What an earlier run has measured, and what a second process has so far."""

    def __init__(self, earlier: Carried, process: subprocess.Popen[bytes] | None) -> None:
        self._earlier = earlier
        self._process = process
        self._values = dict(earlier.values)
        self._asked: frozenset[str] = frozenset()
        self._ended = process is None
        self._changed = threading.Condition()

    def give(self, site: Site, asked: Sequence[str]) -> None:
        """Tell the second process what to measure, where there is one."""
        if self._process is None:
            return
        self._asked = frozenset(asked)
        threading.Thread(target=self._listen, args=(self._process,), daemon=True).start()
        with suppress(OSError):
            # Not by arguments or environment, which others may read: the target has a password.
            second.give(self._process, pickle.dumps((site.project, site.target, site.folder, tuple(asked))))

    def take(self, check: str) -> Any:
        with self._changed:
            self._changed.wait_for(lambda: check in self._values or check not in self._asked or self._ended)
            return self._values.get(check)

    def keep(self, check: str, value: Any) -> None:
        with self._changed:
            self._values[check] = value
            self._changed.notify_all()

    def run_of(self, check: str) -> str:
        return self._earlier.run if check in self._earlier.values else ""

    def measured(self) -> Mapping[str, Any]:
        """Everything that is known by now."""
        return dict(self._values)

    def end(self) -> None:
        """Let the process drop what it has made, and end."""
        if self._process is None:
            return
        with suppress(OSError):
            cast(IO[bytes], self._process.stdin).close()
        try:
            self._process.wait(_TO_END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _listen(self, process: subprocess.Popen[bytes]) -> None:
        # The last line of a process that was killed may be half a line.
        with cast(IO[bytes], process.stdout) as lines, suppress(ValueError):
            for line in lines:
                self.keep(*json.loads(line))
        with self._changed:
            self._ended = True
            self._changed.notify_all()


def work(task: bytes, answers: TextIO) -> None:
    """What the second process does: measure for one check after the other, and tell each answer at once."""
    project, target, folder, asked = pickle.loads(task)  # noqa: S301 - from our own process
    for each in _measured(project, target, folder, asked):
        answers.write(json.dumps(each) + "\n")
        answers.flush()


def _measured(
    project: Project, target: Target, folder: Path, asked: Sequence[str]
) -> Iterator[tuple[str, Any]]:
    site = site_of(project, target, folder)
    checks = stages.checks(site.project)
    for name in asked:
        measure = checks[name].beforehand
        # Whatever is in its way is told by the gate, when that measures it.
        with suppress(Exception):
            yield name, measure(site) if measure else None
