"""Who may sign in: the four demo users everyone knows by heart, their roles and what these let them do."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from reseed.seed import Dataset
from reseed.validate import none_of, read_queries, row_fault, tally

_SQL = read_queries(Path(__file__).with_suffix(".sql"))

_USERS = {
    "demo@democorp.com": ("DEMO_USER_ID", "ENGAGEMENT_MANAGER"),
    "analyst@democorp.com": ("ANALYST_USER_ID", "ANALYST"),
    "viewer@democorp.com": ("VIEWER_USER_ID", "VIEWER"),
    "client.admin@democorp.com": ("CLIENT_ADMIN_USER_ID", "CLIENT_ADMIN"),
}
_MEMBERS = "SELECT 1 FROM user_account_associations"
_ACTIVE_USERS = "SELECT 1 FROM users WHERE status = 'active'"

_DROP_FOREIGN_KEYS = """
DO $$
DECLARE key record;
BEGIN
  FOR key IN SELECT conrelid::regclass AS owner, conname FROM pg_constraint WHERE contype = 'f' LOOP
    EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', key.owner, key.conname);
  END LOOP;
END $$
"""


def _users(dataset: Dataset) -> Mapping[str, object]:
    return {email: f"{dataset.identity[name]} {role}" for email, (name, role) in _USERS.items()}


def _account(dataset: Dataset) -> Mapping[str, object]:
    return {f"engagement of {dataset.identity['DEMO_CLIENT_ID']}": dataset.identity["DEMO_ENGAGEMENT_ID"]}


CHECKS = (
    tally(
        "access.users",
        _SQL["users"],
        _users,
        (
            row_fault(
                "make the viewer an analyst",
                "UPDATE user_account_associations SET role = 'ANALYST' WHERE role = 'VIEWER'",
            ),
            row_fault(
                "change the viewer's e-mail address",
                "UPDATE users SET email = 'reader@democorp.com' WHERE email = 'viewer@democorp.com'",
            ),
        ),
    ),
    tally(
        "access.account",
        _SQL["account"],
        _account,
        (
            row_fault(
                "give the engagement another id",
                _DROP_FOREIGN_KEYS,
                "UPDATE engagements SET id = gen_random_uuid()",
            ),
        ),
    ),
    none_of(
        "access.levels",
        _SQL["levels"],
        _MEMBERS,
        (
            row_fault(
                "let the viewer write",
                "UPDATE engagement_access SET access_level = 'READ_WRITE' WHERE access_level = 'READ_ONLY'",
            ),
            row_fault(
                "take back the approval of a profile",
                "UPDATE user_profiles SET status = 'pending', approved_at = NULL WHERE access_level = 'READ_WRITE'",
            ),
        ),
    ),
    none_of(
        "access.platform_admins",
        _SQL["platform_admins"],
        _MEMBERS,
        (
            row_fault(
                "make the viewer an administrator of the platform",
                "UPDATE user_account_associations SET role = 'PLATFORM_ADMIN' WHERE role = 'VIEWER'",
            ),
        ),
    ),
    none_of(
        "access.passwords",
        _SQL["passwords"],
        _ACTIVE_USERS,
        (
            row_fault(
                "give two users one password hash",
                "UPDATE users SET password_hash = (SELECT max(password_hash) FROM users)",
            ),
            row_fault(
                "leave a user without a password",
                "UPDATE users SET password_hash = NULL WHERE email = 'viewer@democorp.com'",
            ),
        ),
    ),
)
