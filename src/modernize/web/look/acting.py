"""From a press to a service and back: off the event loop, and with refusals shown as sentences."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from typing import ParamSpec, TypeVar

from anyio import to_thread
from nicegui import ui

from modernize.web.errors import ConsoleError, NotSignedIn
from modernize.web.look.parts import problem

P = ParamSpec("P")
T = TypeVar("T")


async def ask(service: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Call a service in a thread of its own, so that no page waits for another one's query."""
    return await to_thread.run_sync(partial(service, *args, **kwargs))


async def act(service: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T | None:
    """Call a service because somebody pressed something; a refusal is shown, and nothing is returned."""
    try:
        return await ask(service, *args, **kwargs)
    except NotSignedIn:
        to_sign_in()
    except ConsoleError as error:
        say(error.message, bad=True)
    return None


class Turns:
    """Changes that come faster than their answers: of several, only the last one's answer is drawn."""

    def __init__(self) -> None:
        self._last = 0

    def begin(self) -> Callable[[], bool]:
        """Begin a turn before a service is asked; what is returned says whether another one has begun since."""
        self._last += 1
        mine = self._last
        return lambda: mine != self._last


def refuse(error: ConsoleError) -> None:
    """Show why a page, or a part of it, is not there; a page that is not sent yet answers with the status of it."""
    ui.context.client.status_code = error.status
    problem(error.message)


def to_sign_in() -> None:
    """To the sign-in, and from there back to the address that stands in the browser by now."""
    ui.run_javascript(
        "location.assign('/sign-in?next=' + encodeURIComponent(location.pathname + location.search))"
    )


def say(message: str, *, bad: bool = False) -> None:
    """A short message that goes away by itself; read out as well."""
    ui.run_javascript(f"consoleSay({json.dumps(message)}, {'true' if bad else 'false'})")
