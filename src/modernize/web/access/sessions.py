"""Sessions in the database: begun at a sign-in, looked at in every transaction, ended by a sign-out or by time.

The cookie is `<client account>.<token>`, so that the tenant is known, and set, before the session is looked for. The
table holds the token's hash: who reads the database cannot take a session over.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.sql.selectable import LateralFromClause

from modernize.models import (
    ClientAccount,
    Engagement,
    EngagementAccess,
    User,
    UserAccountAssociation,
    UserSession,
)
from modernize.models.enums import AccountRole, AccountStatus, UserStatus
from modernize.web.errors import NotSignedIn

IDLE = timedelta(minutes=60)
"""Nothing was asked for this long: the session is over."""

ABSOLUTE = timedelta(hours=12)
"""Whatever was asked, a session does not outlive a working day."""

NOTED_EVERY = timedelta(minutes=1)
"""How finely it is noted that a session is in use; a write for each request would be dear."""

KEPT = timedelta(days=90)
"""How long a session that is over is remembered."""

_UNLIMITED = (AccountRole.CLIENT_ADMIN, AccountRole.PLATFORM_ADMIN)
_OPEN = (AccountStatus.TRIAL, AccountStatus.ACTIVE)


@dataclass(frozen=True, slots=True)
class Claim:
    """What a cookie claims: to be a session of a client account. `token_hash`: sha256 of its secret, in hex."""

    client_account_id: UUID
    token_hash: str

    @classmethod
    def parse(cls, cookie: str | None) -> Claim | None:
        """The claim of a cookie; None when there is none or it is malformed."""
        account, separator, token = (cookie or "").partition(".")
        if not separator or not token or len(token) > 100:
            return None
        try:
            return cls(UUID(account), _hashed(token))
        except ValueError:
            return None


def begin(connection: sa.Connection, account: UUID, user: UUID, user_agent: str | None) -> str:
    """A new session of a member; returns its cookie. What is long over is forgotten on the way."""
    token = secrets.token_urlsafe(32)
    connection.execute(
        sa.delete(UserSession).where(
            UserSession.user_id == user, UserSession.expires_at < sa.func.now() - KEPT
        )
    )
    connection.execute(
        sa.insert(UserSession).values(
            client_account_id=account,
            user_id=user,
            token_hash=_hashed(token),
            csrf_token=secrets.token_urlsafe(24),
            user_agent=(user_agent or "")[:300] or None,
            expires_at=sa.func.now() + ABSOLUTE,
        )
    )
    return f"{account}.{token}"


def end(connection: sa.Connection, claim: Claim) -> None:
    """The session is over; nothing happens when it is over already or never was."""
    connection.execute(
        sa.update(UserSession)
        .where(*_claimed(claim), UserSession.ended_at.is_(None))
        .values(ended_at=sa.func.now())
    )


def end_all(connection: sa.Connection, user: UUID) -> None:
    """Every session of a member of the client account at work is over."""
    connection.execute(
        sa.update(UserSession)
        .where(UserSession.user_id == user, UserSession.ended_at.is_(None))
        .values(ended_at=sa.func.now())
    )


def is_due(found: sa.Row[Any]) -> bool:
    """Whether the use of a session that was looked at should be noted."""
    return bool(found.idle_seconds > NOTED_EVERY.total_seconds())


def note(connection: sa.Connection, claim: Claim) -> None:
    """The session was used just now."""
    connection.execute(sa.update(UserSession).where(*_claimed(claim)).values(last_seen_at=sa.func.now()))


def look(connection: sa.Connection, claim: Claim) -> sa.Row[Any]:
    """The session with its member, role and engagement, as they are now.

    Returns:
        A row: user_id, client_account_id, csrf_token, idle_seconds, email, full_name, account_name, role,
        engagement_id, engagement_name and access_level, the last three None without access to an engagement.

    Raises:
        NotSignedIn: unknown, ended, expired, idle for too long; the user is not active; the account is closed.
    """
    found = connection.execute(_alive().where(*_claimed(claim))).one_or_none()
    if found is None:
        raise NotSignedIn
    return found


def _alive() -> sa.Select[Any]:
    engagement = _engagement()
    idle = sa.func.extract("epoch", sa.func.now() - UserSession.last_seen_at)
    return (
        sa.select(
            UserSession.user_id,
            UserSession.client_account_id,
            UserSession.csrf_token,
            sa.cast(idle, sa.Float).label("idle_seconds"),
            User.email,
            User.full_name,
            ClientAccount.name.label("account_name"),
            UserAccountAssociation.role,
            engagement.c.engagement_id,
            engagement.c.engagement_name,
            engagement.c.access_level,
        )
        .join(User, User.id == UserSession.user_id)
        .join(ClientAccount, ClientAccount.id == UserSession.client_account_id)
        .join(
            UserAccountAssociation,
            sa.and_(
                UserAccountAssociation.client_account_id == UserSession.client_account_id,
                UserAccountAssociation.user_id == UserSession.user_id,
            ),
        )
        .outerjoin(engagement, sa.true())
        .where(
            UserSession.ended_at.is_(None),
            UserSession.expires_at > sa.func.now(),
            UserSession.last_seen_at > sa.func.now() - IDLE,
            User.status == UserStatus.ACTIVE,
            ClientAccount.status.in_(_OPEN),
        )
    )


def _engagement() -> LateralFromClause:
    """The engagement a member works in: the first one given access to; an administrator needs no access."""
    mine = sa.and_(
        EngagementAccess.client_account_id == Engagement.client_account_id,
        EngagementAccess.engagement_id == Engagement.id,
        EngagementAccess.user_id == UserSession.user_id,
        sa.or_(EngagementAccess.expires_at.is_(None), EngagementAccess.expires_at > sa.func.now()),
    )
    return (
        sa.select(
            Engagement.id.label("engagement_id"),
            Engagement.name.label("engagement_name"),
            EngagementAccess.access_level,
        )
        .outerjoin(EngagementAccess, mine)
        .where(
            Engagement.client_account_id == UserSession.client_account_id,
            sa.or_(EngagementAccess.id.is_not(None), UserAccountAssociation.role.in_(_UNLIMITED)),
        )
        .order_by(EngagementAccess.granted_at.nulls_last(), Engagement.created_at, Engagement.id)
        .limit(1)
        .lateral("engagement")
    )


def _claimed(claim: Claim) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        UserSession.client_account_id == claim.client_account_id,
        UserSession.token_hash == claim.token_hash,
    )


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
