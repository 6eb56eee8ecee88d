"""A browser that hangs is ended: some of what is asked of it has no time limit of its own."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


class Gone(Exception):
    """The browser or the application has ended; nothing more can be asked."""


@contextmanager
def within(seconds: float, mark: str) -> Iterator[None]:
    """End every process whose command line carries the mark, should the block take longer.

    Raises:
        Gone: it did, and whoever waited there for such a process was told that it has gone.
    """
    rang = threading.Event()

    def ring() -> None:
        rang.set()
        end_marked(mark)

    alarm = threading.Timer(seconds, ring)
    alarm.daemon = True
    alarm.start()
    try:
        yield
    except Exception as error:
        if rang.is_set():
            raise Gone(f"the browser was ended, for a page was not done after {seconds:g} s") from error
        raise
    finally:
        alarm.cancel()


def end_marked(mark: str) -> None:
    """Kill the processes that were started with the mark among their arguments."""
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        # A process may end while we look, or be somebody else's.
        with suppress(OSError):
            if mark.encode() in file.read_bytes().split(b"\0"):
                os.kill(int(file.parent.name), signal.SIGKILL)
