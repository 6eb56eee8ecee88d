"""Invitations: a link that lets an invited member choose their first password, once, within a week.

The link holds `<client account>.<token>` as a session's cookie does; the table holds the token's hash.
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from modernize.models import ClientAccount, User, UserInvitation, UserProfile
from modernize.models.enums import ProfileStatus, UserStatus
from modernize.web.access.sessions import Claim
from modernize.web.errors import NotFound

LASTS = timedelta(days=7)

_GONE = (
    "This invitation has been used, replaced or is older than a week. Ask the administrator for a new link."
)


def issue(connection: sa.Connection, account: UUID, user: UUID) -> str:
    """The path of a new invitation of a member; the one before it holds no longer."""
    given = f"{account}.{secrets.token_urlsafe(32)}"
    claim = Claim.parse(given)
    assert claim is not None  # noqa: S101 - we made it
    fresh = {
        "token_hash": claim.token_hash,
        "created_at": sa.func.now(),
        "expires_at": sa.func.now() + LASTS,
    }
    connection.execute(
        insert(UserInvitation)
        .values(client_account_id=account, user_id=user, **fresh)
        .on_conflict_do_update(index_elements=["client_account_id", "user_id"], set_=fresh)
    )
    return f"/invitation/{given}"


class Invited(NamedTuple):
    """Who is invited, and where to."""

    user_id: UUID
    email: str
    full_name: str
    account_name: str


def look(connection: sa.Connection, claim: Claim) -> Invited:
    """Whose invitation it is; nobody else uses it until the transaction ends.

    Raises:
        NotFound: there is no such invitation, or no longer.
    """
    found = connection.execute(
        sa.select(UserInvitation.user_id, User.email, User.full_name, ClientAccount.name)
        .join(User, User.id == UserInvitation.user_id)
        .join(ClientAccount, ClientAccount.id == UserInvitation.client_account_id)
        .where(
            UserInvitation.client_account_id == claim.client_account_id,
            UserInvitation.token_hash == claim.token_hash,
            UserInvitation.expires_at > sa.func.now(),
            User.status == UserStatus.INVITED,
        )
        .with_for_update(of=UserInvitation)
    ).one_or_none()
    if found is None:
        raise NotFound(_GONE)
    return Invited(*found)


def accept(connection: sa.Connection, claim: Claim, password_hash: str) -> None:
    """The member has a password now and may sign in; the invitation is used up.

    Raises:
        NotFound: there is no such invitation, or no longer.
    """
    user = look(connection, claim).user_id
    connection.execute(
        sa.update(User)
        .where(User.id == user)
        .values(password_hash=password_hash, status=UserStatus.ACTIVE, password_changed_at=sa.func.now())
    )
    connection.execute(
        sa.update(UserProfile)
        .where(UserProfile.client_account_id == claim.client_account_id, UserProfile.user_id == user)
        .values(status=ProfileStatus.APPROVED, approved_at=sa.func.now())
    )
    connection.execute(
        sa.delete(UserInvitation).where(
            UserInvitation.client_account_id == claim.client_account_id, UserInvitation.user_id == user
        )
    )
