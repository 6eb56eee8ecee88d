"""`python -m modernize.web`: serve the console until it is ended."""

from __future__ import annotations

import argparse
import os
import sys

import uvicorn

from modernize.web.access.doors import Doors, UnfitRole
from modernize.web.app import create_console
from modernize.web.errors import ConsoleError
from modernize.web.settings import ConsoleSettings


def main() -> int:
    """Serve; 2 when it cannot be started, with the reason as one sentence."""
    options = argparse.ArgumentParser(prog="python -m modernize.web", description=__doc__)
    options.add_argument("--host", default="127.0.0.1")
    options.add_argument("--port", type=int, default=8080)
    given = options.parse_args()
    try:
        settings = ConsoleSettings.read(os.environ, host=given.host, port=given.port)
        _require_fit(settings)
    except (ValueError, UnfitRole, ConsoleError) as error:
        print(error, file=sys.stderr)
        return 2
    uvicorn.run(
        create_console(settings),
        host=settings.host,
        port=settings.port,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=3,
        # A session's Secure cookie depends on the host asked for, which no proxy header may change.
        proxy_headers=False,
    )
    return 0


def _require_fit(settings: ConsoleSettings) -> None:
    doors = Doors(settings.database_url)
    try:
        doors.require_ordinary_role()
    finally:
        doors.close()


if __name__ == "__main__":
    sys.exit(main())
