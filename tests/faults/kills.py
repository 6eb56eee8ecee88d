"""The process is killed: at each line of its journal, at each statement about a whole database, at any instant."""

from __future__ import annotations

from functools import partial
from typing import Literal

from tests.faults import plants
from tests.faults.attempt import Fault, Turn
from tests.faults.ground import Ground
from tests.faults.place import Place
from tests.faults.plants import Moment

RANDOM_INSTANTS = 200

#: A run may take longer than the undisturbed one did, and its last steps are to be met, too.
_LONGER = 1.2


def faults(ground: Ground) -> tuple[Fault, ...]:
    events, statements = len(ground.events), len(ground.statements)
    return (
        Fault("killed before a line of the journal", events, partial(_at_event, "before")),
        Fault("killed in the middle of a line of the journal", 6, partial(_at_event, "torn"), 1),
        Fault("killed after a line of the journal", events, partial(_at_event, "after")),
        Fault(
            "killed before a statement about a database", statements // 2, partial(_at_statement, "before")
        ),
        Fault("killed after a statement about a database", statements // 2, partial(_at_statement, "after")),
        Fault("killed at a random instant", RANDOM_INSTANTS, _at_an_instant, 2),
    )


def _at_event(moment: Moment, here: Place, turn: Turn) -> bool:
    number = turn.out_of(len(here.ground.events))
    act = turn.by_turns(plants.die, plants.die_with_all)
    child = here.start("run", plant=partial(plants.at_event, number, moment, act))
    return child.end() < 0


def _at_statement(moment: Literal["before", "after"], here: Place, turn: Turn) -> bool:
    number = turn.out_of(len(here.ground.statements))
    act = turn.by_turns(plants.die, plants.die_with_all)
    child = here.start("run", plant=partial(plants.at_statement, number, moment, act))
    return child.end() < 0


def _at_an_instant(here: Place, turn: Turn) -> bool:
    child = here.start("run")
    if child.ended(turn.random.uniform(0, here.ground.seconds * _LONGER)):
        return False
    return child.kill(whole=turn.random.random() < 0.5)
