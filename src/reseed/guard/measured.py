"""What was seen of a target, before anything is done to it: one frozen value, for rules and for people."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a database says it is for, and where that stands."""

    environment: str
    source: str

    @property
    def production(self) -> bool:
        return self.environment.strip().lower() in _PRODUCTION


#: Where a stamp stands.
COMMENT, SETTING = "its comment", "the setting reseed.environment"

#: Words that mean what users depend on.
_PRODUCTION = ("production", "prod", "live")


@dataclass(frozen=True, slots=True)
class Room:
    """A disk that something will be written to.

    Attributes:
        place: whose disk, in words. free: bytes; None when that cannot be known. needed: bytes.
        named_by: the flag or variable that names another folder; empty when nothing does.
    """

    place: str
    free: int | None
    needed: int
    named_by: str = ""


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of all tables together; counting stopped there where there are `more`."""

    number: int
    more: bool


@dataclass(frozen=True, slots=True)
class Measured:
    """A target as it is.

    Attributes:
        names: names that its server goes by: the host, and a numeric address that was given beside it.
        here: the host is a socket or the loopback interface.
        size: bytes; None when our role may not know.
        template: new databases may be made from it. open: sessions are admitted.
        stamp: the environment stamp; one of production wins over others.
        version: the server's version and its major number. client: the same of the newest `pg_dump`; None when none
            is needed.
        standby: the server follows another one. read_only: transactions are read only by default.
        own_state: what it holds of ours, in words; empty when nothing.
        rooms: disks that a copy or a dump will lie on; none when nothing is copied.
        tables, rows: None where they cannot be counted. tenants: forbidden tenants that are there.
    """

    names: tuple[str, ...]
    here: bool
    port: int
    database: str
    size: int | None
    template: bool
    open: bool
    stamp: Stamp | None
    version: tuple[str, int]
    client: tuple[str, int] | None
    standby: bool
    read_only: bool
    own_state: str
    rooms: tuple[Room, ...]
    tables: int | None
    rows: Rows | None = None
    tenants: tuple[str, ...] = ()

    @property
    def server(self) -> str:
        """Host and port, for sentences."""
        return f"{self.names[0] if self.names else 'the local socket'}:{self.port}"
