"""Pages and roles -> every line of the checklist, before anything is looked at."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from reseed.errors import SettingsError
from reseed.pages.compare import summary
from reseed.pages.declared import Action, Expectation, Page, Pages, Role
from reseed.pages.looks import looks
from reseed.pages.numbers import AllWanted
from reseed.pages.result import SIGN_IN, Line


@dataclass(frozen=True, slots=True)
class Selection:
    """Which part of a checklist is meant.

    Attributes:
        roles, pages: names; all of them when empty.
        throwaway: whether the application works on a copy that nobody needs. Only then a request is sent by those who
            may send it, to see that others are refused for who they are and not for how they ask.
    """

    roles: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()
    throwaway: bool = True

    def require_known(self, pages: Pages) -> None:
        """Make sure that what is selected exists.

        Raises:
            SettingsError: it does not.
        """
        known = (
            ("role", self.roles, [role.name for role in pages.roles]),
            ("page", self.pages, [page.name for page in pages.pages]),
        )
        for what, given, names in known:
            if unknown := [name for name in given if name not in names]:
                raise SettingsError(
                    f"pages.toml has no {what} {unknown[0]!r}, expected one of: {', '.join(names)}."
                )


def plan_lines(pages: Pages, wanted: AllWanted, selection: Selection | None = None) -> tuple[Line, ...]:
    """Every line, not run yet: each role's sign-in, then its pages, then the requests that it may or may not send."""
    chosen = selection or Selection()
    roles = [role for role in pages.roles if not chosen.roles or role.name in chosen.roles]
    shown = [page for page in pages.pages if not chosen.pages or page.name in chosen.pages]
    lines: list[Line] = []
    for role in roles:
        lines += _signing(pages, role, first=role is roles[0])
        for page in shown:
            lines += _page(pages, page, role, wanted, chosen.throwaway)
        if pages.sign_in.sign_out:
            lines.append(
                _line(role, SIGN_IN, "sign-out", "Sign out", "Refused from then on", subject=role.email)
            )
    return tuple(lines)


def screenshot(role: str, page: str) -> str:
    """Where the picture of a page, seen by a role, goes."""
    return f"screenshots/{slug(role)}/{slug(page)}.png"


def _signing(pages: Pages, role: Role, *, first: bool) -> Iterator[Line]:
    who = f"sign in as {role.email}"
    yield _line(
        role, SIGN_IN, "sign-in", f"Open {pages.sign_in.path}, {who}", "Signed in", subject=role.email
    )
    if first:
        yield _line(
            role, SIGN_IN, "wrong-password", f"{who.capitalize()} with a wrong password", "Refused",
            subject=role.email,
        )  # fmt: skip


def _page(pages: Pages, page: Page, role: Role, wanted: AllWanted, throwaway: bool) -> Iterator[Line]:
    if role.name in page.roles:
        yield from _opened(pages, page, role, wanted)
    else:
        yield from _refused(page, role)
    for api in page.api:
        if role.name not in page.roles:
            yield _line(role, page.name, "request-refused", f"Send {api}", "Refused: 401 or 403", subject=api)
        elif throwaway:
            yield _line(role, page.name, "request-answered", f"Send {api}", "Answered", subject=api)
    if role.name in page.roles:
        yield from _actions(pages, page, role, throwaway)


def _opened(pages: Pages, page: Page, role: Role, wanted: AllWanted) -> Iterator[Line]:
    def line(kind: str, what: str, expected: str, subject: str = "") -> Line:
        return _line(role, page.name, kind, what, expected, subject=subject)

    yield line("opens", f"Open {page.path}", "Status 200", page.path)
    if page.in_menu:
        yield line("in-menu", "Look for it in the menu", "There", page.path)
    for expectation in page.expect:
        yield _expected(pages, page, role, expectation, wanted)
    yield line("script", "Watch for errors that nobody catches", "None")
    yield line("console", "Watch the browser's console", "No error")
    yield line("requests", "Watch its requests", "None fails")
    yield line("elsewhere", "Watch for requests to other machines", "None")
    # The usual look is every role's; the others are the first role's alone.
    for look in looks(pages) if role.name == page.roles[0] else looks(pages)[:1]:
        yield line("barriers", f"Look for barriers with axe-core ({look.name})", "None serious", look.name)


def _expected(pages: Pages, page: Page, role: Role, expectation: Expectation, wanted: AllWanted) -> Line:
    known = wanted[page.name, expectation.shows]
    line = _line(
        role,
        page.name,
        "rows" if expectation.rows else "value",
        f"Read {expectation.shows}",
        known.problem or "the rows of its query",
        subject=pages.selector_of(expectation),
    )
    if known.texts:
        said = summary(known.texts) if expectation.rows else known.texts[0]
        line = replace(line, expected=said, wanted=known.texts)
    return replace(line, sql=" ".join(expectation.sql.split()))


def _actions(pages: Pages, page: Page, role: Role, throwaway: bool) -> Iterator[Line]:
    for action in page.actions:
        yield _offer(pages, page, role, action)
        if not action.api:
            continue
        what = f"{action.name}: send {action.api}"
        if role.name not in action.roles:
            yield _line(role, page.name, "action-refused", what, "Refused: 403", subject=action.api)
        elif throwaway:
            yield _line(role, page.name, "action-allowed", what, "Not refused", subject=action.api)


def _offer(pages: Pages, page: Page, role: Role, action: Action) -> Line:
    selector = pages.selector_of_action(action)
    if role.name in action.roles:
        return _line(role, page.name, "offered", action.name, "Offered", subject=selector)
    return _line(role, page.name, "not-offered", action.name, "Not offered", subject=selector)


def _refused(page: Page, role: Role) -> Iterator[Line]:
    what = f"Open {page.path}, though not in the menu"
    yield _line(role, page.name, "refused", what, "Refused", subject=page.path)
    if page.in_menu:
        yield _line(role, page.name, "not-in-menu", "Look for it in the menu", "Not there", subject=page.path)


def _line(role: Role, page: str, kind: str, what: str, expected: str, *, subject: str = "") -> Line:
    return Line(
        role.name, page, kind, what, expected, subject=subject, screenshot=screenshot(role.name, page)
    )


def slug(name: str) -> str:
    """A name as a part of a path or of a check's name: `asset-inventory`."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
