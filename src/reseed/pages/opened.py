"""A page that is open: waiting until it shows what it should, looking at it, photographing it."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from reseed.pages.compare import Shown
from reseed.pages.declared import Pages
from reseed.pages.judge import judge, waits
from reseed.pages.overdue import within
from reseed.pages.result import Line
from reseed.pages.scripts import script
from reseed.pages.seen import Seen
from reseed.pages.watch import Watch

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

PATIENCE = 5.0
LIMIT = 300.0

#: Seconds until a page that never rests is taken as it is.
_RESTLESS = 3.0

#: A busy machine takes its time to paint.
_PICTURE_MS = 20_000

#: Milliseconds without a change that count as rest, and between looks where nothing seems to change.
_QUIET = 100
_LOOK_AGAIN = 100


@dataclass(frozen=True, slots=True)
class Place:
    """The application under test.

    Attributes:
        base: its address, without a slash at the end. pages: its page list.
        patience: seconds until a page must show what is expected.
        limit: seconds that a page may be open; one that takes longer hangs.
        mark: argument that the browser is started with, by which it is found when it hangs.
    """

    base: str
    pages: Pages
    patience: float = PATIENCE
    limit: float = LIMIT
    mark: str = field(default_factory=lambda: f"--reseed-pages={secrets.token_hex(8)}")

    def url(self, path: str) -> str:
        return self.base + path

    def path(self, url: str) -> str:
        """An address as a path of the application; whole where it leads elsewhere."""
        if not url.startswith(self.base):
            return url
        parts = urlsplit(url.removeprefix(self.base))
        return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


class OpenPage:
    """One tab, listened to from its first request."""

    def __init__(self, tab: Page, place: Place) -> None:
        self.tab = tab
        self.watch = Watch(tab, place.base)
        self._place = place

    def go(self, path: str) -> Seen:
        """Open a path, until its `load` event; the answer's status, or why there is none."""
        from playwright.sync_api import Error

        try:
            response = self.tab.goto(self._place.url(path), wait_until="load")
        except Error as error:
            return Seen(problem=said(error), path=path)
        return Seen(status=response.status if response else None, path=self._place.path(self.tab.url))

    def wait_for(self, lines: Sequence[Line]) -> None:
        """Wait until the page shows what the lines expect, or patience ends."""
        pending = [line for line in lines if waits(line)]

        def all_pass() -> bool:
            seen = self.look(pending)
            return all(judge(line, seen).status == "passed" for line in pending)

        self.wait_until(all_pass)

    def wait_until(self, holds: Callable[[], bool], patience: float | None = None) -> bool:
        """Look again at each change of the document; whether the condition came to hold in time."""
        from playwright.sync_api import Error

        deadline = time.monotonic() + (self._place.patience if patience is None else patience)
        while True:
            # Between two documents there is none to look at.
            with suppress(Error):
                if holds():
                    return True
            if time.monotonic() > deadline or self.tab.is_closed():
                return False
            with suppress(Error):
                self.tab.evaluate(script("changed"), _LOOK_AGAIN)

    def settle(self) -> None:
        """Wait until no request is under way and the document rests; websockets and event streams stay open."""
        from playwright.sync_api import Error

        deadline = time.monotonic() + _RESTLESS
        while not self.tab.is_closed():
            with suppress(Error):
                self.tab.evaluate(script("settle"), [_QUIET, int(1000 * _RESTLESS)])
                if not self.watch.busy:
                    return
            if time.monotonic() > deadline:
                return

    def look(self, lines: Iterable[Line], further: Mapping[str, str] | None = None) -> Seen:
        """Everything that the lines ask about and that can be seen at once, and further selectors under their names."""
        selectors = {line.subject: line.subject for line in lines if line.kind in _BY_SELECTOR}
        elements: dict[str, tuple[Shown, ...]] = {}
        broken: dict[str, str] = {}
        for name, selector in {**selectors, **(further or {})}.items():
            try:
                elements[name] = tuple(
                    Shown(found["text"], found["visible"]) for found in self._all(selector)
                )
            except _Unusable as error:
                broken[name] = str(error)
        return Seen(
            path=self._place.path(self.tab.url),
            elements=elements,
            broken=broken,
            menu=self.menu(),
            heard=self.watch.heard(),
        )

    def menu(self) -> frozenset[str]:
        """Where the visible links of the menu lead to."""
        found = self._all(self._place.pages.menu)
        return frozenset(self._place.path(link["href"]) for link in found if link["visible"] and link["href"])

    def photograph(self, file: Path) -> str:
        """The whole page, as a picture; empty when it was taken, else why not."""
        from playwright.sync_api import TimeoutError as Overdue

        file.parent.mkdir(parents=True, exist_ok=True)
        try:
            self.tab.screenshot(path=file, full_page=True, animations="disabled", timeout=_PICTURE_MS)
        except Overdue as error:
            return f"no picture could be taken: {said(error)}"
        return ""

    def _all(self, selector: str) -> list[dict[str, Any]]:
        from playwright.sync_api import Error

        try:
            return self._evaluated(selector)
        except Error:
            # A tab that is closed, or on its way to another document, raises here.
            self.tab.evaluate("0")
        try:
            return self._evaluated(selector)
        except Error as error:
            raise _Unusable(said(error)) from error

    def _evaluated(self, selector: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.tab.locator(selector).evaluate_all(script("look"))
        return found


class _Unusable(Exception):
    """A selector that the browser does not understand."""


@contextmanager
def opened(context: BrowserContext, place: Place, limit: float = 0) -> Iterator[OpenPage]:
    """A fresh tab, so that what is heard of one page is never another's.

    Args:
        limit: seconds until the page hangs, and the browser is ended; the place's own when 0.

    Raises:
        Gone: that has happened.
    """
    from playwright.sync_api import Error

    with within(limit or place.limit, place.mark):
        tab = context.new_page()
        try:
            yield OpenPage(tab, place)
        finally:
            # A browser that has gone took its tabs with it.
            with suppress(Error):
                tab.close()


def said(error: Exception) -> str:
    """What Playwright says, without its log."""
    return next(iter(str(error).strip().splitlines()), type(error).__name__)


def with_answer(seen: Seen, answer: Seen) -> Seen:
    """What was seen of a page, with the status of its answer."""
    return replace(seen, status=answer.status, problem=answer.problem)


_BY_SELECTOR = frozenset({"value", "rows", "offered", "not-offered"})
