"""The way of one try: a place, the fault, `reseed recover`, the judgement; for some, on to the end and back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import TypeVar

from tests.faults.ground import Ground
from tests.faults.judging import Judgement, judge, standing
from tests.faults.place import Place, name_for, place
from tests.zygote import Hangs

Chosen = TypeVar("Chosen")

#: One try in so many is carried on: resumed, and half of those taken back afterwards.
_CARRIED_ON = 4


@dataclass(frozen=True, slots=True)
class Turn:
    """Which of a fault's tries this is: its number from 0, out of how many, and random numbers of its own."""

    number: int
    times: int
    random: Random

    def by_turns(self, *choices: Chosen) -> Chosen:
        return choices[self.number % len(choices)]

    def out_of(self, many: int) -> int:
        """Which of so many moments this try is about; few tries are spread over all of them."""
        if self.times >= many:
            return self.number % many
        return (self.number * many + many // 2) // self.times


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that can go wrong.

    Attributes:
        name: a row of the table. times: how often it is tried. short: how often in the short form.
        carried_on: whether a resume then leads to the new database, and a rollback to the old one.
        plant: makes it happen to the database of a place, waits until it is over, and takes its cause away.
            It returns False when the fault came too late to meet anything; the try is then made again.
    """

    name: str
    times: int
    plant: Callable[[Place, Turn], bool]
    short: int = 1
    carried_on: bool = True


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one try. `resumed`, `taken_back`: None where that was not tried. `where`: what the try was about."""

    fault: str
    judgement: Judgement
    resumed: bool | None = None
    taken_back: bool | None = None
    unavailable: float = 0.0
    said: str = ""

    @property
    def good(self) -> bool:
        found = self.judgement
        return (
            found.stands != "lost"
            and not found.left
            and found.backup is not False
            and self.resumed is not False
            and self.taken_back is not False
        )


class TooLate(Exception):
    """The fault came when there was nothing left for it to meet."""


class Failed(Exception):
    """A command that had to succeed did not."""


def attempt(ground: Ground, fault: Fault, turn: Turn) -> Outcome:
    """Try a fault once.

    Raises:
        TooLate: nothing was there for it to meet.
    """
    with place(ground, name_for(turn.random)) as here:
        return attempt_at(here, fault, turn)


def attempt_at(here: Place, fault: Fault, turn: Turn) -> Outcome:
    """The same at a place that is there already."""
    try:
        if not fault.plant(here, turn):
            raise TooLate
        recover(here)
        found = judge(here)
    except (Hangs, Failed) as error:
        return Outcome(fault.name, Judgement("lost", str(error), (), None), said=_words(here))
    resumed = back = None
    if fault.carried_on and found.stands != "lost" and turn.number % _CARRIED_ON == 0:
        resumed = _finished(here)
        back = _taken_back(here) if resumed and turn.number % (2 * _CARRIED_ON) == 0 else None
    return Outcome(fault.name, found, resumed, back, here.unavailable, _words(here))


def recover(here: Place) -> None:
    """What a user does after a fault."""
    child = here.start("recover")
    if (code := child.end()) != 0:
        raise Failed(f"reseed recover ended with code {code}: {child.words()}")


def _finished(here: Place) -> bool | None:
    """Whether the run can be carried to its end; None when the fault came before there was one."""
    if not here.runs:
        return None
    return _succeeds(here, "resume") and standing(here)[0] == "new"


def _taken_back(here: Place) -> bool:
    return _succeeds(here, "rollback") and standing(here)[0] == "old"


def _succeeds(here: Place, command: str) -> bool:
    try:
        return here.start(command).end() == 0
    except Hangs:
        return False


def _words(here: Place) -> str:
    said = here.folder / "said"
    return said.read_text(errors="replace")[-3000:] if said.exists() else ""
