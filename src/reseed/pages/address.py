"""Where an application listens: a free port, its URL, and what is answered there."""

from __future__ import annotations

import ipaddress
import socket
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

from reseed.errors import ApplicationError

LOOPBACK = "127.0.0.1"

_EVERYWHERE = {"0.0.0.0": LOOPBACK, "::": "::1"}  # noqa: S104 - looked up, not listened on
_ANSWER_SECONDS = 5


def address(host: str, port: int) -> str:
    """The URL at which somebody on this machine reaches who listens there."""
    host = _EVERYWHERE.get(host, host)
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches who listens there."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def free_port(host: str, port: int | None) -> int:
    """The port, or a free one.

    Raises:
        ApplicationError: it is taken, or the host is none of ours.
    """
    try:
        return _bindable(host, port or 0)
    except PermissionError as error:
        raise ApplicationError(
            f"Port {port} on {host} is for the system, expected one from 1024 on.", "Name it with --port."
        ) from error
    except OSError as error:
        raise ApplicationError(
            f"Nothing can listen on {host} port {port or 'of our choice'}: {error.strerror or error}.",
            "Choose another with --port, or end what listens there.",
        ) from error


def _bindable(host: str, port: int) -> int:
    family, kind, protocol, _, where = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    with socket.socket(family, kind, protocol) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(where)
        return int(probe.getsockname()[1])


def is_free(host: str, port: int) -> bool:
    """Whether one could listen there now."""
    try:
        return _bindable(host, port) == port
    except OSError:
        return False


def status_of(url: str) -> int | str:
    """The status that a GET answers, or why there is none. Asked directly: a proxy has no business with it."""
    parts = urlsplit(url)
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=_ANSWER_SECONDS)
    try:
        connection.request("GET", f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}")
        return connection.getresponse().status
    except (OSError, HTTPException) as error:
        return (error.strerror if isinstance(error, OSError) else None) or str(error) or type(error).__name__
    finally:
        connection.close()
