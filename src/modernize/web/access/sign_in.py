"""Signing in and out: plain HTML forms, which work without a script.

The form is tied to the browser that asked for it (a random value in a cookie and in the form), so that nobody can be
signed in as somebody else by another site. Each sign-in begins a new session and ends the one the browser had.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from modernize.models import User
from modernize.models.enums import UserStatus
from modernize.web.access import attempts, cookies, forms, origin, sessions
from modernize.web.access.caller import caller_of, identity_of
from modernize.web.access.doors import Doors
from modernize.web.access.forms import Form, SentForm
from modernize.web.access.passwords import Passwords
from modernize.web.access.sessions import Claim
from modernize.web.errors import ConsoleError, Forbidden, NotSignedIn, TooMany

_LONGEST_EMAIL = 254

_WRONG = "E-mail address and password do not match. Correct them and try again."


def router(doors: Doors, passwords: Passwords) -> APIRouter:
    """The routes `/sign-in` and `/sign-out`."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/sign-in")
    def show(request: Request, next: str = "/") -> Response:
        return forms.show(request, "sign_in.html.j2", target=origin.local_path(next), email="")

    @routes.post("/sign-in")
    async def sign_in(request: Request, form: SentForm) -> Response:
        return await passwords.aside(_sign_in, doors, passwords, request, form)

    @routes.post("/sign-out")
    def sign_out(request: Request, form: SentForm) -> Response:
        caller = caller_of(request)
        if caller is None:
            raise NotSignedIn
        if not hmac.compare_digest(form["csrf"].encode(), caller.identity.csrf_token.encode()):
            raise Forbidden("This form is not of your session. Open the page again and sign out there.")
        host = request.headers.get("host", "")
        _end(doors, cookies.value(cookies.SESSION, host, request.cookies))
        answer = RedirectResponse("/sign-in", 303)
        cookies.take_back(answer, cookies.SESSION, host)
        return answer

    return routes


def _sign_in(doors: Doors, passwords: Passwords, request: Request, form: Form) -> Response:
    email = form["email"].strip().lower()[:_LONGEST_EMAIL]
    try:
        forms.require_tied(request, form)
        cookie = _begin(doors, passwords, email, form["password"], request.headers.get("user-agent"))
    except ConsoleError as error:
        return forms.show(
            request, "sign_in.html.j2", error, target=origin.local_path(form["next"]), email=email
        )
    host = request.headers.get("host", "")
    _end(doors, cookies.value(cookies.SESSION, host, request.cookies))
    answer = RedirectResponse(origin.local_path(form["next"]), 303)
    cookies.put(answer, cookies.SESSION, host, cookie)
    cookies.take_back(answer, cookies.FORM, host)
    return answer


@dataclass(frozen=True, slots=True)
class _Known:
    """The user of an e-mail address, as a sign-in finds it."""

    id: UUID
    password_hash: str | None
    status: UserStatus
    home: UUID


def _begin(doors: Doors, passwords: Passwords, email: str, password: str, user_agent: str | None) -> str:
    """A new session's cookie.

    Raises:
        TooMany: the address is locked. NotSignedIn: no such user, wrong password, or not active; told alike.
        Forbidden: the user belongs to no account or engagement that is open.
    """
    if not email or not email.isprintable():
        # No address at all, nor one that the database could store: the same work and the same answer.
        passwords.match(None, password)
        raise NotSignedIn(_WRONG)
    with doors.signing_in(email) as connection:
        standing = attempts.reserve(connection, email)
        user = _user(connection, email)
    if standing.locked:
        minutes = -(-standing.retry_after // 60)
        raise TooMany(
            f"Too many sign-ins with this address did not succeed. Try again in {minutes} minutes.",
            standing.retry_after,
        )
    matches = passwords.match(user.password_hash if user else None, password)
    if user is None or not matches or user.status is not UserStatus.ACTIVE:
        raise NotSignedIn(_WRONG)
    with doors.account(user.home) as connection:
        cookie = sessions.begin(connection, user.home, user.id, user_agent)
        claim = Claim.parse(cookie)
        assert claim is not None  # noqa: S101 - we made it
        try:
            identity_of(sessions.look(connection, claim))
        except NotSignedIn as error:
            raise Forbidden("Your account is not open at the moment. Ask a client administrator.") from error
    with doors.signing_in(email) as connection:
        attempts.forget(connection)
    return cookie


def _user(connection: sa.Connection, email: str) -> _Known | None:
    found = connection.execute(
        sa.select(User.id, User.password_hash, User.status, User.home_client_account_id).where(
            User.email == email
        )
    ).one_or_none()
    return _Known(*found) if found else None


def _end(doors: Doors, cookie: str | None) -> None:
    if claim := Claim.parse(cookie):
        with doors.account(claim.client_account_id) as connection:
            sessions.end(connection, claim)
