"""The frame around every page: who may open it, the menu, the heading; and what is shown when it cannot be opened."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from urllib.parse import quote

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from nicegui import ui

from modernize.web.access.caller import Caller, caller_of
from modernize.web.access.plain import not_for_role
from modernize.web.errors import ConsoleError, NotSignedIn
from modernize.web.look import parts
from modernize.web.look.acting import refuse, say
from modernize.web.look.navigation import MENU, Entry

Build = Callable[[Caller, Request], Awaitable[None]]

HEAD = """
<link rel="stylesheet" href="/look/theme.css">
<script src="/look/theme.js"></script>
"""


def page(path: str) -> Callable[[Build], Build]:
    """Make a function the body of the page at `path`, a page of the menu or below one.

    The body is called with the caller and the request, inside the frame, only for those who may open it. Others
    are sent to the sign-in or refused with status 403. What a service refuses is said with that error's status.
    """
    entry = _entry(path)

    def decorate(build: Build) -> Build:
        @ui.page(path, title=f"{entry.title} · Modernize", response_timeout=20)
        async def show(request: Request) -> Response | None:
            caller = caller_of(request)
            if caller is None:
                return _to_sign_in(request)
            if not caller.may(entry.scope):
                return HTMLResponse(not_for_role(entry.title, caller.identity), status_code=403)
            ui.add_head_html(HEAD)
            ui.on_exception(
                lambda: say("That did not work; the fault is ours. The console's log has it.", bad=True)
            )
            with frame(caller, entry):
                try:
                    await build(caller, request)
                except NotSignedIn:
                    return _to_sign_in(request)
                except ConsoleError as error:
                    refuse(error)
            return None

        return build

    return decorate


@contextmanager
def frame(caller: Caller, entry: Entry) -> Iterator[None]:
    """Menu, heading and the main region; the body of a page goes inside."""
    ui.query("body").classes("console")
    _leave_landmarks_to_us()
    parts.link("Skip to content", "#main", "skip")
    with ui.element("header").classes("rail"):
        _mark(caller)
        _menu(caller, entry)
        _account(caller)
    with ui.element("main").classes("main").props('id="main" tabindex="-1"'):
        with ui.element("div").classes("heading"):
            parts.text("p", f"{caller.identity.account_name} · {caller.identity.engagement_name}", "crumb")
            parts.text("h1", entry.title)
        yield


def _leave_landmarks_to_us() -> None:
    """The framework puts all of a page into a <main>; ours is the part beside the menu."""
    outer = ui.context.client.content.parent_slot
    if outer is not None:
        outer.parent.props('role="presentation"')


def _mark(caller: Caller) -> None:
    with ui.element("div").classes("mark"):
        ui.html('<span class="glyph" aria-hidden="true"></span>', sanitize=False)
        parts.text("span", "Modernize", "name")


def _menu(caller: Caller, current: Entry) -> None:
    with ui.element("nav").props('aria-label="Pages"').classes("menu"), ui.element("ul"):
        for entry in MENU:
            if caller.may(entry.scope):
                with ui.element("li"):
                    _menu_line(entry, entry == current)


def _menu_line(entry: Entry, is_current: bool) -> None:
    link = ui.element("a").props(f'href="{entry.path}"')
    if is_current:
        link.props('aria-current="page"')
    with link:
        parts.icon(entry.icon)
        parts.text("span", entry.title)


def _account(caller: Caller) -> None:
    identity = caller.identity
    with ui.element("div").classes("account"):
        parts.text("span", identity.full_name, "who")
        parts.text("span", parts.words(identity.role).lower(), "role")
        with ui.element("div").classes("account-actions"):
            parts.theme_switch()
            # A form of its own works without the websocket and carries the session's token.
            ui.html(
                '<form method="post" action="/sign-out">'
                f'<input type="hidden" name="csrf" value="{caller.identity.csrf_token}">'
                '<button class="button quiet" type="submit">Sign out</button></form>',
                sanitize=False,
            )


def _entry(path: str) -> Entry:
    return next(entry for entry in reversed(MENU) if path == entry.path or path.startswith(f"{entry.path}/"))


def _to_sign_in(request: Request) -> Response:
    wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return RedirectResponse(f"/sign-in?next={quote(wanted, safe='')}", status_code=303)
