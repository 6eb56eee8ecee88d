"""The clock goes back: in the middle of a run, between a kill and its resume, between two runs."""

from __future__ import annotations

from functools import partial

from tests.faults import plants
from tests.faults.attempt import Failed, Fault, Turn
from tests.faults.commands import finished_run
from tests.faults.ground import Ground
from tests.faults.place import Place

_HOUR, _DAY = 3600, 24 * 3600


def faults(ground: Ground) -> tuple[Fault, ...]:
    return (
        Fault("clock moved back during a run", 6, _during_a_run),
        Fault("clock moved back between a kill and its resume", 4, _between_kill_and_resume, 0),
        Fault("clock moved back between two runs", 3, _between_two_runs, 1, carried_on=False),
        Fault(
            "clock moved back between a run and its rollback",
            3,
            _between_run_and_rollback,
            0,
            carried_on=False,
        ),
    )


def _back(turn: Turn) -> int:
    return turn.by_turns(_HOUR, _DAY)


def _during_a_run(here: Place, turn: Turn) -> bool:
    number = turn.out_of(len(here.ground.events))
    _succeed(here, "run", partial(plants.clock_back_at_event, number, _back(turn)))
    return True


def _between_kill_and_resume(here: Place, turn: Turn) -> bool:
    number = turn.out_of(len(here.ground.events) - 1)
    code = here.start("run", plant=partial(plants.at_event, number, "after", plants.die)).end()
    _succeed(here, "resume", partial(plants.clock_back, _back(turn)))
    return code < 0


def _between_two_runs(here: Place, turn: Turn) -> bool:
    """A rollback then goes back one run, not two, and not to a third thing."""
    finished_run(here)
    _succeed(here, "run", partial(plants.clock_back, _back(turn)))
    if turn.number % 2:
        _succeed(here, "rollback", partial(plants.clock_back, _back(turn)))
    return True


def _between_run_and_rollback(here: Place, turn: Turn) -> bool:
    finished_run(here)
    _succeed(here, "rollback", partial(plants.clock_back, _back(turn)))
    return True


def _succeed(here: Place, command: str, plant: partial[None]) -> None:
    child = here.start(command, plant=plant)
    if (code := child.end()) != 0:
        raise Failed(f"reseed {command} ended with code {code}: {child.words()}")
