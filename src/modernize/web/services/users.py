"""Members of the client account: who they are, who is invited, which role each has, who may sign in.

Nobody changes their own role or status, nobody takes away the account's last active administrator, and only a platform
administrator makes another one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa

from modernize.models import EngagementAccess, User, UserAccountAssociation, UserProfile, UserSession
from modernize.models.enums import AccountRole, ProfileStatus, UserStatus
from modernize.web.access import invitations, sessions
from modernize.web.access.caller import Caller, Identity, Work
from modernize.web.access.granting import LEVELS, grantable
from modernize.web.errors import Conflict, Forbidden, Invalid, NotFound
from modernize.web.services.paging import Listed, Paging, listed
from modernize.web.services.text import unfit

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
_LONGEST_EMAIL, _LONGEST_NAME = 254, 200

_MEMBER = sa.and_(UserProfile.client_account_id == UserAccountAssociation.client_account_id,
                  UserProfile.user_id == UserAccountAssociation.user_id)  # fmt: skip

_LAST_SIGN_IN = (
    sa.select(sa.func.max(UserSession.created_at))
    .where(
        UserSession.client_account_id == UserAccountAssociation.client_account_id,
        UserSession.user_id == UserAccountAssociation.user_id,
    )
    .scalar_subquery()
)

_COLUMNS: dict[str, sa.ColumnElement[Any]] = {
    "full_name": User.__table__.c.full_name,
    "email": User.__table__.c.email,
    "job_title": UserProfile.__table__.c.job_title,
    "role": UserAccountAssociation.__table__.c.role,
    "access_level": UserProfile.__table__.c.access_level,
    "status": User.__table__.c.status,
    "last_sign_in_at": _LAST_SIGN_IN,
    "granted_at": UserAccountAssociation.__table__.c.granted_at,
}
"""What a list of members shows and can be sorted by."""


@dataclass(frozen=True, slots=True)
class MemberFilter:
    """Which members to list; what is None does not filter. `search` is looked for in name and address."""

    role: AccountRole | None = None
    status: UserStatus | None = None
    search: str | None = None


@dataclass(frozen=True, slots=True)
class Invitation:
    """Whom to invite, as what."""

    email: str
    full_name: str
    role: AccountRole
    job_title: str | None = None


def list_members(caller: Caller, wanted: MemberFilter, paging: Paging) -> Listed:
    """One page of the account's members: `id` (the user's), what `_COLUMNS` names, and whether one is the caller."""
    with caller.working("user:read") as work:
        query = _members(work.identity)
        if wanted.role:
            query = query.where(UserAccountAssociation.role == wanted.role)
        if wanted.status:
            query = query.where(User.status == wanted.status)
        if wanted.search:
            query = query.where(
                User.full_name.icontains(wanted.search, autoescape=True)
                | User.email.icontains(wanted.search, autoescape=True)
            )
        return listed(work.connection, query, paging, _COLUMNS, usual="full_name", last=User.__table__.c.id)


def one_member(caller: Caller, user_id: UUID) -> dict[str, Any]:
    """One member, as `list_members` has it.

    Raises:
        NotFound: the account has no such member.
    """
    with caller.working("user:read") as work:
        return _one(work, user_id)


def count_by_role(caller: Caller) -> dict[str, int]:
    """Number of members with each role, and of all (`""`)."""
    with caller.working("user:read") as work:
        role = UserAccountAssociation.role
        found = work.connection.execute(
            sa.select(role, sa.func.count())
            .where(UserAccountAssociation.client_account_id == work.identity.client_account_id)
            .group_by(role)
        )
        counts = {str(each): 0 for each in AccountRole} | {str(each): number for each, number in found}
    return {"": sum(counts.values()), **counts}


def invite(caller: Caller, invitation: Invitation) -> dict[str, Any]:
    """Make a user who is invited, with membership, profile and access to the engagement; nobody is written to.

    Returns:
        the member, and as `invitation` the path of the link by which they choose a password.

    Raises:
        Invalid: address, name or title are not ones. Forbidden: the role is not the caller's to give.
        Conflict: the address is in use.
    """
    with caller.working("user:write") as work:
        invitation = _judged(invitation)
        email = invitation.email
        _require_grantable(work.identity, invitation.role)
        if _address_in_use(work, email):
            raise Conflict(f"{email} is a member of {work.identity.account_name} already.")
        user_id = uuid4()
        try:
            with work.connection.begin_nested():
                work.connection.execute(
                    sa.insert(User).values(
                        id=user_id,
                        email=email,
                        full_name=invitation.full_name,
                        status=UserStatus.INVITED,
                        home_client_account_id=work.identity.client_account_id,
                    )
                )
        except sa.exc.IntegrityError as error:
            raise Conflict(
                f"{email} signs in for another client account already. "
                "Ask the platform's administrator to make them a member here."
            ) from error
        _add_member(work, user_id, invitation)
        return {**_one(work, user_id), "invitation": _link(work, user_id)}


def invite_again(caller: Caller, user_id: UUID) -> dict[str, Any]:
    """A new link for somebody who is invited; the one before it holds no longer.

    Raises:
        NotFound: no such member. Forbidden: oneself, or a platform administrator.
        Conflict: they have a password already, or are disabled or a guest.
    """
    with caller.working("user:write") as work:
        member = _changeable(work, user_id)
        if member["status"] is not UserStatus.INVITED or member["is_guest"]:
            raise Conflict(
                f"{member['full_name']} is {member['status']}, expected somebody who is invited here."
            )
        return {**member, "invitation": _link(work, user_id)}


def change_role(caller: Caller, user_id: UUID, role: AccountRole) -> dict[str, Any]:
    """Give a member another role, and the access to the engagement that comes with it; it counts at once.

    Raises:
        NotFound: no such member. Forbidden: the caller's own role, or one that is not the caller's to give or take.
        Conflict: the last active administrator would lose the role.
    """
    with caller.working("user:write") as work:
        member = _changeable(work, user_id)
        _require_grantable(work.identity, role)
        if role is not AccountRole.CLIENT_ADMIN:
            _require_another_admin(work, member)
        level = {"access_level": LEVELS[role]}
        _change(work, UserAccountAssociation, user_id, {"role": role})
        _change(work, UserProfile, user_id, level)
        # Administrators need no access to an engagement; whoever is one no more does.
        if not _change(work, EngagementAccess, user_id, level):
            _give_access(work, user_id, role)
        return _one(work, user_id)


def disable(caller: Caller, user_id: UUID) -> dict[str, Any]:
    """Let a member sign in no more; sessions they have are over.

    Raises:
        NotFound: no such member. Forbidden: oneself, or a platform administrator.
        Conflict: the last active administrator, or a guest, whom their own account administers.
    """
    with caller.working("user:write") as work:
        member = _changeable(work, user_id)
        _require_another_admin(work, member)
        _set_status(work, member, UserStatus.DISABLED)
        sessions.end_all(work.connection, user_id)
        return _one(work, user_id)


def enable(caller: Caller, user_id: UUID) -> dict[str, Any]:
    """Let a disabled member sign in again; who never had a password is invited, as before.

    Raises:
        NotFound: no such member. Forbidden: oneself, or a platform administrator. Conflict: a guest.
    """
    with caller.working("user:write") as work:
        member = _changeable(work, user_id)
        if member["status"] is UserStatus.DISABLED:
            has_password = work.connection.scalar(
                sa.select(User.password_hash.is_not(None)).where(User.id == user_id)
            )
            _set_status(work, member, UserStatus.ACTIVE if has_password else UserStatus.INVITED)
        return _one(work, user_id)


def _members(identity: Identity) -> sa.Select[Any]:
    return (
        sa.select(
            User.id,
            *(column.label(name) for name, column in _COLUMNS.items()),
            (User.id == identity.user_id).label("is_caller"),
            (User.home_client_account_id != identity.client_account_id).label("is_guest"),
        )
        .join(UserAccountAssociation, UserAccountAssociation.user_id == User.id)
        .outerjoin(UserProfile, _MEMBER)
        .where(UserAccountAssociation.client_account_id == identity.client_account_id)
    )


def _one(work: Work, user_id: UUID) -> dict[str, Any]:
    found = (
        work.connection.execute(_members(work.identity).where(User.id == user_id)).mappings().one_or_none()
    )
    if found is None:
        raise NotFound(f"{work.identity.account_name} has no member {user_id}.")
    return dict(found)


def _changeable(work: Work, user_id: UUID) -> dict[str, Any]:
    # Locked first, all administrators in one order: two who act on each other at once come one after the other.
    work.connection.execute(
        sa.select(UserAccountAssociation.id)
        .where(
            UserAccountAssociation.client_account_id == work.identity.client_account_id,
            (UserAccountAssociation.role == AccountRole.CLIENT_ADMIN)
            | (UserAccountAssociation.user_id == user_id),
        )
        .order_by(UserAccountAssociation.id)
        .with_for_update()
    ).all()
    member = _one(work, user_id)
    if member["is_caller"]:
        raise Forbidden("Nobody changes their own role or status. Ask another administrator.")
    if member["role"] is AccountRole.PLATFORM_ADMIN:
        _require_grantable(work.identity, AccountRole.PLATFORM_ADMIN)
    return member


def _require_grantable(identity: Identity, role: AccountRole) -> None:
    if role not in grantable(identity.role):
        raise Forbidden(f"The role {role} is not yours to give or take. Ask the platform's administrator.")


def _require_another_admin(work: Work, member: Mapping[str, Any]) -> None:
    if member["role"] is not AccountRole.CLIENT_ADMIN or member["status"] is not UserStatus.ACTIVE:
        return
    others = work.connection.scalar(
        sa.select(sa.func.count())
        .select_from(UserAccountAssociation)
        .join(User, User.id == UserAccountAssociation.user_id)
        .where(
            UserAccountAssociation.client_account_id == work.identity.client_account_id,
            UserAccountAssociation.role == AccountRole.CLIENT_ADMIN,
            UserAccountAssociation.user_id != member["id"],
            User.status == UserStatus.ACTIVE,
        )
    )
    if not others:
        raise Conflict(
            f"{member['full_name']} is the last active administrator of {work.identity.account_name}. "
            "Make somebody else one first."
        )


def _set_status(work: Work, member: Mapping[str, Any], status: UserStatus) -> None:
    changed = work.connection.execute(sa.update(User).where(User.id == member["id"]).values(status=status))
    if changed.rowcount != 1:
        raise Conflict(
            f"{member['full_name']} is a guest, whose own client account says whether they may sign in."
        )


def _judged(invitation: Invitation) -> Invitation:
    """The invitation as it is stored."""
    email, name = invitation.email.strip().lower(), " ".join(invitation.full_name.split())
    title = " ".join((invitation.job_title or "").split()) or None
    problems = [*unfit("The name", name, _LONGEST_NAME), *unfit("The title", title or "", _LONGEST_NAME)]
    if not _EMAIL.fullmatch(email) or unfit("It", email, _LONGEST_EMAIL):
        problems.append(f'"{email[:80]}" is not an e-mail address, expected one like name@example.com.')
    if not name:
        problems.append("The name is missing.")
    if problems:
        raise Invalid(" ".join(problems), problems=tuple(problems))
    return Invitation(email, name, invitation.role, title)


def _address_in_use(work: Work, email: str) -> bool:
    return bool(work.connection.scalar(sa.select(sa.exists().where(User.email == email))))


def _link(work: Work, user_id: UUID) -> str:
    return invitations.issue(work.connection, work.identity.client_account_id, user_id)


def _add_member(work: Work, user_id: UUID, invitation: Invitation) -> None:
    account, level = work.identity.client_account_id, LEVELS[invitation.role]
    member = {"client_account_id": account, "user_id": user_id}
    work.connection.execute(sa.insert(UserAccountAssociation).values(**member, role=invitation.role))
    work.connection.execute(
        sa.insert(UserProfile).values(
            **member, job_title=invitation.job_title, access_level=level, status=ProfileStatus.PENDING
        )
    )
    _give_access(work, user_id, invitation.role)


def _give_access(work: Work, user_id: UUID, role: AccountRole) -> None:
    work.connection.execute(
        sa.insert(EngagementAccess).values(
            client_account_id=work.identity.client_account_id,
            engagement_id=work.identity.engagement_id,
            user_id=user_id,
            access_level=LEVELS[role],
            granted_by=work.identity.user_id,
        )
    )


def _change(work: Work, table: Any, user_id: UUID, values: Mapping[str, object]) -> int:
    """Change a member's rows of a table; how many there are."""
    return work.connection.execute(
        sa.update(table)
        .where(table.client_account_id == work.identity.client_account_id, table.user_id == user_id)
        .values(**values)
    ).rowcount
