"""Who may do what: roles and scopes, sessions, sign-in, and the guard at the entrance."""

from __future__ import annotations

from fastapi import FastAPI

from modernize.web.access import joining, sign_in
from modernize.web.access.doors import Doors
from modernize.web.access.guard import Guard
from modernize.web.access.headers import SecurityHeaders
from modernize.web.access.passwords import Passwords

__all__ = ["Doors", "protect"]


def protect(app: FastAPI, doors: Doors) -> None:
    """Add sign-in and invitations to an application, the guard before everything else, and headers to every answer."""
    passwords = Passwords()
    app.include_router(sign_in.router(doors, passwords))
    app.include_router(joining.router(doors, passwords))
    app.add_middleware(Guard, doors=doors)
    app.add_middleware(SecurityHeaders)
