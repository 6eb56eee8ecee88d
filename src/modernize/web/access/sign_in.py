"""Signing in and out: plain HTML forms, which work without a script.

The form is tied to the browser that asked for it (a random value in a cookie and in the form), so that nobody can be
signed in as somebody else by another site. Each sign-in begins a new session and ends the one the browser had.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated
from urllib.parse import parse_qs
from uuid import UUID

import jinja2
import sqlalchemy as sa
from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from modernize.models import User
from modernize.models.enums import UserStatus
from modernize.web.access import attempts, cookies, origin, sessions
from modernize.web.access.caller import caller_of, identity_of
from modernize.web.access.doors import Doors
from modernize.web.access.headers import FORM_POLICY
from modernize.web.access.passwords import Passwords
from modernize.web.access.sessions import Claim
from modernize.web.errors import ConsoleError, Forbidden, Invalid, NotSignedIn, TooMany

LONGEST_FORM = 16_384

_TEMPLATE = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined).from_string(
    (Path(__file__).parent / "sign_in.html.j2").read_text(encoding="utf-8")
)

_WRONG = "E-mail address and password do not match. Correct them and try again."
_STALE = (
    "This form is too old, or cookies are switched off. Try again; elsewhere than on this machine use https."
)


@dataclass(frozen=True, slots=True)
class Form:
    """What was sent: fields by name, each once."""

    fields: dict[str, str]

    def __getitem__(self, name: str) -> str:
        return self.fields.get(name, "")

    @property
    def email(self) -> str:
        return self["email"].strip().lower()[:320]


async def sent_form(request: Request) -> Form:
    """The form of a request, read up to a size that no form of ours has.

    Raises:
        Invalid: it is larger, or not text.
    """
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > LONGEST_FORM:
            raise Invalid(
                f"The form is larger than {LONGEST_FORM:,} bytes, expected an address and a password."
            )
    try:
        fields = parse_qs(body.decode("utf-8"), keep_blank_values=True, max_num_fields=20)
    except ValueError as error:
        raise Invalid("The form cannot be read, expected an address and a password.") from error
    return Form({name: values[0] for name, values in fields.items()})


SentForm = Annotated[Form, Depends(sent_form)]


def router(doors: Doors) -> APIRouter:
    """The routes `/sign-in` and `/sign-out`."""
    routes = APIRouter(include_in_schema=False)
    passwords = Passwords()

    @routes.get("/sign-in")
    def show(request: Request, next: str = "/") -> Response:
        return _form(request, target=next)

    @routes.post("/sign-in")
    def sign_in(request: Request, form: SentForm) -> Response:
        try:
            _require_own_form(request, form)
            cookie = _begin(doors, passwords, form, request.headers.get("user-agent"))
        except ConsoleError as error:
            return _form(request, target=form["next"], email=form.email, error=error)
        host = request.headers.get("host", "")
        _end(doors, cookies.value(cookies.SESSION, host, request.cookies))
        answer = RedirectResponse(origin.local_path(form["next"]), 303)
        cookies.put(answer, cookies.SESSION, host, cookie)
        cookies.take_back(answer, cookies.FORM, host)
        return answer

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


def _form(
    request: Request, *, target: str, email: str = "", error: ConsoleError | None = None
) -> HTMLResponse:
    host = request.headers.get("host", "")
    secret = secrets.token_urlsafe(24)
    text = _TEMPLATE.render(
        secret=secret, target=origin.local_path(target), email=email, problem=error.message if error else ""
    )
    answer = HTMLResponse(text, error.status if error else 200)
    if isinstance(error, TooMany):
        answer.headers["Retry-After"] = str(error.retry_after)
    answer.headers["Content-Security-Policy"] = FORM_POLICY
    cookies.put(answer, cookies.FORM, host, secret)
    return answer


def _require_own_form(request: Request, form: Form) -> None:
    expected = cookies.value(cookies.FORM, request.headers.get("host", ""), request.cookies)
    if not expected or not hmac.compare_digest(form["secret"].encode(), expected.encode()):
        raise Forbidden(_STALE)


@dataclass(frozen=True, slots=True)
class _Known:
    """The user of an e-mail address, as a sign-in finds it."""

    id: UUID
    password_hash: str | None
    status: UserStatus
    home: UUID


def _begin(doors: Doors, passwords: Passwords, form: Form, user_agent: str | None) -> str:
    """A new session's cookie.

    Raises:
        TooMany: the address is locked. NotSignedIn: no such user, wrong password, or not active; told alike.
        Forbidden: the user belongs to no account or engagement that is open.
    """
    if not form.email or not form.email.isprintable():
        # No address at all, nor one that the database could store: the same work and the same answer.
        passwords.match(None, form["password"])
        raise NotSignedIn(_WRONG)
    with doors.signing_in(form.email) as connection:
        standing = attempts.reserve(connection, form.email)
        user = _user(connection, form.email)
    if standing.locked:
        minutes = -(-standing.retry_after // 60)
        raise TooMany(
            f"Too many sign-ins with this address did not succeed. Try again in {minutes} minutes.",
            standing.retry_after,
        )
    matches = passwords.match(user.password_hash if user else None, form["password"])
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
    with doors.signing_in(form.email) as connection:
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
