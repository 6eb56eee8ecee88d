"""A run that replaces the database itself is killed, or its server: the backup brings the old one back."""

from __future__ import annotations

from functools import partial

from tests.faults import plants
from tests.faults.attempt import Failed, Fault, Turn
from tests.faults.commands import Spot, spots
from tests.faults.ground import Ground
from tests.faults.place import Place
from tests.faults.servers import kill_server, over

_RUN = ("run", "--in-place")


def faults(ground: Ground) -> tuple[Fault, ...]:
    # None is carried on: a run that has brought the old database back is not resumed any more.
    of_events = len(_spots(ground, plants.at_event))
    return (
        Fault(
            "in place: killed at a line of the journal", of_events // 2 + 1, _at_event, 1, carried_on=False
        ),
        Fault("in place: killed at a statement", 15, _at_statement, 1, carried_on=False),
        Fault("in place: killed, and resumed without a recover", 8, _resumed_at_once, 1, carried_on=False),
    )


def of_servers(ground: Ground) -> tuple[Fault, ...]:
    return (Fault("in place: server killed at a statement", 10, _server_killed, 1, carried_on=False),)


def _nothing(here: Place) -> None:
    """A run needs nothing before it."""


def _spots(ground: Ground, where: object) -> tuple[Spot, ...]:
    """The moments of an undisturbed run in place, of one of the two kinds."""
    return tuple(spot for spot in spots(ground, _RUN, _nothing) if spot[0] is where)


def _at_event(here: Place, turn: Turn) -> bool:
    return _killed(here, turn, _spots(here.ground, plants.at_event))


def _at_statement(here: Place, turn: Turn) -> bool:
    return _killed(here, turn, _spots(here.ground, plants.at_statement))


def _resumed_at_once(here: Place, turn: Turn) -> bool:
    """The promise holds without a recover, too: the run itself goes on."""
    was_killed = _killed(here, turn, spots(here.ground, _RUN, _nothing))
    child = here.start("resume")
    if (code := child.end()) != 0:
        raise Failed(f"reseed resume ended with code {code}: {child.words()}")
    return was_killed


def _killed(here: Place, turn: Turn, of: tuple[Spot, ...]) -> bool:
    here.keeps_previous = False
    where, number, moment = of[turn.out_of(len(of))]
    act = turn.by_turns(plants.die, plants.die_with_all)
    return here.start(*_RUN, plant=partial(where, number, moment, act)).end() < 0


def _server_killed(here: Place, turn: Turn) -> bool:
    here.keeps_previous = False
    of = _spots(here.ground, plants.at_statement)
    where, number, moment = of[turn.out_of(len(of))]
    act = partial(kill_server, here.ground.postmaster, turn.number % 2 == 0)
    return over(here, here.start(*_RUN, plant=partial(where, number, moment, act)))
