"""The disk is full: the run folder's while the old database is dumped, the server's while rows are loaded.

A file system of its own, in memory, is filled with a file but for a few bytes; taking the file away frees the space.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from reseed import plan
from tests.disks import CannotMount, mounted
from tests.faults.attempt import Fault, Turn
from tests.faults.ground import Ground
from tests.faults.place import Place
from tests.faults.preparing import durable
from tests.waiting import until

_MEGABYTE = 1 << 20
_REFUSED = 3


@contextmanager
def all_but(folder: Path, room: int) -> Iterator[None]:
    """Leave only so many bytes free on a folder's file system, for as long as the block lasts."""
    filler = folder / f"filler {room}"
    with filler.open("wb") as file:
        # Somebody else may take what was free a moment ago.
        while not _filled_up(file.fileno(), room):
            pass
    try:
        yield
    finally:
        filler.unlink()


def _filled_up(descriptor: int, room: int) -> bool:
    found = os.fstatvfs(descriptor)
    try:
        os.posix_fallocate(descriptor, 0, max(found.f_bavail * found.f_frsize - room, 1))
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        return False
    return True


@contextmanager
def on_a_small_disk() -> Iterator[Ground]:
    """A durable server whose data lies on a small disk; where none can be mounted, wherever there is room."""
    with TemporaryDirectory(prefix="small-disk-") as folder, ExitStack() as stack:
        # The server's user must pass through.
        Path(folder).chmod(0o711)
        try:
            home = stack.enter_context(mounted(Path(folder) / "disk", "600m")) / "server"
        except CannotMount as error:
            print(f"No disk is filled: {error}", file=sys.stderr)
            home = Path(folder) / "server"
        yield stack.enter_context(durable(home, orders=3000))


def faults(ground: Ground) -> tuple[Fault, ...]:
    if not ground.home or not ground.home.parent.is_mount():
        return ()
    return (
        Fault("disk of the run folder full while dumping", 6, _while_dumping),
        Fault("disk of the server full while loading", 6, _while_loading),
        Fault("disk of the server full at some moment of a run", 6, _at_some_moment, 0),
    )


def _while_dumping(here: Place, turn: Turn) -> bool:
    disk = here.afterwards.enter_context(mounted(here.folder / "disk", "128m"))
    here.state = disk / "state"
    # The dump takes a bit more than two megabytes.
    return _filled(here, disk, _first(here.ground, "back_up"), turn.random.randint(0, 2 * _MEGABYTE))


def _while_loading(here: Place, turn: Turn) -> bool:
    room = turn.random.randint(0, _MEGABYTE // 4)
    return _filled(here, _home(here), _first(here.ground, "seed"), room)


def _at_some_moment(here: Place, turn: Turn) -> bool:
    number = turn.random.randrange(len(here.ground.events) - 4)
    return _filled(here, _home(here), number, turn.random.randint(0, 4 * _MEGABYTE))


def _filled(here: Place, disk: Path, number: int, room: int) -> bool:
    """A run on whose disk only so much is left from the n-th line of its journal on; whether it failed of that.

    Before it begins there is enough, or it would be refused.
    """
    child = here.start("run")
    until(lambda: child.ended(0) or len(here.events()) > number, seconds=90)
    with all_but(disk, room):
        code = child.end()
    if disk == here.ground.home:
        here.ground.bring_up()
    return code not in (0, _REFUSED)


def _home(here: Place) -> Path:
    assert here.ground.home
    return here.ground.home


def _first(ground: Ground, action: str) -> int:
    """Number of the line that says that the first task with an action has started."""
    tasks = {task.id for task in plan.read(ground.project / "plan.toml").tasks if task.action == action}
    started = (n for n, e in enumerate(ground.events) if e.kind == "task.started" and e.task in tasks)
    return next(started)
