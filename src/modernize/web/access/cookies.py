"""The console's two cookies: the session's, and the one that ties a sign-in form to the browser that asked for it."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.responses import Response

from modernize.web.access import origin

SESSION = "modernize_session"
FORM = "modernize_sign_in"


def name(cookie: str, host: str) -> str:
    """What a cookie is called; `__Host-` keeps other hosts of the domain from setting it, where there are any."""
    return cookie if origin.is_loopback(host) else f"__Host-{cookie}"


def value(cookie: str, host: str, given: Mapping[str, str]) -> str | None:
    """A cookie's value, when the browser sent it."""
    return given.get(name(cookie, host))


def put(response: Response, cookie: str, host: str, content: str) -> None:
    """Set a cookie until the browser closes; scripts cannot read it, other sites' requests come without it."""
    response.set_cookie(
        name(cookie, host),
        content,
        path="/",
        httponly=True,
        samesite="lax",
        secure=not origin.is_loopback(host),
    )


def take_back(response: Response, cookie: str, host: str) -> None:
    """Have the browser forget a cookie."""
    response.delete_cookie(
        name(cookie, host), path="/", httponly=True, samesite="lax", secure=not origin.is_loopback(host)
    )
