"""Who may do what: roles and scopes, sessions, sign-in, and the guard at the entrance."""

from __future__ import annotations

from fastapi import FastAPI

from modernize.web.access import sign_in
from modernize.web.access.doors import Doors
from modernize.web.access.guard import Guard
from modernize.web.access.headers import SecurityHeaders

__all__ = ["Doors", "protect"]


def protect(app: FastAPI, doors: Doors) -> None:
    """Put the guard before everything else of an application, add the sign-in, and the headers of every answer."""
    app.include_router(sign_in.router(doors))
    app.add_middleware(Guard, doors=doors)
    app.add_middleware(SecurityHeaders)
