"""Requests to the API as a page would send them: with its session, from its origin, with its token."""

from __future__ import annotations

from collections.abc import Iterable

from reseed.pages.opened import OpenPage, Place
from reseed.pages.reading import request_of
from reseed.pages.result import Line
from reseed.pages.scripts import script
from reseed.pages.seen import Seen

#: Kinds of lines that are answered here.
KINDS = frozenset({"request-refused", "request-answered", "action-refused", "action-allowed"})

_TOKEN = "element => element.value || element.content || element.textContent"  # noqa: S105 - a script


def send(page: OpenPage, place: Place, lines: Iterable[Line]) -> Seen:
    """Send each request from an open page of the application; the statuses of the answers."""
    headers = _token(page, place)
    statuses = {line.subject: _status(page, place, line.subject, headers) for line in lines}
    return Seen(path=place.path(page.tab.url), statuses=statuses)


def _status(page: OpenPage, place: Place, api: str, headers: dict[str, str]) -> int | str:
    method, path = request_of(api)
    status: int | str = page.tab.evaluate(script("send"), [method, place.url(path), headers])
    return status


def _token(page: OpenPage, place: Place) -> dict[str, str]:
    csrf = place.pages.csrf
    if csrf is None:
        return {}
    # Where a page has none, the request goes without, and the lines say how it was answered.
    found: list[str] = page.tab.locator(csrf.selector).evaluate_all(f"elements => elements.map({_TOKEN})")
    return {csrf.header: found[0]} if found else {}
