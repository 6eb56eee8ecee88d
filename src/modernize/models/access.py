"""Who may sign in and what they may do: users, their membership in an account, access to engagements, sessions.

A user belongs to no tenant: a consultant works for several client accounts under one sign-in.
`home_client_account_id` is the account that administers the user and the one a sign-in leads to. Rows of
tenant tables name users through their membership (`to_member`), so nobody from outside can be an owner there.

What signing in leaves behind, `user_sessions`, `user_invitations` and `sign_in_attempts`, lies in tables of its own,
which no dataset fills: people who come and go change no row that a validation compares.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from modernize.models.base import (
    ENGAGEMENT,
    TENANT,
    Base,
    Document,
    EngagementOwned,
    Identified,
    Moment,
    TenantOwned,
    Timestamped,
    is_object,
    ordered,
    to_account,
    to_engagement,
    to_member,
)
from modernize.models.enums import AccessLevel, AccountRole, ProfileStatus, UserStatus


class User(Identified, Timestamped, Base):
    __tablename__ = "users"
    __table_args__ = (
        to_account("home_client_account_id"),
        sa.UniqueConstraint("email"),
        sa.Index(None, "home_client_account_id"),
        sa.CheckConstraint("email = lower(email) AND position('@' IN email) > 1", name="email_form"),
        sa.CheckConstraint("password_hash LIKE '$argon2id$%'", name="password_is_hashed"),
        {"comment": "People who may sign in: one row a person, however many client accounts they work for."},
    )

    email: Mapped[str]
    full_name: Mapped[str]
    password_hash: Mapped[str | None] = mapped_column(
        comment="argon2id; none until an invitation is accepted"
    )
    status: Mapped[UserStatus] = mapped_column(server_default=UserStatus.INVITED.value)
    home_client_account_id: Mapped[UUID]
    password_changed_at: Mapped[datetime | None]


class UserAccountAssociation(TenantOwned, Timestamped, Base):
    __tablename__ = "user_account_associations"
    __table_args__ = (
        to_account(),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], ondelete="CASCADE"),
        sa.UniqueConstraint(TENANT, "user_id"),
        sa.Index(None, "user_id"),
        sa.Index(None, TENANT, "role"),
        {"comment": "Membership of a user in a client account, with the role held there."},
    )

    user_id: Mapped[UUID]
    role: Mapped[AccountRole]
    granted_at: Mapped[Moment]


class UserProfile(TenantOwned, Timestamped, Base):
    __tablename__ = "user_profiles"
    __table_args__ = (
        to_member("user_id", owned=True),
        to_member("approved_by"),
        sa.UniqueConstraint(TENANT, "user_id"),
        sa.Index(None, TENANT, "approved_by"),
        sa.Index(None, TENANT, "status"),
        sa.CheckConstraint("(status = 'approved') = (approved_at IS NOT NULL)", name="approval_has_time"),
        is_object("preferences"),
        {"comment": "How a member appears in a client account: title, access level, preferences."},
    )

    user_id: Mapped[UUID]
    job_title: Mapped[str | None]
    department: Mapped[str | None]
    phone: Mapped[str | None]
    time_zone: Mapped[str] = mapped_column(server_default="UTC")
    locale: Mapped[str] = mapped_column(server_default="en")
    access_level: Mapped[AccessLevel] = mapped_column(server_default=AccessLevel.READ_ONLY.value)
    status: Mapped[ProfileStatus] = mapped_column(server_default=ProfileStatus.PENDING.value)
    approved_by: Mapped[UUID | None]
    approved_at: Mapped[datetime | None]
    preferences: Mapped[Document]


class EngagementAccess(EngagementOwned, Timestamped, Base):
    __tablename__ = "engagement_access"
    __table_args__ = (
        to_engagement(),
        to_member("user_id", owned=True),
        to_member("granted_by"),
        sa.UniqueConstraint(TENANT, ENGAGEMENT, "user_id"),
        sa.Index(None, TENANT, "user_id"),
        sa.Index(None, TENANT, "granted_by"),
        ordered("granted_at", "expires_at"),
        {"comment": "What a member may do in one engagement."},
    )

    user_id: Mapped[UUID]
    access_level: Mapped[AccessLevel]
    granted_by: Mapped[UUID | None]
    granted_at: Mapped[Moment]
    expires_at: Mapped[datetime | None]


class UserSession(TenantOwned, Base):
    __tablename__ = "user_sessions"
    __table_args__ = (
        to_member("user_id", owned=True),
        sa.UniqueConstraint(TENANT, "token_hash"),
        sa.Index(None, TENANT, "user_id", "created_at"),
        sa.CheckConstraint("token_hash ~ '^[0-9a-f]{64}$'", name="token_is_hashed"),
        ordered("created_at", "expires_at"),
        ordered("created_at", "ended_at"),
        {"comment": "Sign-ins of members: one row each, alive until it expires or is ended."},
    )

    user_id: Mapped[UUID]
    token_hash: Mapped[str] = mapped_column(comment="sha256 of the cookie's token; the token is nowhere")
    csrf_token: Mapped[str]
    user_agent: Mapped[str | None]
    created_at: Mapped[Moment]
    last_seen_at: Mapped[Moment]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class UserInvitation(TenantOwned, Base):
    __tablename__ = "user_invitations"
    __table_args__ = (
        to_member("user_id", owned=True),
        sa.UniqueConstraint(TENANT, "token_hash"),
        sa.UniqueConstraint(TENANT, "user_id"),
        sa.CheckConstraint("token_hash ~ '^[0-9a-f]{64}$'", name="token_is_hashed"),
        ordered("created_at", "expires_at"),
        {"comment": "Links by which invited members choose their first password: the latest one of each."},
    )

    user_id: Mapped[UUID]
    token_hash: Mapped[str] = mapped_column(comment="sha256 of the link's token; the token is nowhere")
    created_at: Mapped[Moment]
    expires_at: Mapped[datetime]


class SignInAttempt(Identified, Base):
    __tablename__ = "sign_in_attempts"
    __table_args__ = (
        sa.Index(None, "email", "attempted_at"),
        sa.CheckConstraint("email = lower(email)", name="email_form"),
        {
            "comment": "Sign-ins not known to have succeeded, by the e-mail address given: what lock-out counts."
        },
    )

    email: Mapped[str]
    attempted_at: Mapped[Moment]
