"""Other commands than the run are killed: rollback, prune, restore, recover, and a resume of what was killed before."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache, partial
from typing import Literal

from tests.faults import plants
from tests.faults.attempt import Failed, Fault, Turn
from tests.faults.ground import Ground
from tests.faults.place import Place, place

#: A moment of a command: `at_event` or `at_statement`, the number, before or after.
Spot = tuple[Callable[..., None], int, Literal["before", "after"]]
Prepare = Callable[[Place], None]


def faults(ground: Ground) -> Iterator[Fault]:
    # A run's id begins with the year: the only run is the one that is meant.
    kinds: tuple[tuple[str, tuple[str, ...], Prepare, int, int], ...] = (
        ("rollback killed", ("rollback",), finished_run, 10, 1),
        ("prune killed", ("prune", "--keep", "0"), finished_run, 5, 0),
        ("restore killed", ("restore", "2"), finished_run, 10, 1),
        ("recover killed, of a swap that had happened", ("recover",), after_the_swap, 8, 1),
        ("recover killed, of a swap that had not", ("recover",), before_the_swap, 5, 0),
    )
    for name, command, prepare, times, short in kinds:
        yield Fault(name, times, partial(_killed, command, prepare), short, command == ("recover",))
    yield Fault("killed, and killed again while it is resumed", 8, _killed_twice)


def finished_run(here: Place) -> None:
    """A run that has passed."""
    child = here.start("run")
    if child.end() != 0:
        raise Failed(f"a run without a fault did not pass: {child.words()}")


def after_the_swap(here: Place) -> None:
    """A run that was killed when the names were exchanged, and that was not yet written down."""
    _killed_at(here, "swap.done", "before")


def before_the_swap(here: Place) -> None:
    """A run that was killed when it had written down that it would exchange the names, and had not."""
    _killed_at(here, "swap.begins", "after")


def _killed_at(here: Place, kind: str, moment: plants.Moment) -> None:
    number = next(number for number, event in enumerate(here.ground.events) if event.kind == kind)
    code = here.start("run", plant=partial(plants.at_event, number, moment, plants.die)).end()
    if code >= 0:
        raise Failed(f"the run was not killed at {kind}, it ended with code {code}")


def _killed(command: tuple[str, ...], prepare: Prepare, here: Place, turn: Turn) -> bool:
    of = spots(here.ground, command, prepare)
    where, number, moment = of[turn.out_of(len(of))]
    prepare(here)
    here.keeps_previous = command[0] != "prune"
    act = turn.by_turns(plants.die, plants.die_with_all)
    child = here.start(*command, plant=partial(where, number, moment, act))
    if (code := child.end()) >= 0:
        raise Failed(f"reseed {command[0]} was not killed, it ended with code {code}: {child.words()}")
    return True


@cache
def spots(ground: Ground, command: tuple[str, ...], prepare: Prepare) -> tuple[Spot, ...]:
    """Every moment of a command at which it can be killed, from an undisturbed one."""
    with place(ground, "measured") as here:
        prepare(here)
        listed, before = here.folder / "statements", len(here.events())
        child = here.start(*command, plant=partial(plants.list_statements, listed))
        if (code := child.end()) != 0:
            raise RuntimeError(f"reseed {command[0]} without a fault ended with code {code}: {child.words()}")
        events, statements = len(here.events()) - before, len(listed.read_text().splitlines())
    moments: tuple[Literal["before", "after"], ...] = ("before", "after")
    counted = ((plants.at_event, events), (plants.at_statement, statements))
    return tuple(
        (where, number, moment) for where, many in counted for number in range(many) for moment in moments
    )


def _killed_twice(here: Place, turn: Turn) -> bool:
    """Whatever the first kill has left, a second one meets it."""
    seconds = here.ground.seconds
    for command in ("run", "resume"):
        if command == "resume" and not here.runs:
            return False
        child = here.start(command)
        if child.ended(turn.random.uniform(0.2 * seconds, 0.8 * seconds)):
            return False
        if not child.kill(whole=turn.random.random() < 0.5):
            return False
    return True
