"""Executing a checklist: one browser, a context for each role, every page; what breaks off is said to be not run."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from reseed.pages import sending
from reseed.pages.address import status_of
from reseed.pages.aside import aside
from reseed.pages.barriers import Remembered, viewport
from reseed.pages.browser import Browser
from reseed.pages.declared import Pages
from reseed.pages.judge import judge
from reseed.pages.lines import Selection, plan_lines
from reseed.pages.numbers import wanted_of_database
from reseed.pages.opened import Place, opened, said
from reseed.pages.overdue import Gone
from reseed.pages.result import NOT_RUN, SIGN_IN, Line, PagesResult
from reseed.pages.seen import Seen
from reseed.pages.session import Guest, leave, sign_in, try_password, wrong_password
from reseed.pages.visit import knock_as, visit
from reseed.pages.watch import own_hosts
from reseed.site import Site

if TYPE_CHECKING:
    from playwright.sync_api import Browser as Chromium
    from playwright.sync_api import BrowserContext, StorageState

_ACTION_MS = 5_000
_NAVIGATION_MS = 20_000

Tell = Callable[[str], None]


def check_pages(
    site: Site,
    pages: Pages,
    *,
    base: str,
    password: str,
    browser: Browser,
    folder: Path,
    selection: Selection | None = None,
    tell: Tell = lambda _: None,
) -> PagesResult:
    """Open every page as every role, compare it with the database of the site, and photograph it.

    Args:
        base: the application's address. password: of all demo users. browser: what opens the pages.
        folder: where `screenshots/` goes. selection: which roles and pages; all by default.
        tell: called with a line of progress for each page.

    Raises:
        SettingsError: a selected role or page does not exist. ServerUnreachable, LoginRefused: no database.
    """
    chosen = selection or Selection()
    chosen.require_known(pages)
    began, started = datetime.now(UTC), time.perf_counter()
    lines = plan_lines(pages, wanted_of_database(site, pages), chosen)
    work = Execution(Place(base.rstrip("/"), pages), password, folder, lines, tell)
    reason = aside(partial(work.carry_out, browser))
    return PagesResult(
        lines=work.answered(reason),
        reason=reason,
        browser=browser.version,
        base=work.place.base,
        began=began.isoformat(timespec="seconds"),
        seconds=round(time.perf_counter() - started, 1),
    )


@contextmanager
def chromium(browser: Browser, place: Place) -> Iterator[Chromium]:
    """The browser, which can reach the application's machine and no other.

    Raises:
        Gone: it does not start.
    """
    from playwright.sync_api import Error, sync_playwright

    # No name and no number but these is resolved, for whatever kind of request. Intercepting requests would do for
    # HTTP alone, and would turn the browser's cache off.
    own = " , ".join(f"EXCLUDE {host}" for host in sorted(own_hosts(place.base)))
    arguments = [
        *browser.arguments,
        place.mark,
        f"--host-resolver-rules=MAP * ~NOTFOUND , {own}",
        "--no-proxy-server",
    ]
    with sync_playwright() as playwright:
        try:
            launched = playwright.chromium.launch(executable_path=browser.path, args=arguments)
        except Error as error:
            raise Gone(f"the browser {browser.path} does not start: {said(error)}") from error
        try:
            yield launched
        finally:
            launched.close()


def new_context(launched: Chromium, pages: Pages, cookies: StorageState | None = None) -> BrowserContext:
    """Cookies and cache of one person who has just sat down, or who has somebody else's cookies."""
    context = launched.new_context(
        viewport=viewport(pages.widths[0]),
        color_scheme="dark" if pages.color_schemes[0] == "dark" else "light",
        reduced_motion="reduce",
        service_workers="block",
        locale="en-US",
        storage_state=cookies,
    )
    context.set_default_timeout(_ACTION_MS)
    context.set_default_navigation_timeout(_NAVIGATION_MS)
    return context


