"""What became of a public name, read from the journals of runs: which swaps stand, and which have no end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from reseed import database
from reseed.database import Exchange, Target
from reseed.errors import ReseedError
from reseed.records import JSON
from reseed.run.folder import is_held, read_run, runs_folder
from reseed.run.journal import Event, read_journal

#: Why a name changes hands.
RUN, RESTORE, ROLLBACK = "run", "restore", "rollback"


@dataclass(frozen=True, slots=True)
class Swap:
    """A swap that has not been taken back.

    Attributes:
        at: when. purpose: RUN or RESTORE. previous: name that the database is kept under which stepped aside.
        oid: what the server knows the database by that took the name.
        revisions: names of the revisions that went when the run's own was published, or came back with a restore.
    """

    at: datetime
    purpose: str
    previous: str
    oid: int | None
    revisions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Dropping:
    """An old database that a run in place drops, or has dropped.

    Attributes:
        old: its oid. previous: its name meanwhile. dropping: it was found equal to its backup, so that it may go.
    """

    old: int
    previous: str
    dropping: bool = False


@dataclass(frozen=True, slots=True)
class Unfinished:
    """What a process that died has begun in a run's name and not ended.

    Attributes:
        exchange: a swap whose end is not written down; whether it happened is for the server to say.
        purpose: RUN, RESTORE or ROLLBACK, of the exchange.
        publishing: the run's revision is to take the place of the old ones.
        restoring: private database that a restore was filling; empty where there is none.
        in_place: the old database, until the run has put the new one in its place or has brought it back.
    """

    exchange: Exchange | None = None
    purpose: str = ""
    publishing: bool = False
    restoring: str = ""
    in_place: Dropping | None = None

    def __bool__(self) -> bool:
        return any((self.exchange, self.publishing, self.restoring, self.in_place))


def bound_to(target: Target, embedded: bool) -> str:
    """What a run is bound to, without a password; our own server may listen on another port tomorrow."""
    return f"the embedded server, database {target.database}" if embedded else target.masked


def left_open(state: Path, target: Target, embedded: bool) -> tuple[Path, ...]:
    """Folders of the target's runs in which something was begun and not ended, by a process that is gone."""
    return tuple(
        folder
        for folder, events in _journals(state, target, embedded)
        if open_ends(events) and not is_held(folder)
    )


def interrupted(state: Path, target: Target, embedded: bool) -> tuple[Path, ...]:
    """Folders of the target's runs that have no verdict, because their process is gone."""
    return tuple(
        folder
        for folder, events in _journals(state, target, embedded)
        if not _has_verdict(events) and not is_held(folder)
    )


def standing_run(state: Path, target: Target, embedded: bool) -> Path | None:
    """Folder of the run that made, or restored, the database under the target's name; None when no run here did.

    Told by what the server knows the database by, so neither a clock nor somebody's renaming can mislead.
    """
    swapped = {
        held[-1].oid: folder
        for folder, events in _journals(state, target, embedded)
        if (held := _held(events))
    }
    return swapped.get(database.oid(target, target.database) or 0) if swapped else None


def _journals(state: Path, target: Target, embedded: bool) -> Iterator[tuple[Path, tuple[Event, ...]]]:
    """The runs of a target with their journals, the oldest first. What cannot be read any more says nothing."""
    for file in sorted(runs_folder(state).glob("*/run.json")):
        with suppress(ReseedError):
            if read_run(file.parent).target == bound_to(target, embedded):
                yield file.parent, read_journal(file.parent)


def _has_verdict(events: Iterable[Event]) -> bool:
    turns = [event.kind for event in events if event.kind in ("run.started", "run.resumed", "run.finished")]
    return turns[-1:] == ["run.finished"]


def last_swap(folder: Path) -> Swap | None:
    """The latest swap of a run that still holds; a run swaps again after each redo, and a rollback takes one back."""
    return next(reversed(swaps(folder)), None)


def built_by(folder: Path) -> int | None:
    """What the server knows the database by that a run put in place last, wherever it is by now."""
    return next((swap.oid for swap in reversed(swaps(folder)) if swap.purpose == RUN), None)


def swaps(folder: Path) -> tuple[Swap, ...]:
    """The swaps of a run that hold, in order."""
    return _held(read_journal(folder))


def _held(events: Iterable[Event]) -> tuple[Swap, ...]:
    held: list[Swap] = []
    for event in events:
        if event.kind in ("swap.done", "restore.done"):
            held.append(_swap(event))
        elif event.kind in ("swap.undone", "restore.undone") and held:
            held.pop()
        elif event.kind == "publish.begins" and held and held[-1].purpose == RUN:
            known = (*held[-1].revisions, *_texts(event.details.get("replaced")))
            held[-1] = replace(held[-1], revisions=tuple(dict.fromkeys(known)))
    return tuple(held)


def unfinished(folder: Path) -> Unfinished:
    """What was begun in a run's name and has no end in its journal."""
    return open_ends(read_journal(folder))


def open_ends(events: Iterable[Event]) -> Unfinished:
    """The same, of the events of one journal."""
    found = Unfinished()
    for event in events:
        if event.kind == "swap.begins":
            found = replace(found, exchange=_exchange(event), purpose=str(event.details["purpose"]))
        elif event.kind in ("swap.done", "swap.undone", "restore.done", "restore.undone"):
            found = Unfinished(publishing=event.kind == "swap.done")
        elif event.kind == "swap.abandoned":
            found = replace(found, exchange=None, purpose="")
        elif event.kind in ("publish.done", "publish.failed", "run.finished"):
            found = replace(found, publishing=False)
        elif event.kind == "restore.begins":
            found = replace(found, restoring=str(event.details["database"]))
        elif event.kind == "restore.abandoned":
            found = replace(found, restoring="")
        elif event.kind == "in_place.begins":
            dropping = Dropping(event.details["old"], str(event.details["previous"]))
            found = replace(found, in_place=dropping)
        elif event.kind == "in_place.dropping" and found.in_place:
            found = replace(found, in_place=replace(found.in_place, dropping=True))
        elif event.kind in ("in_place.kept", "in_place.restored"):
            found = replace(found, in_place=None)
    return found


def _swap(event: Event) -> Swap:
    purpose = RUN if event.kind == "swap.done" else RESTORE
    oid = event.details.get("oid")
    return Swap(
        at=event.at,
        purpose=purpose,
        previous=str(event.details["previous"]),
        oid=oid if isinstance(oid, int) else None,
        revisions=_texts(event.details.get("revisions")),
    )


def _exchange(event: Event) -> Exchange:
    told = event.details
    return Exchange(public=told["public"], new=told["new"], old=told["old"], previous=told["previous"])


def _texts(value: JSON) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, list) else ()
