"""Faults in what a page shows: a wrong value, one that is hidden, a row too few or too many, an action, a link."""

from __future__ import annotations

from collections.abc import Iterator

from reseed.pages.declared import Action, Page
from reseed.pages.opened import OpenPage
from reseed.pages.proving import NothingToPlantIn, Proving, planted, prove, visiting
from reseed.pages.result import Line
from reseed.pages.seen import Seen
from reseed.records import Proof

_OF_VALUES = (("wrong value", "alter", "it says something else"), ("hidden value", "hide", "it is hidden"))
_OF_ROWS = (
    ("wrong row", "alter", "the last row says something else"),
    ("hidden row", "hide row", "the last row is hidden"),
    ("repeated row", "repeat row", "the last row is there twice"),
)


def in_expectations(proving: Proving, page: OpenPage, declared: Page, role: str) -> Iterator[Proof]:
    """Every value and every row list of a page, in turn."""
    for kind, plants in (("value", _OF_VALUES), ("rows", _OF_ROWS)):
        for line in proving.of(declared.name, kind, role):
            for fault, what, words in plants:
                yield _altered(proving, page, line, fault, what, words)


def in_menu(proving: Proving, page: OpenPage, declared: Page, role: str) -> Iterator[Proof]:
    """The link to a page is gone."""
    menu = proving.place.pages.menu
    for line in proving.of(declared.name, "in-menu", role):
        yield _altered(
            proving, page, line, "missing link", "unlink", "no link leads there",
            selector=menu, extra=proving.place.url(declared.path),
        )  # fmt: skip


def in_menu_of_others(proving: Proving, declared: Page) -> Iterator[Proof]:
    """A link to a page stands in the menu of a role that must not open it."""
    menu = proving.place.pages.menu
    for line in proving.of(declared.name, "not-in-menu")[:1]:
        with visiting(proving, line.role, proving.guests[line.role].landing) as page:
            yield _altered(
                proving, page, line, "forbidden link", "lead to", "a link leads there",
                selector=menu, extra=proving.place.url(declared.path),
            )  # fmt: skip


def in_actions(proving: Proving, declared: Page) -> Iterator[Proof]:
    """An action that is allowed is gone; one that is not is offered."""
    for action in declared.actions:
        allowed = [line for line in proving.of(declared.name, "offered") if line.what == action.name]
        others = [line for line in proving.of(declared.name, "not-offered") if line.what == action.name]
        if not allowed:
            continue
        with visiting(proving, allowed[0].role, declared.path) as page:
            page.wait_for(allowed)
            yield _altered(proving, page, allowed[0], "missing action", "remove", "it is not there")
            element = _copy(proving, page, action)
        for line in others[:1]:
            with visiting(proving, line.role, declared.path) as page:
                yield _altered(
                    proving, page, line, "forbidden action", "add", "it is offered", selector="body", extra=element
                )  # fmt: skip


def _copy(proving: Proving, page: OpenPage, action: Action) -> str:
    found: list[str] = page.tab.locator(proving.place.pages.selector_of_action(action)).evaluate_all(
        "elements => elements.map(element => element.outerHTML)"
    )
    return found[0] if found else ""


def _altered(
    proving: Proving,
    page: OpenPage,
    line: Line,
    fault: str,
    what: str,
    words: str,
    *,
    selector: str = "",
    extra: str = "",
) -> Proof:
    """One fault in the open page; what the page shows is judged as it always is."""

    def after() -> Seen:
        if what == "add" and not extra:
            raise NothingToPlantIn("nobody is offered it, so it cannot be offered to others")
        with planted(page, selector or line.subject, what, extra):
            return page.look((line,))

    return prove(fault, line, words, lambda: page.look((line,)), after)
