"""From a press to a service and back: off the event loop, and with refusals shown as sentences."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from typing import ParamSpec, TypeVar

from anyio import to_thread
from nicegui import ui

from modernize.web.errors import ConsoleError, NotSignedIn

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
        ui.navigate.to("/sign-in")
    except ConsoleError as error:
        say(error.message, bad=True)
    return None


def say(message: str, *, bad: bool = False) -> None:
    """A short message that goes away by itself; read out as well."""
    ui.run_javascript(f"consoleSay({json.dumps(message)}, {'true' if bad else 'false'})")
