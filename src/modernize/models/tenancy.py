"""Who the customers are and what is done for them: client accounts and their engagements."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from modernize.models.base import (
    TENANT,
    Base,
    Document,
    Documents,
    Identified,
    TenantOwned,
    Timestamped,
    is_array,
    is_object,
    not_negative,
    ordered,
    to_account,
    to_member,
)
from modernize.models.enums import (
    AccountStatus,
    CloudProvider,
    EngagementStatus,
    EngagementType,
    SubscriptionTier,
)


class ClientAccount(Identified, Timestamped, Base):
    __tablename__ = "client_accounts"
    __table_args__ = (
        sa.UniqueConstraint("slug"),
        sa.CheckConstraint("slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'", name="slug_form"),
        sa.CheckConstraint("employee_count > 0", name="employee_count_positive"),
        is_object("settings"),
        {"comment": "Tenants, the customer organisations. All rows belong to one of them, users apart."},
    )

    name: Mapped[str]
    slug: Mapped[str]
    industry: Mapped[str]
    employee_count: Mapped[int | None]
    headquarters: Mapped[str | None]
    contact_name: Mapped[str | None]
    contact_email: Mapped[str | None]
    status: Mapped[AccountStatus] = mapped_column(server_default=AccountStatus.ACTIVE.value)
    subscription_tier: Mapped[SubscriptionTier] = mapped_column(server_default=SubscriptionTier.STARTER.value)
    settings: Mapped[Document]


class Engagement(TenantOwned, Timestamped, Base):
    __tablename__ = "engagements"
    __table_args__ = (
        to_account(),
        to_member("lead_user_id"),
        sa.UniqueConstraint(TENANT, "slug"),
        sa.Index(None, TENANT, "lead_user_id"),
        sa.Index(None, TENANT, "status"),
        ordered("starts_on", "ends_on"),
        not_negative("budget"),
        is_array("objectives"),
        is_object("settings"),
        {"comment": "Projects for a client account: a move of workloads, from discovery to cut-over."},
    )

    name: Mapped[str]
    slug: Mapped[str]
    description: Mapped[str | None]
    engagement_type: Mapped[EngagementType] = mapped_column(server_default=EngagementType.MIGRATION.value)
    status: Mapped[EngagementStatus] = mapped_column(server_default=EngagementStatus.PLANNED.value)
    target_cloud: Mapped[CloudProvider | None]
    lead_user_id: Mapped[UUID | None]
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    budget: Mapped[Decimal | None] = mapped_column(sa.Numeric(14, 2))
    currency: Mapped[str] = mapped_column(server_default="USD")
    objectives: Mapped[Documents]
    settings: Mapped[Document]
