"""What the console is told when it starts; secrets come from the environment, never from arguments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

import modernize
from reseed.project import load


@dataclass(frozen=True, slots=True)
class ConsoleSettings:
    """Where the console listens and what it works on.

    Attributes:
        database_url: of the application's database; its sessions act as a role that obeys row-level security.
        host, port: where it listens. Off the loopback, cookies are only sent over TLS.
        state: folder in which `reseed` keeps its runs, for the Run page; none where there are none to show.
    """

    database_url: str
    host: str = "127.0.0.1"
    port: int = 8080
    state: Path | None = None

    @classmethod
    def read(cls, environment: Mapping[str, str], *, host: str, port: int) -> ConsoleSettings:
        """The settings of an environment.

        Raises:
            ValueError: the database is not named.
        """
        if not environment.get("DATABASE_URL"):
            raise ValueError("DATABASE_URL is not set; expected the URL of the application's database.")
        state = environment.get("RESEED_STATE")
        return cls(environment["DATABASE_URL"], host, port, Path(state) if state else _usual_state())


def _usual_state() -> Path:
    """Where `reseed` keeps this project's runs unless it is told otherwise."""
    return load(Path(modernize.__file__).with_name("reseed.toml")).home / ".reseed"


class Told:
    """Middleware that tells every request the settings: NiceGUI's pages live in an application of their own."""

    def __init__(self, app: ASGIApp, settings: ConsoleSettings) -> None:
        self._app = app
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["modernize.settings"] = self._settings
        await self._app(scope, receive, send)


def settings_of(request: HTTPConnection) -> ConsoleSettings:
    """The settings of the console that a request was sent to."""
    settings: ConsoleSettings = request.scope["modernize.settings"]
    return settings
