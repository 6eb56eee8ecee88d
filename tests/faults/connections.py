"""The connection is cut in the middle of a COPY: while the old database is dumped, and while the new one is loaded."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from tests.faults.attempt import Fault, Turn
from tests.faults.ground import Ground
from tests.faults.place import Place, place
from tests.faults.proxy import Proxy, Purpose, proxy

_WHILE: Mapping[Purpose, str] = {
    "dump": "dumping",
    "proof": "restoring the dump to prove it",
    "load": "loading",
}


def faults(ground: Ground) -> tuple[Fault, ...]:
    sizes = _sizes(ground)
    return tuple(
        Fault(
            f"connection cut while {what}", 6, partial(_cut, purpose, sizes[purpose]), int(purpose != "proof")
        )
        for purpose, what in _WHILE.items()
    )


def _sizes(ground: Ground) -> Mapping[Purpose, int]:
    """How many bytes of COPY pass for each purpose when nothing is cut."""
    with place(ground, "measured") as here:
        way = _lead_through_a_proxy(here)
        assert here.start("run").end() == 0
        return dict(way.passed)


def _lead_through_a_proxy(here: Place) -> Proxy:
    way = here.afterwards.enter_context(proxy(here.ground.server))
    here.target = way.target.on(here.public)
    return way


def _cut(purpose: Purpose, size: int, here: Place, turn: Turn) -> bool:
    way = _lead_through_a_proxy(here)
    way.cut_after = (purpose, turn.random.randint(1, size))
    code = here.start("run").end()
    # The line is mended, and whoever recovers takes the same way.
    way.cut_after = None
    return way.was_cut and code != 0
