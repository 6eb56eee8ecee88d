"""Signing in and out through the form, as a person does; and whether somebody who is not signed in is turned away."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from reseed.pages.declared import Pages
from reseed.pages.opened import OpenPage, Place, opened, said, with_answer
from reseed.pages.result import Line
from reseed.pages.seen import FORM, Seen

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext


@dataclass
class Guest:
    """Somebody who is signed in.

    Attributes:
        context: their cookies. landing: path that the sign-in led to. menu: every path that a menu led to so far.
    """

    context: BrowserContext
    landing: str = "/"
    menu: set[str] = field(default_factory=set)


def sign_in(page: OpenPage, place: Place, email: str, password: str) -> str:
    """Fill in the form and send it; empty when that leads in, else why not."""
    if problem := fill_in(page, place, email, password):
        return problem
    page.wait_until(lambda: is_in(page, place))
    if not is_in(page, place):
        return f"Not signed in: {place.path(page.tab.url)} is shown"
    page.settle()
    return ""


def fill_in(page: OpenPage, place: Place, email: str, password: str) -> str:
    """Fill in the form and send it; empty when it was sent and answered, else why not."""
    from playwright.sync_api import Error

    form = place.pages.sign_in
    answer = page.go(form.path)
    if answer.status != 200:
        return f"{form.path} cannot be opened: {answer.problem or f'status {answer.status}'}"
    try:
        page.tab.locator(form.email).first.fill(email)
        page.tab.locator(form.password).first.fill(password)
        with page.tab.expect_response(lambda response: response.request.method == "POST"):
            page.tab.locator(form.submit).first.click()
    except Error as error:
        return f"The form at {form.path} cannot be filled in and sent: {said(error)}"
    page.settle()
    return ""


def is_in(page: OpenPage, place: Place) -> bool:
    """Whether the page is one that only somebody signed in sees."""
    form = place.pages.sign_in
    path = place.path(page.tab.url)
    if form.shows.startswith("/"):
        return path.partition("?")[0] == form.shows
    if form.shows:
        return page.tab.locator(form.shows).first.is_visible()
    return path.partition("?")[0] != form.path and not page.tab.locator(form.password).first.is_visible()


def sign_out(page: OpenPage, place: Place) -> str:
    """Use what signs out; empty when there was something to use, else why not."""
    from playwright.sync_api import Error

    try:
        page.tab.locator(place.pages.sign_in.sign_out).first.click()
    except Error as error:
        return f"There is nothing to sign out with: {said(error)}"
    page.settle()
    return ""


def knock(context: BrowserContext, place: Place, path: str) -> Seen:
    """Open a page that asks for a sign-in, and see whether the form is there instead."""
    with opened(context, place) as page:
        answer = page.go(path)
        if answer.status is None:
            return answer
        page.settle()
        return with_answer(page.look((), {FORM: place.pages.sign_in.password}), answer)


def try_password(context: BrowserContext, place: Place, line: Line, password: str) -> Seen:
    """Sign in with a password, then ask for a page that the role may open."""
    with opened(context, place) as page:
        if problem := fill_in(page, place, line.subject, password):
            return Seen(problem=problem)
    return knock(context, place, first_path(place.pages, line.role))


def leave(guest: Guest, place: Place, role: str) -> Seen:
    """Sign out, then ask for a page that the role may open."""
    with opened(guest.context, place) as page:
        page.go(guest.landing)
        page.settle()
        if problem := sign_out(page, place):
            return Seen(problem=problem)
    return knock(guest.context, place, first_path(place.pages, role))


def wrong_password() -> str:
    return f"wrong-{secrets.token_hex(8)}"


def first_path(pages: Pages, role: str) -> str:
    """The path of a page that a role may open."""
    return next((page.path for page in pages.pages if role in page.roles), "/")
