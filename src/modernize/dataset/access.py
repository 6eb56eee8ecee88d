"""Rows of the access tables: users, their role in the account, their profile, their access to the engagement."""

from __future__ import annotations

from datetime import datetime, timedelta

from modernize.dataset import story
from modernize.dataset.columns import Row, Tables
from modernize.dataset.story.records import Member
from modernize.dataset.tenant import Tenant
from modernize.models.enums import ProfileStatus, UserStatus

_APPROVED_AFTER = timedelta(hours=3)


def tables(tenant: Tenant) -> Tables:
    """Rows of the four access tables; users without their password hash."""
    members = story.members()
    return {
        "users": [_user(tenant, member) for member in members],
        "user_account_associations": [_association(tenant, member) for member in members],
        "user_profiles": [_profile(tenant, member) for member in members],
        "engagement_access": [_access(tenant, member) for member in members],
    }


def _joined(tenant: Tenant, member: Member) -> datetime:
    return tenant.before(member.joined_days * 24 * 60)


def _user(tenant: Tenant, member: Member) -> Row:
    joined = _joined(tenant, member)
    seen = tenant.before(member.last_seen_minutes)
    return {
        "id": tenant.user_id(member.key),
        "email": f"{member.user}@{tenant.company.domain}",
        "full_name": tenant.person(f"member {member.key}"),
        "status": UserStatus.ACTIVE,
        "home_client_account_id": tenant.account_id,
        "password_changed_at": joined,
        "created_at": joined,
        "updated_at": seen,
    }


def _association(tenant: Tenant, member: Member) -> Row:
    joined = _joined(tenant, member)
    return {
        "client_account_id": tenant.account_id,
        "id": tenant.id("user_account_associations", member.key),
        "user_id": tenant.user_id(member.key),
        "role": member.role,
        "granted_at": joined,
        "created_at": joined,
        "updated_at": joined,
    }


def _profile(tenant: Tenant, member: Member) -> Row:
    joined = _joined(tenant, member)
    approved = joined + _APPROVED_AFTER
    return {
        "client_account_id": tenant.account_id,
        "id": tenant.id("user_profiles", member.key),
        "user_id": tenant.user_id(member.key),
        "job_title": member.title,
        "department": member.department,
        "phone": member.phone,
        "time_zone": member.time_zone,
        "locale": "en",
        "access_level": member.level,
        "status": ProfileStatus.APPROVED,
        "approved_by": tenant.user_id("admin"),
        "approved_at": approved,
        "preferences": dict(member.preferences),
        "created_at": joined,
        "updated_at": approved,
    }


def _access(tenant: Tenant, member: Member) -> Row:
    granted = _joined(tenant, member) + _APPROVED_AFTER
    return {
        "client_account_id": tenant.account_id,
        "engagement_id": tenant.engagement_id,
        "id": tenant.id("engagement_access", member.key),
        "user_id": tenant.user_id(member.key),
        "access_level": member.level,
        "granted_by": tenant.user_id("admin"),
        "granted_at": granted,
        "expires_at": None,
        "created_at": granted,
        "updated_at": granted,
    }
