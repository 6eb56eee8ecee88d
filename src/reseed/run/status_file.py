"""STATUS.txt in the run folder: a line when each task starts, ends or blocks."""

from __future__ import annotations

from pathlib import Path

from reseed.files import write_atomically
from reseed.plan import Plan
from reseed.run.journal import Event, read_journal
from reseed.run.state import status_line


class StatusFile:
    """Renders the journal so far, then adds a line for each further event."""

    def __init__(self, folder: Path, plan: Plan) -> None:
        self._path = folder / "STATUS.txt"
        self._plan = plan
        lines = [status_line(event, plan) for event in read_journal(folder)]
        write_atomically(self._path, "".join(f"{line}\n" for line in lines if line))

    def __call__(self, event: Event) -> None:
        line = status_line(event, self._plan)
        if line:
            with self._path.open("a", encoding="utf-8") as file:
                file.write(f"{line}\n")
