"""Which run made the database that bears a public name now: its folder holds the demo users' password."""

from __future__ import annotations

from pathlib import Path

from reseed.database import Target
from reseed.errors import ReseedError
from reseed.run.folder import read_run, runs_folder
from reseed.run.journal import read_journal


def bound_to(target: Target, embedded: bool) -> str:
    """What a run is bound to, without a password; our own server may listen on another port tomorrow."""
    return f"the embedded server, database {target.database}" if embedded else target.masked


def standing_run(state: Path, target: Target, embedded: bool) -> Path | None:
    """Folder of the run whose database was the last to take the target's name; None when no run's was.

    A run folder that cannot be read any more says nothing.
    """
    swaps = []
    for file in runs_folder(state).glob("*/run.json"):
        try:
            if read_run(file.parent).target == bound_to(target, embedded):
                events = read_journal(file.parent)
                swaps += [(event.at, file.parent) for event in events if event.kind == "swap.done"]
        except ReseedError:
            continue
    return max(swaps)[1] if swaps else None
