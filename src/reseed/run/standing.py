"""Which run made the database that bears a public name now: its folder holds the demo users' password."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from reseed.database import Target
from reseed.errors import ReseedError
from reseed.records import JSON
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
            if read_run(file.parent).target == bound_to(target, embedded) and (
                swap := last_swap(file.parent)
            ):
                swaps.append((swap.at, file.parent))
        except ReseedError:
            continue
    return max(swaps)[1] if swaps else None


@dataclass(frozen=True, slots=True)
class Swap:
    """A swap that has not been taken back.

    Attributes:
        at: when. previous: name that the database is kept under which stepped aside. oid: what the server knows the
            run's own database by. replaced: names of the revisions that went when its revision was published.
    """

    at: datetime
    previous: str
    oid: int | None
    replaced: tuple[str, ...] = ()


def last_swap(folder: Path) -> Swap | None:
    """The latest swap of a run that still holds; a run swaps again after each redo, and a rollback takes one back."""
    swaps: list[Swap] = []
    for event in read_journal(folder):
        if event.kind == "swap.done":
            swaps.append(Swap(event.at, str(event.details["previous"]), _number(event.details.get("oid"))))
        elif event.kind == "swap.undone" and swaps:
            swaps.pop()
        elif event.kind == "publish.begins" and swaps:
            names = event.details.get("replaced")
            known = swaps[-1].replaced + tuple(map(str, names if isinstance(names, list) else ()))
            swaps[-1] = replace(swaps[-1], replaced=tuple(dict.fromkeys(known)))
    return swaps[-1] if swaps else None


def _number(value: JSON) -> int | None:
    return value if isinstance(value, int) else None
