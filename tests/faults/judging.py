"""What stands after a fault: under the public name, beside it, among the processes, and in the backup."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import Literal

from reseed import backup, database
from reseed.errors import ReseedError
from reseed.run import Event, read_journal, read_run
from tests.faults.place import Place
from tests.waiting import program_of, until

Stands = Literal["old", "new", "lost"]

#: A measurement in a process of its own, begun before its maker was killed, may come to its end.
_WHILE_SECONDS = 15

#: What a journal says of a swap that has happened.
_SWAPS = ("swap.done", "swap.undone", "restore.done", "restore.undone")


@dataclass(frozen=True, slots=True)
class Judgement:
    """What was found. `why`: in what way it is lost. `left`: databases and processes that nothing explains."""

    stands: Stands
    why: str
    left: tuple[str, ...]
    backup: bool | None


def judge(here: Place) -> Judgement:
    """Look at everything that a try has left."""
    stands, why = standing(here)
    restored, complaint = restores(here)
    left = (*orphans(here), *survivors(here))
    return Judgement(stands, why or complaint, left, restored)


def standing(here: Place) -> tuple[Stands, str]:
    """Which database has the public name; and when that is the new one, the old one must be kept beside it."""
    try:
        # The application is no superuser: it must get in, too.
        with database.connect(here.ground.server.on(here.public)) as connection:
            connection.execute("SELECT 1")
        found = here.ground.measured(here.public)
    except ReseedError as error:
        return "lost", f"nobody gets into the public database: {error}"
    if found == here.ground.old:
        return "old", ""
    if found != here.ground.new:
        return "lost", f"the public database is neither: {_difference(here)}"
    if not here.keeps_previous:
        return "new", ""
    if not any(_is_old(here, name) for name in _kept(here)):
        return "lost", "the new one stands, but the old one is not kept where somebody gets in"
    return "new", ""


def orphans(here: Place) -> tuple[str, ...]:
    """Databases that came into being and are neither in use, nor kept for a rollback, nor wanted by a resume."""
    explained = {here.public, *_kept(here)}
    explained |= {
        read_run(folder).database for folder in here.runs if _is_to_be_resumed(read_journal(folder))
    }
    return tuple(sorted(here.ground.databases() - here.before - explained))


def survivors(here: Place) -> tuple[str, ...]:
    """Processes that the try's commands have started and that live on, after a while in which they may end."""
    with suppress(AssertionError):
        until(lambda: not here.processes(), _WHILE_SECONDS)
    return tuple(f"process {process} {program_of(process)}" for process in here.processes())


def restores(here: Place) -> tuple[bool | None, str]:
    """Whether every published backup brings a database back, whole, and one the old one; None where there is none."""
    folders = [file.parent for file in here.state.glob("runs/*/backup/manifest.json")]
    found = []
    for folder in folders:
        with database.scratch(here.ground.server, "restored", like=here.public) as target:
            try:
                backup.restore(folder, target)
            except ReseedError as error:
                return False, f"the backup does not restore: {error}"
            found.append(here.ground.measured(target.database))
    # A second run backs up what the first one made.
    if found and not (here.ground.old in found and {*found} <= {here.ground.old, here.ground.new}):
        return False, "the backup restores to another database"
    return (True if folders else None), ""


def _is_old(here: Place, name: str) -> bool:
    try:
        return here.ground.measured(name) == here.ground.old
    except ReseedError:
        return False


def _is_to_be_resumed(events: tuple[Event, ...]) -> bool:
    """Whether the run has not ended well, so that what it was building is still of use."""
    ends = [event for event in events if event.kind in ("run.finished", "run.resumed", "task.stale")]
    return not ends or ends[-1].kind != "run.finished" or ends[-1].details.get("verdict") != "passed"


def _kept(here: Place) -> tuple[str, ...]:
    """Names that the journals say a database is kept under which stepped aside."""
    events = [event for folder in here.runs for event in read_journal(folder) if event.kind in _SWAPS]
    said = (event.details.get(key) for event in events for key in ("previous", "kept"))
    return tuple(str(name) for name in said if name)


def _difference(here: Place) -> str:
    found = here.ground.measured(here.public)
    parts = [
        f"{what} of {'both' if same == 2 else 'neither'}"
        for what, same in (
            ("facts", sum(found.facts == each.facts for each in (here.ground.old, here.ground.new))),
            ("rows", sum(found.rows == each.rows for each in (here.ground.old, here.ground.new))),
        )
        if same != 1
    ]
    return " and ".join(parts) or "facts of one and rows of the other"
