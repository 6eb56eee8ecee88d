"""When a planted fault counts as caught."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from reseed.pages.compare import Shown
from reseed.pages.proving import NothingToPlantIn, prove
from reseed.pages.result import Line
from reseed.pages.seen import Seen

LINE = Line("CLERK", "Orders", "value", "Read Orders", "7", subject="#orders", wanted=("7",))


def shown(text: str) -> Callable[[], Seen]:
    return lambda: Seen(elements={"#orders": (Shown(text, True),)})


def nothing() -> Seen:
    raise NothingToPlantIn("there is no element")


@pytest.mark.parametrize(
    ("before", "after", "caught", "answer"),
    [
        (shown("7"), shown("8"), True, "8"),
        (shown("7"), shown("7"), False, "still passes: 7"),
        (shown("8"), shown("9"), False, "fails with nothing planted: 8"),
        (shown("7"), nothing, False, "there is no element"),
    ],
)
def test_the_line_passes_before_the_fault_and_fails_after_it(
    before: Callable[[], Seen], after: Callable[[], Seen], caught: bool, answer: str
) -> None:
    proof = prove("wrong value", LINE, "it says something else", before, after)
    assert (proof.passed, proof.answer, proof.check) == (caught, answer, "wrong value")
    assert proof.fault == "Orders as CLERK: Read Orders: it says something else"
