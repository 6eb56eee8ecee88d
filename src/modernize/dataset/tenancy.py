"""Rows of the tenancy tables: the client account and its engagement."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from modernize.dataset import estate, story
from modernize.dataset.columns import Tables
from modernize.dataset.tenant import Tenant
from modernize.models.enums import (
    AccountStatus,
    CloudProvider,
    EngagementStatus,
    EngagementType,
    SubscriptionTier,
)

_SIGNED_DAYS_AGO, _STARTED_WEEKS_AGO = 130, 15
# Between the last cut-over and the end: two weeks of watching.
_AFTER_LAST_WAVE = timedelta(weeks=2)
_OTHER_COSTS = 85_000
_DEMO_EMPLOYEES = 4200


def tables(tenant: Tenant) -> Tables:
    """Rows of `client_accounts` and `engagements`."""
    company = tenant.company
    signed = tenant.before(_SIGNED_DAYS_AGO * 24 * 60)
    admin = next(member for member in story.members() if member.key == "admin")
    waves = estate.waves(tenant)
    begin = tenant.monday - timedelta(weeks=_STARTED_WEEKS_AGO)
    end = tenant.monday + timedelta(weeks=waves[-1].starts + waves[-1].weeks) + _AFTER_LAST_WAVE
    account = {
        "id": tenant.account_id,
        "name": company.name,
        "slug": company.slug,
        "industry": company.industry,
        "employee_count": _employees(tenant),
        "headquarters": company.headquarters,
        "contact_name": admin.name,
        "contact_email": f"{admin.user}@{company.domain}",
        "status": AccountStatus.ACTIVE,
        "subscription_tier": SubscriptionTier.ENTERPRISE,
        "settings": {"default_currency": "USD", "week_starts_on": "monday", "session_minutes": 480},
        "created_at": signed,
        "updated_at": signed,
    }
    engagement = {
        "client_account_id": tenant.account_id,
        "id": tenant.engagement_id,
        "name": "Data Centre Exit",
        "slug": "data-centre-exit",
        "description": f"Leave the data centre in {company.site} before its lease ends, in four waves.",
        "engagement_type": EngagementType.MIGRATION,
        "status": EngagementStatus.ACTIVE,
        "target_cloud": CloudProvider.AZURE,
        "lead_user_id": tenant.user_id("manager"),
        "starts_on": begin,
        "ends_on": end,
        "budget": Decimal(sum(wave.budget for wave in waves) + _OTHER_COSTS),
        "currency": "USD",
        "objectives": [
            "Close the data centre before its lease ends",
            "No system out of vendor support after the last wave",
            "At least 20 percent lower running costs",
        ],
        "settings": {"change_freeze": {"from": "12-15", "to": "01-06"}, "approval_required": True},
        "created_at": signed,
        "updated_at": signed,
    }
    return {"client_accounts": [account], "engagements": [engagement]}


def _employees(tenant: Tenant) -> int:
    if tenant.is_demo:
        return _DEMO_EMPLOYEES
    return tenant.between("client_accounts", "employee_count", 300, 12000)