@dataclass
class Execution:
    """The work on one checklist; collects the answers. `guests`, by role, are those who are signed in already."""

    place: Place
    password: str
    folder: Path
    lines: tuple[Line, ...]
    tell: Tell
    guests: dict[str, Guest] = field(default_factory=dict)
    _answers: dict[Line, Line] = field(default_factory=dict)
    _remembered: Remembered = field(default_factory=Remembered)

    def carry_out(self, browser: Browser) -> str:
        """Answer the lines; empty when all of them could be asked, else the reason why the rest was not."""
        try:
            with chromium(browser, self.place) as launched:
                self.answer(launched)
        except Gone as gone:
            return str(gone)
        return ""

    def answer(self, launched: Chromium) -> None:
        """Answer the lines in a browser that has been launched.

        Raises:
            Gone: the browser or the application has ended.
        """
        for role in self._roles():
            if role not in self.guests:
                self._enter(launched, role)
            self._walk(launched, role)
        # Last, so that no request that was not refused changes what a page shows.
        for role in self._roles():
            self._send(launched, role)
            self._leave(launched, role)

    def answered(self, reason: str) -> tuple[Line, ...]:
        """Every line, answered or not run with the reason."""
        return tuple(self._answers.get(line) or line.left(f"not run: {reason}") for line in self.lines)

    def _roles(self) -> list[str]:
        return list(dict.fromkeys(line.role for line in self.lines))

    def _of(self, role: str, page: str, kinds: frozenset[str] = frozenset()) -> tuple[Line, ...]:
        return tuple(
            line
            for line in self.lines
            if line.role == role and line.page == page and (not kinds or line.kind in kinds)
        )

    def _enter(self, launched: Chromium, role: str) -> None:
        """Sign in; where that fails, the role's other lines cannot be asked."""
        guest = Guest(new_context(launched, self.place.pages))
        for line in self._of(role, SIGN_IN, frozenset({"sign-in"})):
            with self._asking(launched, (line,)), opened(guest.context, self.place) as page:
                problem = sign_in(page, self.place, line.subject, self.password)
                problem = page.photograph(self.folder / line.screenshot) or problem
                self._note(judge(line, Seen(problem=problem)))
                if not problem:
                    guest.landing = self.place.path(page.tab.url)
                    self.guests[role] = guest
        for line in self._of(role, SIGN_IN, frozenset({"wrong-password"})):
            with self._asking(launched, (line,)):
                self._note(judge(line, self._with_wrong_password(launched, line)))
        self.tell(f"{role}: signed in" if role in self.guests else f"{role}: not signed in")

    def _with_wrong_password(self, launched: Chromium, line: Line) -> Seen:
        context = new_context(launched, self.place.pages)
        try:
            return try_password(context, self.place, line, wrong_password())
        finally:
            context.close()

    def _walk(self, launched: Chromium, role: str) -> None:
        """Visit every page as one role; those that it must not open last, when its whole menu is known."""
        pages = self.place.pages.pages
        for page in sorted(pages, key=lambda page: role not in page.roles):
            lines = tuple(
                line for line in self._of(role, page.name) if line.kind not in sending.KINDS
            )  # fmt: skip
            guest = self.guests.get(role)
            if not lines:
                continue
            if guest is None:
                self._leave_out(lines, f"{role} is not signed in")
                continue
            with self._asking(launched, lines):
                if role in page.roles:
                    answers = visit(guest, self.place, page.path, lines, self.folder, self._remembered)
                else:
                    answers = knock_as(guest, self.place, page.path, lines, self.folder)
                for line in answers:
                    self._note(line)
            self.tell(f"{role}: {page.name}: {self._counted(lines)}")

    def _send(self, launched: Chromium, role: str) -> None:
        lines = tuple(line for line in self.lines if line.role == role and line.kind in sending.KINDS)
        guest = self.guests.get(role)
        if not lines:
            return
        if guest is None:
            self._leave_out(lines, f"{role} is not signed in")
            return
        with self._asking(launched, lines), opened(guest.context, self.place) as page:
            page.go(guest.landing)
            page.settle()
            seen = sending.send(page, self.place, lines)
            for line in lines:
                self._note(judge(line, seen))
        self.tell(f"{role}: requests: {self._counted(lines)}")

    def _leave(self, launched: Chromium, role: str) -> None:
        guest = self.guests.get(role)
        for line in self._of(role, SIGN_IN, frozenset({"sign-out"})):
            if guest is None:
                self._leave_out((line,), f"{role} is not signed in")
                continue
            with self._asking(launched, (line,)):
                self._note(judge(line, leave(guest, self.place, role)))

    @contextmanager
    def _asking(self, launched: Chromium, lines: Sequence[Line]) -> Iterator[None]:
        """When the browser cannot answer: what it could not is not run; when it has gone, nothing more is asked.

        Raises:
            Gone: the browser or the application has ended.
        """
        from playwright.sync_api import Error

        try:
            yield
        except Error as error:
            if not launched.is_connected():
                raise Gone(f"the browser ended: {said(error)}") from error
            self._leave_out(lines, f"the browser could not go on: {said(error)}")
        answer = status_of(self.place.base + "/")
        if isinstance(answer, str):
            raise Gone(f"the application at {self.place.base} no longer answers: {answer}")

    def _note(self, line: Line) -> None:
        self._answers[line.left("")] = line

    def _leave_out(self, lines: Sequence[Line], why: str) -> None:
        for line in lines:
            self._answers.setdefault(line, line.left(f"not run: {why}"))

    def _counted(self, lines: Sequence[Line]) -> str:
        answers = [self._answers[line] for line in lines if line in self._answers]
        failed = [line for line in answers if line.status == "failed"]
        left = sum(line.status == NOT_RUN for line in answers)
        if failed:
            return f"{len(failed)} of {len(lines)} lines failed, first: {failed[0].what}: {failed[0].found}"
        return f"{left} of {len(lines)} lines not run" if left else f"{len(lines)} lines passed"
