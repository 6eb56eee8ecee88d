"""The journal of a run: one JSON line for each thing that happened, synced before anyone is told.

`STATUS.txt`, the live display and `reseed status` are renderings of it. It is never read back to decide what to do
next: that is the durable state's word.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from reseed.errors import StorageError
from reseed.records import JSON

FILE = "journal.jsonl"


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the journal: when (UTC), what, about which task (empty for the run itself), and its details."""

    at: datetime
    kind: str
    task: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)

    def line(self) -> str:
        record = {"at": self.at.isoformat(timespec="milliseconds"), "event": self.kind, "task": self.task}
        return json.dumps({**record, **self.details}, ensure_ascii=False)

    @classmethod
    def parse(cls, line: str) -> Event:
        record = json.loads(line)
        at = datetime.fromisoformat(record.pop("at")).astimezone(UTC)
        return cls(at, record.pop("event"), record.pop("task", ""), record)


class Journal:
    """Appends events; several agents write to it side by side.

    Args:
        folder: the run folder. listeners: called with each event once it is on disk.
    """

    def __init__(self, folder: Path, listeners: tuple[Callable[[Event], None], ...] = ()) -> None:
        self.path = folder / FILE
        self._listeners = listeners
        self._lock = threading.Lock()
        drop_torn_line(self.path)

    def write(self, kind: str, task: str = "", **details: JSON) -> Event:
        """Append one event and sync it to disk.

        Raises:
            StorageError: it cannot be written.
        """
        event = Event(datetime.now(UTC), kind, task, details)
        with self._lock:
            try:
                append(self.path, event.line() + "\n")
            except OSError as error:
                raise StorageError(f"{self.path} cannot be written: {error.strerror}.") from error
            for listener in self._listeners:
                listener(event)
        return event


def append(path: Path, text: str) -> None:
    """Add to the end of a file and sync it."""
    with path.open("a", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def read_journal(folder: Path) -> tuple[Event, ...]:
    """Every whole line of a run's journal; a line that is being written is left for the next look.

    Raises:
        StorageError: a whole line is not an event.
    """
    path = folder / FILE
    if not path.exists():
        return ()
    content = path.read_bytes()
    return parse_lines(path, content[: content.rfind(b"\n") + 1])


def parse_lines(path: Path, lines: bytes) -> tuple[Event, ...]:
    """The events of whole lines.

    Raises:
        StorageError: a line is not an event; it names the journal at `path`.
    """
    try:
        *texts, _ = lines.decode("utf-8").split("\n")
        return tuple(Event.parse(text) for text in texts)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise StorageError(
            f"The journal {path} is damaged: a line of it is no event ({error}).",
            "Everything else in the run folder is untouched; start a new run with: reseed run",
        ) from error


def drop_torn_line(path: Path) -> None:
    """Cut off what a killed writer left behind after the last whole line."""
    if not path.exists():
        return
    content = path.read_bytes()
    whole = content[: content.rfind(b"\n") + 1]
    if len(whole) < len(content):
        with path.open("r+b") as file:
            file.truncate(len(whole))
