"""The server is killed: while the old database is dumped, while rows are loaded, at each statement of the swap."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from reseed import database
from reseed.errors import ReseedError
from tests.faults import plants
from tests.faults.attempt import Fault, Turn
from tests.faults.ground import Ground
from tests.faults.place import Place
from tests.faults.preparing import durable
from tests.waiting import descendants
from tests.zygote import Child

_LOOK_AGAIN_SECONDS = 0.001

#: What a session does while rows go out, and while they come in.
_COPYING = """
    SELECT 1 FROM pg_stat_progress_copy
    WHERE command = %s AND type = 'PIPE' AND tuples_processed >= %s AND (datname = %s) = (command = 'COPY TO')
      AND datname !~ '__scratch_'
"""


@contextmanager
def that_may_be_killed() -> Iterator[Ground]:
    """A server that keeps what was committed, whatever ends it."""
    with TemporaryDirectory(prefix="durable-") as folder:
        # The server's user must pass through.
        Path(folder).chmod(0o711)
        with durable(Path(folder) / "server", orders=5000) as ground:
            yield ground


def faults(ground: Ground) -> tuple[Fault, ...]:
    swapping = len(ground.swapping)
    return (
        Fault("server killed while dumping", 8, partial(_while_copying, "COPY TO")),
        Fault("server killed while loading", 8, partial(_while_copying, "COPY FROM"), 0),
        Fault("server killed before a statement of the swap", swapping, partial(_at_statement, "before"), 0),
        Fault("server killed after a statement of the swap", swapping, partial(_at_statement, "after")),
        Fault("server killed at some moment of the swap", 10, _soon_after),
    )


def _while_copying(command: Literal["COPY TO", "COPY FROM"], here: Place, turn: Turn) -> bool:
    rows = turn.random.randint(0, 1000)
    child = here.start("run")
    met = _kill_when_copying(here, child, command, rows)
    return over(here, child) and met


def _at_statement(moment: Literal["before", "after"], here: Place, turn: Turn) -> bool:
    numbers = here.ground.swapping
    number = numbers[turn.out_of(len(numbers))]
    act = partial(kill_server, here.ground.postmaster, turn.number % 2 == 0)
    return over(here, here.start("run", plant=partial(plants.at_statement, number, moment, act)))


def _soon_after(here: Place, turn: Turn) -> bool:
    seconds = turn.random.uniform(0, 0.03)
    first = here.ground.swapping[0]
    act = partial(plants.soon, seconds, partial(kill_server, here.ground.postmaster, turn.number % 2 == 0))
    return over(here, here.start("run", plant=partial(plants.at_statement, first, "before", act)))


def kill_server(postmaster: int, whole: bool) -> None:
    """SIGKILL to the postmaster, whose children then notice; or to all of them at once, as when the power goes."""
    family = [postmaster, *(descendants(postmaster) if whole else ())]
    for process in family:
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)


def _kill_when_copying(here: Place, child: Child, command: str, rows: int) -> bool:
    """Watch the server from beside, and kill it in the middle of a COPY of this run; False when none was seen."""
    with suppress(ReseedError), database.connect(here.ground.administrator, autocommit=True) as watching:
        while not child.ended(_LOOK_AGAIN_SECONDS):
            if watching.execute(_COPYING, (command, rows, here.public)).fetchone():
                kill_server(here.ground.postmaster, rows % 2 == 0)
                return True
    return False


def over(here: Place, child: Child) -> bool:
    """Wait for the end of the run, which may come well, and start the server again; whether it had been killed."""
    child.end()
    was_killed = not here.ground.is_up
    here.ground.bring_up()
    return was_killed
