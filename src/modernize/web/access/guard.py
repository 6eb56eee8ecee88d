"""The entrance: without a session nothing is answered but plain forms, style sheets and NiceGUI's own scripts.

An ASGI guard and not an HTTP middleware, because a page's events come over a websocket. It finds out who asks, once
for a request; what they may do is asked by handlers and services.
"""

from __future__ import annotations

import hmac
import re
from urllib.parse import quote

import anyio.to_thread
from starlette.requests import HTTPConnection
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from modernize.web.access import cookies, origin
from modernize.web.access.caller import Caller, recognise
from modernize.web.access.doors import Doors
from modernize.web.access.plain import refused, wants_page
from modernize.web.errors import ConsoleError, Forbidden, NotSignedIn

OPEN = re.compile(
    r"/sign-in|/invitation/[^/]+|/healthz|/favicon\.ico|/look/[^/]+"
    r"|/_nicegui/[0-9][^/]*/(static|libraries|components|resources|esm)/.+"
)
"""What a visitor may fetch: the forms, their style sheet, and scripts of published packages."""

_NOT_FROM_A_PAGE = "The header X-CSRF-Token is missing or not this session's; GET /api/me names it."
_FOREIGN = "This request was sent by another site's page. Open the console itself and try again."


class Guard:
    """Refuses visitors, and requests that another site made a member's browser send."""

    def __init__(self, app: ASGIApp, doors: Doors) -> None:
        self._app = app
        self._doors = doors

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        scope["modernize.caller"] = None
        refused = await self._refusal(scope)
        if refused is None:
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            # Before it is accepted: the browser sees a handshake that failed with 403.
            await send({"type": "websocket.close", "code": 1008})
        else:
            await refused(scope, receive, send)

    async def _refusal(self, scope: Scope) -> Response | None:
        connection = HTTPConnection(scope)
        path = scope["path"]
        method = scope.get("method", "GET")
        foreign = not origin.own(connection.headers)
        if foreign and (method not in origin.SAFE_METHODS or _is_socket(scope, path)):
            return refused(path, Forbidden(_FOREIGN))
        if OPEN.fullmatch(path) and scope["type"] == "http":
            return None
        try:
            caller = await anyio.to_thread.run_sync(self._recognise, connection, not _is_socket(scope, path))
        except ConsoleError as error:
            return refused(path, error)
        if caller is None:
            return _not_signed_in(connection, path, method)
        if method not in origin.SAFE_METHODS and path.startswith("/api/"):
            token = connection.headers.get("x-csrf-token", "")
            if not hmac.compare_digest(token.encode(), caller.identity.csrf_token.encode()):
                return refused(path, Forbidden(_NOT_FROM_A_PAGE))
        scope["modernize.caller"] = caller
        return None

    def _recognise(self, connection: HTTPConnection, noted: bool) -> Caller | None:
        host = connection.headers.get("host", "")
        cookie = cookies.value(cookies.SESSION, host, connection.cookies)
        return recognise(self._doors, cookie, noted=noted)


def _is_socket(scope: Scope, path: str) -> bool:
    """socket.io speaks over a websocket or, before it, over plain requests of any method."""
    return scope["type"] == "websocket" or path.startswith("/_nicegui_ws/")


def _not_signed_in(connection: HTTPConnection, path: str, method: str) -> Response:
    if method in origin.SAFE_METHODS and wants_page(path):
        target = quote(path) + (f"?{connection.url.query}" if connection.url.query else "")
        return RedirectResponse(
            f"/sign-in?next={quote(target, safe='')}" if target != "/" else "/sign-in", 303
        )
    return refused(path, NotSignedIn())
