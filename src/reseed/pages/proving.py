"""What every kind of planted fault shares: the signed-in guests, and the verdict on one fault."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reseed.pages.judge import judge
from reseed.pages.opened import OpenPage, Place, opened, said
from reseed.pages.result import Line
from reseed.pages.scripts import script
from reseed.pages.seen import Seen
from reseed.pages.session import Guest
from reseed.records import Proof

if TYPE_CHECKING:
    from playwright.sync_api import Browser as Chromium
    from playwright.sync_api import BrowserContext
    from playwright.sync_api import Page as Tab


@dataclass(frozen=True)
class Proving:
    """Where faults are planted.

    Attributes:
        guests: who is signed in, by role. lines: the checklist. password: of all demo users.
        sit_down: a context for somebody new, with the cookies of somebody else where they are given.
    """

    launched: Chromium
    place: Place
    guests: Mapping[str, Guest]
    lines: tuple[Line, ...]
    password: str
    sit_down: Callable[[Guest | None], BrowserContext]

    def of(self, page: str, kind: str, role: str = "") -> tuple[Line, ...]:
        """Lines of a page, of one kind, of one role or of any."""
        return tuple(
            line
            for line in self.lines
            if line.page == page
            and line.kind == kind
            and role in ("", line.role)
            and line.role in self.guests
        )


class NothingToPlantIn(Exception):
    """The page has no element that the fault could be planted in."""


def prove(kind: str, line: Line, fault: str, before: Callable[[], Seen], after: Callable[[], Seen]) -> Proof:
    """Plant one fault: the line passes before, and fails after it.

    Args:
        before: what is seen with nothing planted. after: plants, and says what is seen then.
    """
    from playwright.sync_api import Error

    began = time.perf_counter()
    try:
        control = judge(line, before())
        if control.status != "passed":
            answer, caught = f"fails with nothing planted: {control.found}", False
        else:
            found = judge(line, after())
            caught = found.status == "failed"
            answer = found.found if caught else f"still passes: {found.found}"
    except (Error, NothingToPlantIn) as error:
        answer, caught = said(error), False
    seconds = round(time.perf_counter() - began, 3)
    return Proof(kind, f"{line.page} as {line.role}: {line.what}: {fault}", caught, answer, seconds)


@contextmanager
def planted(page: OpenPage, selector: str, what: str, extra: str = "") -> Iterator[None]:
    """A fault in what a selector matches, for as long as the block lasts.

    Raises:
        NothingToPlantIn: it matches nothing visible.
    """
    there = page.tab.locator(selector).evaluate_all(script("plant"), [what, extra])
    if not there:
        raise NothingToPlantIn(f"nothing visible matches {selector}, so there is nothing to plant it in")
    try:
        yield
    finally:
        page.tab.evaluate(script("unplant"))


@contextmanager
def answered(tab: Tab, url: str, status: int) -> Iterator[None]:
    """Between server and browser: one address answers with a status, whatever the server says."""

    def is_it(requested: str) -> bool:
        return requested == url

    tab.route(is_it, lambda route: route.fulfill(status=status, content_type="text/html", body="planted"))
    try:
        yield
    finally:
        tab.unroute(is_it)


@contextmanager
def visiting(proving: Proving, role: str, path: str) -> Iterator[OpenPage]:
    """A page that is open and at rest, as a role."""
    with opened(proving.guests[role].context, proving.place) as page:
        page.go(path)
        page.settle()
        yield page
