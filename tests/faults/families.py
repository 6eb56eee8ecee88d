"""All faults, each with the ground it needs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from itertools import chain

from tests import memory
from tests.faults import (
    clients,
    clocks,
    commands,
    connections,
    disks,
    in_place,
    kills,
    servers,
    together,
)
from tests.faults.attempt import Fault
from tests.faults.ground import Ground
from tests.faults.preparing import prepared

#: Some depend on what an undisturbed run did on their ground.
Faults = Callable[[Ground], Iterable[Fault]]


@dataclass(frozen=True, slots=True)
class Family:
    """Faults that share a ground, and a process that plants them."""

    name: str
    ground: Callable[[], AbstractContextManager[Ground]]
    groups: tuple[Faults, ...]

    def faults(self, ground: Ground) -> tuple[Fault, ...]:
        return tuple(chain.from_iterable(group(ground) for group in self.groups))


@contextmanager
def throw_away() -> Iterator[Ground]:
    """A server that forgets what was committed when the power goes; processes that die do not concern it."""
    with memory.throw_away() as server, prepared(server) as ground:
        yield ground


KILLS = Family("kills", throw_away, (kills.faults,))
COMMANDS = Family("commands", throw_away, (commands.faults, in_place.faults))
COMPANY = Family("company", throw_away, (together.faults, clients.faults, clocks.faults))
SERVERS = Family(
    "servers", servers.that_may_be_killed, (servers.faults, in_place.of_servers, connections.faults)
)
DISKS = Family("disks", disks.on_a_small_disk, (disks.faults,))

ALL = (KILLS, COMMANDS, COMPANY, SERVERS, DISKS)

#: For a handful of each, one ground that bears them all.
SHORT = Family("all", disks.on_a_small_disk, tuple(chain.from_iterable(each.groups for each in ALL)))


def named(name: str) -> Family:
    (found,) = (each for each in ALL if each.name == name)
    return found
