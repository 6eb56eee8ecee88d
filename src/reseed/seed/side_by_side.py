"""The same work in several threads, each with a session of its own: while one waits for the server, another goes on."""

from __future__ import annotations

import threading
from collections.abc import Callable


def side_by_side(work: Callable[[], None], threads: int) -> None:
    """Do the same in some threads; the first error is raised once all have ended."""
    errors: list[BaseException] = []

    def noted() -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - handed on to the caller, whatever it is
            errors.append(error)

    at_work = [threading.Thread(target=noted, daemon=True) for _ in range(threads)]
    for thread in at_work:
        thread.start()
    for thread in at_work:
        thread.join()
    if errors:
        raise errors[0]
