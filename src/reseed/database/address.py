"""Which server a connection really leads to, whatever the URL, the environment or a service file left unsaid."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

from reseed.database.connection import Connection

_PROCESSES = Path("/proc")


@dataclass(frozen=True, slots=True)
class Address:
    """Where a connection leads.

    Attributes:
        host: the host as it was given, a socket's folder without one. numeric: the address that was given beside the
            host (`hostaddr`), which is where the connection really goes; empty when none was. port: the port.
        here: the server runs on this machine, as far as can be known; False may mean that it is not known.
    """

    host: str
    numeric: str
    port: int
    here: bool

    @property
    def names(self) -> tuple[str, ...]:
        """Every name the server goes by."""
        return tuple(name for name in (self.host, self.numeric) if name)


def address(connection: Connection) -> Address:
    """Where an open connection leads."""
    given = {option.keyword: option.val or b"" for option in connection.pgconn.info}
    host, numeric = connection.info.host, given.get(b"hostaddr", b"").decode()
    near = is_near(numeric or host)
    return Address(host, numeric, connection.info.port, near and _runs_here(connection.info.backend_pid))


def is_near(host: str) -> bool:
    """Whether a host is a socket or the loopback interface; a tunnel to another machine looks the same."""
    if host.startswith(("/", "@")) or host.lower().rstrip(".") in ("localhost", ""):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _runs_here(pid: int) -> bool:
    """Whether the server's process for our session is a process of this machine: not in a container, not far away."""
    try:
        return (_PROCESSES / str(pid) / "comm").read_text().strip() in ("postgres", "postmaster")
    except OSError:
        return False
