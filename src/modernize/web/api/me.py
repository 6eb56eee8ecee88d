"""/api/me: who is signed in, what they may do, and the token that their changes must carry."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import BaseModel

from modernize.models.enums import AccountRole
from modernize.web.access.caller import Caller
from modernize.web.access.dependency import signed_in

router = APIRouter(prefix="/me", tags=["me"])


class Me(BaseModel):
    """The member whose session it is. `csrf_token`: goes into the header X-CSRF-Token of every change."""

    user_id: UUID
    email: str
    full_name: str
    role: AccountRole
    scopes: list[str]
    client_account_id: UUID
    account_name: str
    engagement_id: UUID
    engagement_name: str
    csrf_token: str


@router.get("")
def me(caller: Annotated[Caller, Depends(signed_in)]) -> Me:
    """Who I am here."""
    identity = caller.identity
    return Me(
        scopes=sorted(identity.scopes),
        **{name: getattr(identity, name) for name in Me.model_fields if name != "scopes"},
    )
