"""The same work in several threads, each with a session of its own: while one waits for the server, another goes on."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from reseed.database import Connection, Target, connect

#: Limits that a role or a database may have for its clients, and that a large load would run into.
_LIMITS = ("statement_timeout", "idle_in_transaction_session_timeout", "transaction_timeout")

_LIFT = """
    SELECT set_config(name, '0', false) FROM pg_settings WHERE name = ANY (%s)
"""


@contextmanager
def unhurried(target: Target) -> Iterator[Connection]:
    """A connection in autocommit whose statements and transactions may take as long as they need."""
    with connect(target, autocommit=True) as connection:
        connection.execute(_LIFT, (list(_LIMITS),))
        yield connection


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
