"""How the assets move: waves in time, which asset goes in which, and why each goes its way (the 6 Rs)."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from modernize.models.base import (
    ENGAGEMENT,
    TENANT,
    Base,
    Confidence,
    Documents,
    EngagementOwned,
    Moment,
    Money,
    Timestamped,
    between,
    by,
    is_array,
    not_negative,
    ordered,
    sibling_key,
    to_engagement,
    to_member,
    within_engagement,
)
from modernize.models.enums import (
    AssessmentStatus,
    AssignmentStatus,
    EffortSize,
    Severity,
    SixrStrategy,
    WaveStatus,
)


class MigrationWave(EngagementOwned, Timestamped, Base):
    __tablename__ = "migration_waves"
    __table_args__ = (
        to_engagement(),
        to_member("owner_user_id"),
        sibling_key(),
        sa.UniqueConstraint(TENANT, ENGAGEMENT, "sequence"),
        sa.UniqueConstraint(TENANT, ENGAGEMENT, "name"),
        by("status"),
        sa.Index(None, TENANT, "owner_user_id"),
        sa.CheckConstraint("sequence > 0", name="sequence_positive"),
        sa.CheckConstraint("capacity > 0", name="capacity_positive"),
        ordered("planned_start", "planned_end"),
        ordered("actual_start", "actual_end"),
        ordered("cutover_starts_at", "cutover_ends_at"),
        not_negative("budget"),
        is_array("success_criteria"),
        {"comment": "Groups of assets that move together, in sequence, within dates and a capacity."},
    )

    sequence: Mapped[int]
    name: Mapped[str]
    description: Mapped[str | None]
    status: Mapped[WaveStatus] = mapped_column(server_default=WaveStatus.PLANNED.value)
    risk: Mapped[Severity] = mapped_column(server_default=Severity.MEDIUM.value)
    planned_start: Mapped[date]
    planned_end: Mapped[date]
    actual_start: Mapped[date | None]
    actual_end: Mapped[date | None]
    cutover_starts_at: Mapped[datetime | None]
    cutover_ends_at: Mapped[datetime | None]
    capacity: Mapped[int] = mapped_column(comment="assets that the team can move in this wave")
    budget: Mapped[Money | None]
    owner_user_id: Mapped[UUID | None]
    success_criteria: Mapped[Documents]


class WaveAssignment(EngagementOwned, Timestamped, Base):
    __tablename__ = "wave_assignments"
    __table_args__ = (
        within_engagement("migration_wave_id", "migration_waves"),
        sa.ForeignKeyConstraint(
            [TENANT, ENGAGEMENT, "migration_wave_id", "asset_id"],
            [f"assets.{name}" for name in (TENANT, ENGAGEMENT, "migration_wave_id", "id")],
            ondelete="CASCADE",
        ),
        to_member("assigned_by"),
        sa.UniqueConstraint(TENANT, ENGAGEMENT, "asset_id"),
        by("migration_wave_id", "asset_id"),
        by("status"),
        sa.Index(None, TENANT, "assigned_by"),
        sa.CheckConstraint("move_order > 0", name="move_order_positive"),
        {"comment": "Which asset moves in which wave, at what place in its order. An asset moves once."},
    )

    migration_wave_id: Mapped[UUID]
    asset_id: Mapped[UUID]
    status: Mapped[AssignmentStatus] = mapped_column(server_default=AssignmentStatus.PLANNED.value)
    move_order: Mapped[int]
    scheduled_on: Mapped[date | None]
    note: Mapped[str | None]
    assigned_by: Mapped[UUID | None]
    assigned_at: Mapped[Moment]


class SixrAssessment(EngagementOwned, Timestamped, Base):
    __tablename__ = "sixr_assessments"
    __table_args__ = (
        within_engagement("asset_id", "assets", owned=True),
        to_member("approved_by"),
        by("asset_id", "status"),
        by("strategy"),
        sa.Index(None, TENANT, "approved_by"),
        sa.Index(
            "uq_sixr_assessments_asset_id_accepted",
            TENANT,
            ENGAGEMENT,
            "asset_id",
            unique=True,
            postgresql_where=sa.text("status = 'accepted'"),
        ),
        between("confidence", 0, 1),
        between("business_value_score", 0, 100),
        between("technical_fit_score", 0, 100),
        between("complexity_score", 0, 100),
        between("risk_score", 0, 100),
        not_negative("effort_days"),
        sa.CheckConstraint("(status = 'proposed') = (approved_at IS NULL)", name="decided_has_time"),
        is_array("alternatives"),
        is_array("assumptions"),
        {"comment": "The case for an asset's 6R strategy: rationale, confidence, scores and effort."},
    )

    asset_id: Mapped[UUID]
    strategy: Mapped[SixrStrategy]
    status: Mapped[AssessmentStatus] = mapped_column(server_default=AssessmentStatus.PROPOSED.value)
    rationale: Mapped[str]
    confidence: Mapped[Confidence]
    business_value_score: Mapped[int] = mapped_column(sa.SmallInteger)
    technical_fit_score: Mapped[int] = mapped_column(sa.SmallInteger)
    complexity_score: Mapped[int] = mapped_column(sa.SmallInteger)
    risk_score: Mapped[int] = mapped_column(sa.SmallInteger)
    effort_size: Mapped[EffortSize]
    effort_days: Mapped[Decimal] = mapped_column(sa.Numeric(6, 1))
    monthly_saving: Mapped[Money | None] = mapped_column(
        comment="US dollars; negative when the move costs more"
    )
    alternatives: Mapped[Documents]
    assumptions: Mapped[Documents]
    assessed_by: Mapped[str | None] = mapped_column(comment="the agent that made the case")
    approved_by: Mapped[UUID | None]
    approved_at: Mapped[datetime | None]
