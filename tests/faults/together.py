"""Two commands at once on one target: one does it and the other is refused, or both do it one after the other."""

from __future__ import annotations

from functools import partial

from tests import zygote
from tests.faults import plants
from tests.faults.attempt import Failed, Fault, Turn
from tests.faults.commands import after_the_swap, before_the_swap, finished_run
from tests.faults.ground import Ground
from tests.faults.place import Place

_DONE, _INTERRUPTED, _REFUSED = 0, 2, 3


def faults(ground: Ground) -> tuple[Fault, ...]:
    return (
        Fault("two runs at once", 6, _two_runs, 1, carried_on=False),
        Fault("a run and a rollback at once", 4, _run_and_rollback, 0, carried_on=False),
        Fault("two recovers at once", 4, _two_recovers),
        Fault("a run and a recover at once", 3, _run_and_recover, 0),
    )


def _two_runs(here: Place, turn: Turn) -> bool:
    _at_once(here, "run", "run")
    return True


def _run_and_rollback(here: Place, turn: Turn) -> bool:
    finished_run(here)
    # The one that is looking at the database when its name changes hands has its session ended, and says so.
    _at_once(here, "run", "rollback", others=(_REFUSED, _INTERRUPTED))
    return True


def _two_recovers(here: Place, turn: Turn) -> bool:
    turn.by_turns(after_the_swap, before_the_swap)(here)
    _at_once(here, "recover", "recover")
    return True


def _run_and_recover(here: Place, turn: Turn) -> bool:
    _at_once(here, "run", "recover")
    return True


def _at_once(here: Place, *commands: str, others: tuple[int, ...] = (_REFUSED,)) -> None:
    """Start them at one instant, and see that one has done it, and the other has done it or was refused."""
    gate = zygote.barrier(len(commands))
    children = [here.start(command, plant=partial(plants.meet, gate)) for command in commands]
    codes = [child.end() for child in children]
    if _DONE not in codes or not set(codes) <= {_DONE, *others}:
        raise Failed(f"{' and '.join(commands)} at once ended with codes {codes}: {children[0].words()}")
