"""Looking again and again at something, for as long as somebody has the page open."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

from nicegui import background_tasks, ui

#: Seconds between two looks, while the run is under way, and while nothing happens.
BUSY_SECONDS, IDLE_SECONDS = 1.0, 5.0

Look = Callable[[], Awaitable[float | None]]


def keep_looking(look: Look) -> Callable[[], None]:
    """Call `look` while the page of the current client is connected, from now on.

    A timer that is made while a page is built waits for a connection, for ever where the browser has left at once.
    This begins when the connection is there and ends with it; after a reconnection it begins anew.

    Args:
        look: returns the seconds until the next look; None when there is nothing more to come.

    Returns:
        a function that looks at once, and from then on.
    """
    client = ui.context.client
    running: list[asyncio.Task[None]] = []

    async def go_on() -> None:
        with client:
            while (pause := await look()) is not None:
                await asyncio.sleep(pause)

    def begin() -> None:
        end()
        running.append(background_tasks.create(go_on(), name="looking again"))

    def end() -> None:
        for task in running:
            with contextlib.suppress(RuntimeError):
                task.cancel()
        running.clear()

    client.on_connect(begin)
    client.on_disconnect(end)
    client.on_delete(end)
    return begin
