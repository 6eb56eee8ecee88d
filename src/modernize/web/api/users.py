"""/api/users: the client account's members, page by page; invitations, roles, and who may sign in."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel

from modernize.models.enums import AccessLevel, AccountRole, UserStatus
from modernize.web.access.caller import Caller
from modernize.web.access.dependency import needs
from modernize.web.api.shapes import Paged, Sent, Slice, Text, sliced
from modernize.web.services import users

router = APIRouter(prefix="/users", tags=["users"])

Reader = Annotated[Caller, needs("user:read")]
Writer = Annotated[Caller, needs("user:write")]


class Filter(Paged):
    """Which members to list; what is not given does not filter."""

    role: AccountRole | None = None
    status: UserStatus | None = None
    search: Text | None = None
    sort: Text = "full_name"


class MemberRow(BaseModel):
    """A member. `is_guest`: another client account administers them."""

    id: UUID
    full_name: str
    email: str
    job_title: str | None
    role: AccountRole
    access_level: AccessLevel | None
    status: UserStatus
    last_sign_in_at: datetime | None
    granted_at: datetime
    is_caller: bool
    is_guest: bool


class InvitedRow(MemberRow):
    """A member who is invited. `invitation`: path of the link, told once, by which they choose a password."""

    invitation: str


class InvitationSent(Sent):
    """Whom to invite. Nobody is written to: the console sends no e-mail."""

    email: Text
    full_name: Text
    role: AccountRole
    job_title: Text | None = None


class RoleSent(Sent):
    role: AccountRole


class StatusSent(Sent):
    status: Literal["active", "disabled"]


@router.get("")
def list_members(caller: Reader, query: Annotated[Filter, Query()]) -> Slice[MemberRow]:
    """One page of the members."""
    wanted = users.MemberFilter(query.role, query.status, query.search)
    return sliced(MemberRow, users.list_members(caller, wanted, query.paging()))


@router.post("", status_code=201)
def invite(caller: Writer, sent: InvitationSent) -> InvitedRow:
    """Invite somebody."""
    return InvitedRow(**users.invite(caller, users.Invitation(**sent.model_dump())))


@router.get("/{user_id}")
def one_member(caller: Reader, user_id: UUID) -> MemberRow:
    """One member."""
    return MemberRow(**users.one_member(caller, user_id))


@router.post("/{user_id}/invitation")
def invite_again(caller: Writer, user_id: UUID) -> InvitedRow:
    """Make a new link for somebody who is invited; the one before it holds no longer."""
    return InvitedRow(**users.invite_again(caller, user_id))


@router.put("/{user_id}/role")
def change_role(caller: Writer, user_id: UUID, sent: RoleSent) -> MemberRow:
    """Give a member another role."""
    return MemberRow(**users.change_role(caller, user_id, sent.role))


@router.put("/{user_id}/status")
def change_status(caller: Writer, user_id: UUID, sent: StatusSent) -> MemberRow:
    """Let a member sign in no more, or again."""
    change = users.disable if sent.status == "disabled" else users.enable
    return MemberRow(**change(caller, user_id))
