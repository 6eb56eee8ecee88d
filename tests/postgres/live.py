"""The console on a port, for tests in which several people ask at once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from tests.console import Console
from tests.waiting import until

SECONDS = 60


class Live:
    """The console on a port, as browsers reach it."""

    def __init__(self, console: Console, address: str) -> None:
        self.console = console
        self.address = address

    def person(self, role: str, tenant: int = 0) -> httpx.Client:
        browser = self.console.signed_in(role, tenant)
        return httpx.Client(
            base_url=self.address,
            cookies={cookie.name: cookie.value or "" for cookie in browser.cookies.jar},
            headers={"X-CSRF-Token": browser.headers["X-CSRF-Token"]},
            timeout=SECONDS,
        )


@contextmanager
def serving(console: Console) -> Iterator[Live]:
    import uvicorn

    server = uvicorn.Server(uvicorn.Config(console.app, port=0, log_level="warning", lifespan="off"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until(lambda: server.started)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield Live(console, f"http://127.0.0.1:{port}")
    finally:
        server.should_exit = True
        thread.join(SECONDS)
