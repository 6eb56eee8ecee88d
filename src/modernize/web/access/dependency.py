"""What an API handler declares about its caller: `caller: Annotated[Caller, needs("asset:read")]`."""

from __future__ import annotations

from typing import Any

from fastapi import Depends, Request

from modernize.web.access import scopes
from modernize.web.access.caller import Caller, caller_of
from modernize.web.errors import Forbidden, NotSignedIn

SCOPE = "modernize_scope"
"""Attribute of a dependency that says which scope it asks for; a test reads it from every route."""


def needs(scope: str) -> Any:
    """A FastAPI dependency: the caller, when the role allows `scope`.

    Raises, when a request comes:
        NotSignedIn: nobody is signed in. Forbidden: the role does not allow it.
    """
    scopes.require_known(scope)

    def caller(request: Request) -> Caller:
        found = signed_in(request)
        if not found.may(scope):
            raise Forbidden(f"Your role, {found.identity.role}, does not allow {scope}.")
        return found

    setattr(caller, SCOPE, scope)
    return Depends(caller)


def signed_in(request: Request) -> Caller:
    """The caller, whatever the role; a dependency for what concerns oneself.

    Raises:
        NotSignedIn: nobody is signed in.
    """
    found = caller_of(request)
    if found is None:
        raise NotSignedIn
    return found
