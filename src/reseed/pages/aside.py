"""A thread of its own for the browser: Playwright's synchronous calls refuse a thread whose event loop is running."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")


def aside(work: Callable[[], Result]) -> Result:
    """Do the work in a new thread, wait for it, and return or raise what it does.

    An interruption is not held up by it: the thread ends with the process.
    """
    returned: list[Result] = []
    raised: list[BaseException] = []

    def run() -> None:
        try:
            returned.append(work())
        except BaseException as error:  # noqa: BLE001 - raised again, where somebody waits for it
            raised.append(error)

    thread = threading.Thread(target=run, name="browser", daemon=True)
    thread.start()
    thread.join()
    if raised:
        raise raised[0]
    return returned[0]
