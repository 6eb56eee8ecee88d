"""Faults in what a page does: it throws, complains, has a request fail, asks another machine, shuts people out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from reseed.pages.barriers import barriers
from reseed.pages.declared import Page
from reseed.pages.looks import Look, looks
from reseed.pages.opened import OpenPage, opened
from reseed.pages.proving import Proving, answered, planted, prove
from reseed.pages.result import Line
from reseed.pages.seen import Seen
from reseed.pages.watch import Heard
from reseed.records import Proof

#: Seconds until a planted event has arrived.
_ARRIVES = 3.0

_THROW = "() => { setTimeout(() => { throw new Error('planted') }) }"
_COMPLAIN = "() => console.error('planted')"
_ASK = "url => { fetch(url, { cache: 'no-store' }).catch(() => 0) }"
_ELSEWHERE = "() => { new Image().src = 'http://planted.invalid/image.png' }"

_BARRIERS = (
    ("image without a text", '<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=" width="9" height="9">'),
    ("button without a name", '<button type="button" style="width: 2rem; height: 2rem"></button>'),
)


def in_events(proving: Proving, page: OpenPage, declared: Page, role: str, seen: Seen) -> Iterator[Proof]:
    """Each event once; `seen` is what was seen of the page before."""
    plants: tuple[tuple[str, str, Callable[[], None]], ...] = (
        ("script", "uncaught error", lambda: page.tab.evaluate(_THROW)),
        ("console", "console error", lambda: page.tab.evaluate(_COMPLAIN)),
        ("requests", "failed request", lambda: _fail_a_request(proving, page)),
        ("elsewhere", "request elsewhere", lambda: page.tab.evaluate(_ELSEWHERE)),
    )
    for kind, fault, plant in plants:
        for line in proving.of(declared.name, kind, role):
            yield prove(fault, line, "planted", lambda: seen, partial(_heard, page, line, plant))


def in_barriers(proving: Proving, page: OpenPage, declared: Page, role: str) -> Iterator[Proof]:
    """An image without a text, a button without a name."""
    first = looks(proving.place.pages)[0]
    lines = [line for line in proving.of(declared.name, "barriers", role) if line.subject == first.name]
    known = Seen(barriers={first.name: barriers(page.tab, first)}) if lines else Seen()
    for line in lines:
        for words, element in _BARRIERS:
            yield prove("barrier", line, words, lambda: known, partial(_with_barrier, page, first, element))


def in_answer(proving: Proving, declared: Page, role: str, seen: Seen) -> Iterator[Proof]:
    """The page itself is answered with 500."""
    for line in proving.of(declared.name, "opens", role):
        yield prove(
            "page broken",
            line,
            "it answers 500",
            lambda: seen,
            partial(_broken, proving, declared.path, role),
        )


def _broken(proving: Proving, path: str, role: str) -> Seen:
    with (
        opened(proving.guests[role].context, proving.place) as page,
        answered(page.tab, proving.place.url(path), 500),
    ):
        return page.go(path)


def _heard(page: OpenPage, line: Line, plant: Callable[[], None]) -> Seen:
    page.watch.forget()
    plant()
    page.wait_until(lambda: page.watch.heard() != Heard(), _ARRIVES)
    page.settle()
    heard = page.watch.heard()
    page.watch.forget()
    return Seen(path=line.subject, heard=heard)


def _fail_a_request(proving: Proving, page: OpenPage) -> None:
    """Ask again for what the page asked for last, and have it answered with 500."""
    url = page.watch.last_own or proving.place.url("/planted")
    with answered(page.tab, url, 500):
        page.tab.evaluate(_ASK, url)
        page.wait_until(lambda: bool(page.watch.heard().requests), _ARRIVES)


def _with_barrier(page: OpenPage, look: Look, element: str) -> Seen:
    with planted(page, "body", "add", element):
        return Seen(barriers={look.name: barriers(page.tab, look)})
