"""`/invitation/…`: who is invited chooses a password, in a plain HTML form."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from modernize.web.access import forms, invitations
from modernize.web.access.doors import Doors
from modernize.web.access.forms import Form, SentForm
from modernize.web.access.passwords import LONGEST, SHORTEST, Passwords
from modernize.web.access.sessions import Claim
from modernize.web.errors import ConsoleError, Invalid, NotFound


def router(doors: Doors, passwords: Passwords) -> APIRouter:
    """The route of the links that `invitations.issue` makes."""
    routes = APIRouter(include_in_schema=False, prefix="/invitation")

    @routes.get("/{given}")
    def show(request: Request, given: str) -> Response:
        return _form(doors, request, given)

    @routes.post("/{given}")
    async def choose(request: Request, given: str, form: SentForm) -> Response:
        return await passwords.aside(_choose, doors, passwords, request, given, form)

    return routes


def _choose(doors: Doors, passwords: Passwords, request: Request, given: str, form: Form) -> Response:
    try:
        forms.require_tied(request, form)
        _judge(form["password"], form["again"])
    except ConsoleError as error:
        return _form(doors, request, given, error)
    claim = _claim(given)
    hashed = passwords.hash(form["password"])
    with doors.account(claim.client_account_id) as connection:
        invitations.accept(connection, claim, hashed)
    return RedirectResponse("/sign-in", 303)


def _form(doors: Doors, request: Request, given: str, error: ConsoleError | None = None) -> Response:
    claim = _claim(given)
    with doors.account(claim.client_account_id) as connection:
        invited = invitations.look(connection, claim)
    return forms.show(
        request,
        "joining.html.j2",
        error,
        given=given,
        email=invited.email,
        full_name=invited.full_name,
        account=invited.account_name,
        shortest=str(SHORTEST),
    )


def _claim(given: str) -> Claim:
    claim = Claim.parse(given)
    if claim is None:
        raise NotFound("This address is not an invitation. Copy the whole link and try again.")
    return claim


def _judge(password: str, again: str) -> None:
    if not SHORTEST <= len(password) <= LONGEST:
        raise Invalid(
            f"A password has {SHORTEST} to {LONGEST:,} letters, found {len(password)}. Choose another one."
        )
    if password != again:
        raise Invalid("The two passwords differ. Type the same one twice.")
