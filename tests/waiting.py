"""Waiting for what happens in another thread, process or server; and which processes there are."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

Found = TypeVar("Found")

_LOOK_AGAIN_SECONDS = 0.05


def until(condition: Callable[[], Found], seconds: float = 60) -> Found:
    """What a condition gives, as soon as it gives anything true."""
    end = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < end, f"it did not happen within {seconds:g} s"
        time.sleep(_LOOK_AGAIN_SECONDS)
    return found


def is_alive(pid: int) -> bool:
    return _stat(Path(f"/proc/{pid}"))[:1] not in ([], ["Z"])


def descendants(ancestor: int) -> dict[int, str]:
    """Process id -> program of everything that a process has started, directly or not."""
    parents: dict[int, int] = {}
    for process in Path("/proc").glob("[0-9]*"):
        if found := _stat(process):
            parents[int(process.name)] = int(found[1])
    family = {ancestor}
    while more := {pid for pid, parent in parents.items() if parent in family} - family:
        family |= more
    return {pid: program_of(pid) for pid in family - {ancestor}}


def _stat(process: Path) -> list[str]:
    """State and parent of a process; empty when it has gone."""
    try:
        return (process / "stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return []


def program_of(pid: int) -> str:
    """The name of a process's program; empty when it has gone."""
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip()
    except (FileNotFoundError, ProcessLookupError):
        return ""
