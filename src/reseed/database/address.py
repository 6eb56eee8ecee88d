"""Which server a connection really leads to, whatever the URL, the environment or a service file left unsaid."""

from __future__ import annotations

import socket
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

from reseed.database.connection import Connection

_PROCESSES = Path("/proc")


@dataclass(frozen=True, slots=True)
class Address:
    """Where a connection leads.

    Attributes:
        host: the host as it was given, a socket's folder without one.
        numeric: the address the connection really goes to, where that is not the host's own (`hostaddr`); else empty.
        port: the port.
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
    host, numeric = connection.info.host, connection.info.hostaddr
    if numeric in ("", host) or numeric in _addresses(host):
        numeric = ""
    near = is_near(numeric or host)
    return Address(host, numeric, connection.info.port, near and _runs_here(connection.info.backend_pid))


def _addresses(host: str) -> set[str]:
    """The addresses that a host name stands for; none where it is no name, or stands for nothing."""
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return set()
    return {str(address[0]) for *_, address in found}


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
