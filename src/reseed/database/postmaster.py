"""The server process of a data directory, as its `postmaster.pid` and the kernel tell of it."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

from reseed.errors import ServerError

_STOP_SECONDS = 60
_PID_LINE, _PORT_LINE = 0, 3


def pid(data: Path) -> int | None:
    """Process id of the directory's server, while it lives."""
    number = _noted(data, _PID_LINE)
    return number if number and _works_in(number, data) else None


def port(data: Path) -> int | None:
    """The port that the directory's server noted; it may not listen yet, or no longer."""
    return _noted(data, _PORT_LINE)


def crashed(data: Path) -> bool:
    """Whether a server of this directory ended without saying so."""
    return (data / "postmaster.pid").exists() and pid(data) is None


def forget_stranger(data: Path) -> None:
    """Delete the note of a server that is gone when its number has another process by now.

    That happens after a reboot, and PostgreSQL would take the stranger for its own postmaster and not start.
    """
    number = _noted(data, _PID_LINE)
    if number and Path(f"/proc/{number}").exists() and pid(data) is None:
        (data / "postmaster.pid").unlink(missing_ok=True)


def end(data: Path) -> bool:
    """End the directory's server, rolling back what is under way; False when none was running.

    What `pg_ctl stop -m fast` does, without needing the programs that the server was once started from.

    Raises:
        ServerError: it does not end.
    """
    postmaster = pid(data)
    if postmaster is None:
        return False
    os.kill(postmaster, signal.SIGINT)
    deadline = time.monotonic() + _STOP_SECONDS
    while pid(data) == postmaster:
        if time.monotonic() > deadline:
            raise ServerError(
                f"The embedded PostgreSQL in {data} does not end.", f"Look at process {postmaster}."
            )
        time.sleep(0.02)
    return True


def _noted(data: Path, line: int) -> int | None:
    try:
        text = (data / "postmaster.pid").read_text().splitlines()[line].strip()
    except (OSError, IndexError):
        return None
    return int(text) if text.isdigit() else None


def _works_in(number: int, data: Path) -> bool:
    """Whether a process lives whose working folder is the data directory, as a postmaster's is."""
    try:
        return Path(f"/proc/{number}/cwd").resolve(strict=True) == data
    except OSError:
        return False
