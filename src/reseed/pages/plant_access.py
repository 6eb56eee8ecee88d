"""Faults in who may do what: a wrong password that is right, a page and an API that are open, a session that stays."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import quote_plus

from reseed.pages import sending
from reseed.pages.declared import Page
from reseed.pages.opened import opened
from reseed.pages.proving import Proving, answered, prove, visiting
from reseed.pages.reading import request_of
from reseed.pages.result import SIGN_IN, Line
from reseed.pages.seen import Seen
from reseed.pages.session import Guest, leave, sign_in, try_password, wrong_password
from reseed.pages.visit import see_refusal
from reseed.records import Proof

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Request, Route


def in_sign_in(proving: Proving) -> Iterator[Proof]:
    """A wrong password is taken, a right one is not, signing out does nothing."""
    for line in proving.of(SIGN_IN, "wrong-password")[:1]:
        wrong = wrong_password()
        yield prove(
            "any password", line, "it is taken for the right one",
            partial(_try, proving, line, wrong),
            partial(_try, proving, line, wrong, proving.password),
        )  # fmt: skip
    for line in proving.of(SIGN_IN, "sign-in")[:1]:
        yield prove(
            "no password", line, "the right one is taken for a wrong one",
            partial(_enter, proving, line),
            lambda: _enter(proving, line, wrong_password()),  # noqa: B023
        )  # fmt: skip
    for line in proving.of(SIGN_IN, "sign-out")[:1]:
        yield prove(
            "stays signed in", line, "the server does not hear of it",
            partial(_leave, proving, line, unheard=False),
            partial(_leave, proving, line, unheard=True),
        )  # fmt: skip


def in_refusals(proving: Proving, declared: Page) -> Iterator[Proof]:
    """The page, and each of its requests, is open to a role that must not open it: it has another's session."""
    allowed = next((role for role in declared.roles if role in proving.guests), None)
    if allowed is None:
        return
    for line in proving.of(declared.name, "refused")[:1]:
        yield prove(
            "open page", line, f"it has the session of {allowed}",
            partial(_knock, proving, declared, line, None),
            partial(_knock, proving, declared, line, proving.guests[allowed]),
        )  # fmt: skip
    for line in _one_for_each_request(proving.of(declared.name, "request-refused")):
        if request_of(line.subject)[0] != "GET":
            yield _answered(proving, line, "open API", 200)
            continue
        yield prove(
            "open API", line, f"it has the session of {allowed}",
            partial(_send, proving, line, line.role),
            partial(_send, proving, line, allowed),
        )  # fmt: skip


def in_requests(proving: Proving, declared: Page) -> Iterator[Proof]:
    """A request that must be refused is answered; one that must be answered is refused."""
    for kind, fault, status in (
        ("action-refused", "open action", 200),
        ("action-allowed", "action refused to all", 403),
        ("request-answered", "API refused to all", 403),
    ):
        for line in _one_for_each_request(proving.of(declared.name, kind)):
            yield _answered(proving, line, fault, status)


def _one_for_each_request(lines: tuple[Line, ...]) -> list[Line]:
    return list({line.what: line for line in reversed(lines)}.values())


def _answered(proving: Proving, line: Line, fault: str, status: int) -> Proof:
    return prove(
        fault, line, f"it answers {status}",
        partial(_send, proving, line, line.role),
        partial(_send, proving, line, line.role, status),
    )  # fmt: skip


def _send(proving: Proving, line: Line, role: str, status: int | None = None) -> Seen:
    """Send the line's request with the session of a role; answered by us with a status where one is given."""
    with visiting(proving, role, proving.guests[role].landing) as page:
        if status is None:
            return sending.send(page, proving.place, (line,))
        with answered(page.tab, proving.place.url(request_of(line.subject)[1]), status):
            return sending.send(page, proving.place, (line,))


def _knock(proving: Proving, declared: Page, line: Line, other: Guest | None) -> Seen:
    """Open a forbidden page, as oneself or with somebody else's session."""
    if other is None:
        with opened(proving.guests[line.role].context, proving.place) as page:
            return see_refusal(page, proving.place, declared.path, (line,))
    with _seated(proving, other) as context, opened(context, proving.place) as page:
        return see_refusal(page, proving.place, declared.path, (line,))


def _try(proving: Proving, line: Line, password: str, instead: str = "") -> Seen:
    """Try a password and see whether one is in; `instead` is what the server gets."""
    with _seated(proving) as context:
        if instead:
            context.route("**/*", _exchange(password, instead))
        return try_password(context, proving.place, line, password)


def _enter(proving: Proving, line: Line, instead: str = "") -> Seen:
    with _seated(proving) as context, opened(context, proving.place) as page:
        if instead:
            context.route("**/*", _exchange(proving.password, instead))
        return Seen(problem=sign_in(page, proving.place, line.subject, proving.password))


def _leave(proving: Proving, line: Line, *, unheard: bool) -> Seen:
    """Sign in as somebody new, and out again; `unheard` keeps the server from it."""
    with _seated(proving) as context:
        with opened(context, proving.place) as page:
            if problem := sign_in(page, proving.place, line.subject, proving.password):
                return Seen(problem=problem)
            guest = Guest(context, proving.place.path(page.tab.url))
        if unheard:
            context.route("**/*", _swallow(proving))
        return leave(guest, proving.place, line.role)


def _exchange(password: str, instead: str) -> Callable[[Route, Request], None]:
    """Between browser and server, one password becomes another, in whatever form it is sent."""

    def pass_on(route: Route, request: Request) -> None:
        body = request.post_data
        written = _WRITTEN.get((request.header_value("content-type") or "").partition(";")[0], str)
        if body and written(password) in body:
            route.continue_(post_data=body.replace(written(password), written(instead)))
        else:
            route.continue_()

    return pass_on


def _swallow(proving: Proving) -> Callable[[Route, Request], None]:
    def answer(route: Route, request: Request) -> None:
        if request.method == "GET":
            route.continue_()
        else:
            route.fulfill(
                status=303, headers={"Location": proving.place.url(proving.place.pages.sign_in.path)}
            )

    return answer


#: Type of a body -> how a text is written in it.
_WRITTEN: Mapping[str, Callable[[str], str]] = {
    "application/x-www-form-urlencoded": quote_plus,
    "application/json": lambda text: json.dumps(text)[1:-1],
}


@contextmanager
def _seated(proving: Proving, other: Guest | None = None) -> Iterator[BrowserContext]:
    context = proving.sit_down(other)
    try:
        yield context
    finally:
        context.close()
