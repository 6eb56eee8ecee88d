"""Plain HTML forms: read up to a size, and tied to the browser that asked for them.

The tie is a random value in a cookie and in the form. Another site can neither read nor set either, so it cannot sign
somebody in as somebody else.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import parse_qs

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse

from modernize.web.access import cookies
from modernize.web.access.headers import FORM_POLICY
from modernize.web.access.plain import TEMPLATES
from modernize.web.errors import ConsoleError, Forbidden, Invalid, TooMany

LONGEST = 16_384

_STALE = (
    "This form is too old, or cookies are switched off. Try again; elsewhere than on this machine use https."
)


@dataclass(frozen=True, slots=True)
class Form:
    """What was sent: fields by name, each once; those that are missing are empty."""

    fields: dict[str, str]

    def __getitem__(self, name: str) -> str:
        return self.fields.get(name, "")


async def _sent(request: Request) -> Form:
    """The form of a request, read up to a size that no form of ours has.

    Raises:
        Invalid: it is larger, or not text.
    """
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > LONGEST:
            raise Invalid(f"The form is larger than {LONGEST:,} bytes, expected a few short fields.")
    try:
        fields = parse_qs(body.decode("utf-8"), keep_blank_values=True, max_num_fields=20)
    except ValueError as error:
        raise Invalid("The form cannot be read, expected a few short fields.") from error
    return Form({name: values[0] for name, values in fields.items()})


SentForm = Annotated[Form, Depends(_sent)]


def show(request: Request, template: str, error: ConsoleError | None = None, **fields: str) -> HTMLResponse:
    """A page with a form, tied to the browser that asked; `error` says what was wrong with what it sent before."""
    secret = secrets.token_urlsafe(24)
    text = TEMPLATES.get_template(template).render(
        secret=secret, problem=error.message if error else "", **fields
    )
    answer = HTMLResponse(text, error.status if error else 200)
    if isinstance(error, TooMany):
        answer.headers["Retry-After"] = str(error.retry_after)
    answer.headers["Content-Security-Policy"] = FORM_POLICY
    cookies.put(answer, cookies.FORM, request.headers.get("host", ""), secret)
    return answer


def require_tied(request: Request, form: Form) -> None:
    """Make sure that the form was shown to the browser that sends it.

    Raises:
        Forbidden: it was not.
    """
    expected = cookies.value(cookies.FORM, request.headers.get("host", ""), request.cookies)
    if not expected or not hmac.compare_digest(form["secret"].encode(), expected.encode()):
        raise Forbidden(_STALE)
