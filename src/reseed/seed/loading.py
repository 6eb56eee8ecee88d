"""The second loader of a bulk load: a process of its own, because making and packing rows keeps one core busy.

`python -m reseed.seed.loading` reads one line of JSON from standard input, what to load, and writes a line for each
partition it has loaded. It ends itself when standard input is closed, which also happens when its parent is killed.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from reseed import project as projects
from reseed.database import Target
from reseed.errors import ReseedError
from reseed.project import Project
from reseed.seed.partitions import Loaded, Loader


@dataclass
class Helper:
    """A loader in another process.

    Attributes:
        failure: why it ended before its time, in a sentence; empty while nothing is known.
    """

    _process: subprocess.Popen[str]
    _reader: threading.Thread
    failure: str = ""

    def wait(self) -> None:
        """Until it has found nothing more to load."""
        self._reader.join()
        if self._process.wait() and not self.failure:
            self.failure = f"a loading process ended with code {self._process.returncode}"


@contextmanager
def helper(project: Project, loader: Loader, tell: Callable[[Loaded], None]) -> Iterator[Helper]:
    """A process that loads the same as `loader`, until the block is left.

    Args:
        tell: is told of each partition it has loaded, in a thread of its own.
    """
    process = subprocess.Popen(
        [sys.executable, "-m", "reseed.seed.loading"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    started = Helper(process, threading.Thread())
    started._reader = threading.Thread(target=_read, args=(process, started, tell), daemon=True)
    started._reader.start()
    try:
        _send(process, _order(project, loader))
        yield started
    finally:
        process.kill()
        process.wait()
        started._reader.join()


def _order(project: Project, loader: Loader) -> str:
    return json.dumps(
        {
            "project": str(project.root / "reseed.toml"),
            "seed": project.seed,
            "as_of": project.as_of.isoformat(),
            "options": dict(project.dataset_options),
            "url": loader.target.url(),
            "unbound": loader.unbound,
            "password": loader.password,
        }
    )


def _send(process: subprocess.Popen[str], order: str) -> None:
    # Where it died at once, what it says, or its code, tells why.
    with suppress(BrokenPipeError):
        if process.stdin:
            process.stdin.write(order + "\n")
            process.stdin.flush()


def _read(process: subprocess.Popen[str], started: Helper, tell: Callable[[Loaded], None]) -> None:
    for line in process.stdout or ():
        said = json.loads(line)
        if "failure" in said:
            started.failure = said["failure"]
        else:
            tell(Loaded(range(said["first"], said["stop"]), said["rows"], said["seconds"]))


def _say(**line: object) -> None:
    print(json.dumps(line), flush=True)


def _end_with_parent() -> None:
    while sys.stdin.readline():
        pass
    os._exit(1)


def _tell(loaded: Loaded) -> None:
    _say(first=loaded.tenants.start, stop=loaded.tenants.stop, rows=loaded.rows, seconds=loaded.seconds)


def main() -> int:
    """Load until nothing is left; see the module's docstring."""
    order = json.loads(sys.stdin.readline())
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        project = replace(
            projects.load(Path(order["project"])),
            seed=order["seed"],
            as_of=datetime.fromisoformat(order["as_of"]),
            dataset_options=order["options"],
        )
        loader = Loader(
            Target.parse(order["url"]), project.load_dataset(), order["unbound"], order["password"]
        )
        loader.load_all(_tell)
    except ReseedError as error:
        _say(failure=str(error))
        return 1
    except Exception as error:  # noqa: BLE001 - told in a line; the parent loads what is left, or says why not
        _say(failure=f"{type(error).__name__}: {error}")
        return 1
    return 0


if __name__ == "__main__":
    sys.stdout.flush()
    # Not `sys.exit`: the thread that waits for the parent holds standard input.
    code = main()
    sys.stdout.flush()
    os._exit(code)
