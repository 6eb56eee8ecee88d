"""Which roles one may give to others, and what access to the engagement comes with each."""

from __future__ import annotations

from collections.abc import Mapping

from modernize.models.enums import AccessLevel, AccountRole

LEVELS: Mapping[AccountRole, AccessLevel] = {
    AccountRole.VIEWER: AccessLevel.READ_ONLY,
    AccountRole.ANALYST: AccessLevel.READ_WRITE,
    AccountRole.ENGAGEMENT_MANAGER: AccessLevel.ADMIN,
    AccountRole.CLIENT_ADMIN: AccessLevel.ADMIN,
    AccountRole.PLATFORM_ADMIN: AccessLevel.SUPER_ADMIN,
}
"""What access to the engagement comes with a role, the least first."""


def grantable(role: AccountRole) -> tuple[AccountRole, ...]:
    """Roles that somebody with this role may give and take, the least first; only the platform makes its own."""
    roles = tuple(LEVELS)
    return roles if role is AccountRole.PLATFORM_ADMIN else roles[:-1]
