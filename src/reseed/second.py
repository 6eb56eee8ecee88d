"""A second process of ours, which imports what it needs while we do: `python -m reseed.second MODULE`.

It gets one task for `MODULE.work` through its standard input, answers line by line, and ends. Its standard input is
also how it learns that we are gone, even when we were killed; then it drops what it has made and ends. This module
needs only the standard library, so that the process can be started before anything else.
"""

from __future__ import annotations

import _thread
import gc
import os
import queue
import subprocess
import sys
import threading
from importlib import import_module
from typing import BinaryIO

HASH_SEED = 271828
"""Another order of sets than ours, so that it shows where one matters."""

_WORKS = "reseed.run.beforehand"
_HEAD = 8
_spare: list[subprocess.Popen[bytes]] = []


def collect_seldom() -> None:
    """Look for garbage when there may be some: what is imported stays, and is not worth looking through so often."""
    gc.set_threshold(50_000, 20, 50)


def start() -> None:
    """Start one that is going to be taken; it ends with us where it is not."""
    _spare.append(_started())


def take() -> subprocess.Popen[bytes]:
    """One to give a task to, with pipes: the one that was started, or another one."""
    return _spare.pop() if _spare else _started()


def dismiss() -> None:
    """End the one that was started, where nobody took it."""
    for process in _spare:
        process.kill()
        process.wait()
    _spare.clear()


def give(process: subprocess.Popen[bytes], task: bytes) -> None:
    """Give a process its task.

    Raises:
        OSError: it has ended.
    """
    if process.stdin:
        process.stdin.write(len(task).to_bytes(_HEAD) + task)
        process.stdin.flush()


def _started() -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603 - our own interpreter and module, no shell
        [sys.executable, "-m", "reseed.second", _WORKS],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONHASHSEED": str(HASH_SEED)},
        # Ctrl-C in a terminal is for us.
        start_new_session=True,
    )


def _listen(tasks: queue.Queue[bytes], given: BinaryIO) -> None:
    """Hand on the task, then wait for the end of whoever gave it."""
    head = given.read(_HEAD)
    if len(head) < _HEAD:
        os._exit(0)
    tasks.put(given.read(int.from_bytes(head)))
    given.read(1)
    _thread.interrupt_main()


def _main() -> None:
    collect_seldom()
    tasks: queue.Queue[bytes] = queue.Queue()
    threading.Thread(target=_listen, args=(tasks, os.fdopen(0, "rb", buffering=0)), daemon=True).start()
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    # A project's code may print something.
    os.dup2(2, 1)
    try:
        work = import_module(sys.argv[1]).work
        work(tasks.get(), answers)
    except (KeyboardInterrupt, BrokenPipeError):
        pass
    finally:
        os._exit(0)


if __name__ == "__main__":
    _main()
