"""Proof that every line of the checklist can fail: faults planted between the application and the eyes that look at it.

A value is altered or hidden in the open page, a request is answered by us, a visitor gets another's session: that
works with any application. What is seen then goes to the judge that the real check asks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from reseed.errors import ApplicationError, ChecksFailed
from reseed.pages import plant_access, plant_heard, plant_shown
from reseed.pages.aside import aside
from reseed.pages.browser import Browser
from reseed.pages.declared import Page, Pages
from reseed.pages.execute import Tell, chromium, new_context
from reseed.pages.lines import Selection, plan_lines
from reseed.pages.numbers import wanted_of_database
from reseed.pages.opened import Place, opened
from reseed.pages.overdue import Gone
from reseed.pages.proving import Proving
from reseed.pages.result import Line
from reseed.pages.session import Guest, sign_in
from reseed.pages.visit import watch_open
from reseed.records import Proof
from reseed.site import Site

if TYPE_CHECKING:
    from playwright.sync_api import Browser as Chromium
    from playwright.sync_api import BrowserContext


#: Seconds for all faults that are planted in one open page.
_LIMIT = 1800.0


def prove_pages(
    site: Site,
    pages: Pages,
    *,
    base: str,
    password: str,
    browser: Browser,
    selection: Selection | None = None,
    tell: Tell = lambda _: None,
) -> tuple[Proof, ...]:
    """Plant every fault, and see whether its line fails; arguments as for `check_pages`.

    Raises:
        ChecksFailed: a role cannot sign in. ApplicationError: the browser does not start.
    """
    chosen = selection or Selection()
    chosen.require_known(pages)
    lines = plan_lines(pages, wanted_of_database(site, pages), chosen)
    place = Place(base.rstrip("/"), pages)
    try:
        return aside(partial(_prove, place, lines, password, browser, tell))
    except Gone as gone:
        raise ApplicationError(f"No fault could be planted: {gone}.") from gone


def _prove(
    place: Place, lines: Sequence[Line], password: str, browser: Browser, tell: Tell
) -> tuple[Proof, ...]:
    proofs: list[Proof] = []
    with chromium(browser, place) as launched:
        proving = _begin(launched, place, lines, password)
        for what, planted in _everything(proving, lines):
            some = list(planted())
            proofs += some
            tell(f"{what}: {sum(proof.passed for proof in some)} of {len(some)} planted faults caught")
    return tuple(proofs)


def _begin(launched: Chromium, place: Place, lines: Sequence[Line], password: str) -> Proving:
    def sit_down(other: Guest | None) -> BrowserContext:
        return new_context(launched, place.pages, other.context.storage_state() if other else None)

    guests = {}
    for line in lines:
        if line.kind == "sign-in":
            guests[line.role] = _signed_in(sit_down(None), place, line, password)
    return Proving(launched, place, guests, tuple(lines), password, sit_down)


def _signed_in(context: BrowserContext, place: Place, line: Line, password: str) -> Guest:
    with opened(context, place) as page:
        if problem := sign_in(page, place, line.subject, password):
            raise ChecksFailed(
                f"{line.role} cannot sign in, so no fault can be planted: {problem}.", "See: reseed pages"
            )
        return Guest(context, place.path(page.tab.url))


def _everything(
    proving: Proving, lines: Sequence[Line]
) -> Iterator[tuple[str, Callable[[], Iterator[Proof]]]]:
    asked = {line.page for line in lines}
    for page in proving.place.pages.pages:
        if page.name in asked:
            yield page.name, partial(_in_page, proving, page)
    yield "Sign-in", partial(plant_access.in_sign_in, proving)


def _in_page(proving: Proving, page: Page) -> Iterator[Proof]:
    role = next((name for name in page.roles if name in proving.guests), "")
    if role:
        yield from _in_open_page(proving, page, role)
        yield from plant_shown.in_actions(proving, page)
    yield from plant_shown.in_menu_of_others(proving, page)
    yield from plant_access.in_refusals(proving, page)
    yield from plant_access.in_requests(proving, page)


def _in_open_page(proving: Proving, page: Page, role: str) -> Iterator[Proof]:
    """The page is opened once; what is planted in it is taken back before the next fault."""
    own = [line for line in proving.lines if line.page == page.name and line.role == role]
    with opened(proving.guests[role].context, proving.place, _LIMIT) as tab:
        seen = watch_open(tab, page.path, own)
        yield from plant_shown.in_expectations(proving, tab, page, role)
        yield from plant_shown.in_menu(proving, tab, page, role)
        yield from plant_heard.in_events(proving, tab, page, role, seen)
        yield from plant_heard.in_barriers(proving, tab, page, role)
    yield from plant_heard.in_answer(proving, page, role, seen)
