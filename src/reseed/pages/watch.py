"""Listening to a page while it is open: what it throws, complains of, asks for, and from whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from playwright.sync_api import ConsoleMessage, Error, Page, Request, Response, WebSocket

#: Requests that stay open for as long as the page does.
_OPEN_ENDED = frozenset({"websocket", "eventsource", "media", "ping"})

#: What the browser says for every request that fails; these are counted as requests.
_FAILED_TO_LOAD = "Failed to load resource"

#: A request that the page itself gave up.
_GIVEN_UP = "net::ERR_ABORTED"

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class Heard:
    """What a page did apart from showing something; one sentence for each event."""

    script: tuple[str, ...] = ()
    console: tuple[str, ...] = ()
    requests: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()


class Watch:
    """Listens to one page from before it is opened. `base` is the application's address."""

    def __init__(self, page: Page, base: str) -> None:
        self._page = page
        self._own = own_hosts(base)
        self._base = base
        self._in_flight: set[Request] = set()
        #: What the page asked its own server for last, apart from itself.
        self.last_own = ""
        self.forget()
        page.on("pageerror", self._threw)
        page.on("console", self._said)
        page.on("request", self._asked)
        page.on("response", self._answered)
        page.on("requestfinished", self._ended)
        page.on("requestfailed", self._failed)
        page.on("websocket", self._connected)

    @property
    def busy(self) -> bool:
        """Whether a request is under way that will end."""
        return bool(self._in_flight)

    def heard(self) -> Heard:
        return Heard(tuple(self._script), tuple(self._console), tuple(self._requests), tuple(self._elsewhere))

    def forget(self) -> None:
        """Begin anew with what was heard, not with what is under way."""
        self._script: list[str] = []
        self._console: list[str] = []
        self._requests: list[str] = []
        self._elsewhere: list[str] = []

    def _threw(self, error: Error) -> None:
        self._script.append(_first_line(error.message))

    def _said(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith(_FAILED_TO_LOAD):
            self._console.append(_first_line(message.text))

    def _asked(self, request: Request) -> None:
        if request.resource_type not in _OPEN_ENDED:
            self._in_flight.add(request)
        self._note_place(request.url)
        if (
            request.method == "GET"
            and request.url.startswith(f"{self._base}/")
            and not self._is_the_page(request)
        ):
            self.last_own = request.url

    def _connected(self, socket: WebSocket) -> None:
        self._note_place(socket.url)

    def _note_place(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme in ("http", "https", "ws", "wss") and parts.hostname not in self._own:
            self._elsewhere.append(url)

    def _answered(self, response: Response) -> None:
        if response.status >= 400 and not self._is_the_page(response.request):
            self._requests.append(f"{self._named(response.request)} answers {response.status}")

    def _ended(self, request: Request) -> None:
        self._in_flight.discard(request)

    def _failed(self, request: Request) -> None:
        self._in_flight.discard(request)
        elsewhere = urlsplit(request.url).hostname not in self._own
        if request.failure != _GIVEN_UP and not elsewhere and not self._is_the_page(request):
            self._requests.append(f"{self._named(request)} fails: {request.failure}")

    def _is_the_page(self, request: Request) -> bool:
        return request.is_navigation_request() and request.frame == self._page.main_frame

    def _named(self, request: Request) -> str:
        return f"{request.method} {request.url.removeprefix(self._base)}"


def own_hosts(base: str) -> frozenset[str]:
    """The names of the machine at an address; for this machine, all its names."""
    host = urlsplit(base).hostname or ""
    return _LOOPBACK if host in _LOOPBACK else frozenset({host})


def sentence(events: tuple[str, ...]) -> str:
    """Events in a few words: the first ones, and how many more."""
    distinct = list(dict.fromkeys(events))
    shown = "; ".join(distinct[:3])
    return f"{shown}; and {len(distinct) - 3} more" if len(distinct) > 3 else shown


def _first_line(text: str) -> str:
    return next(iter(text.strip().splitlines()), "")
