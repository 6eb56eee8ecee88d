"""Finding out what a customer runs: flows, their phases, the crews of agents at work, and what they found."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from modernize.models.base import (
    ENGAGEMENT,
    TENANT,
    Base,
    Confidence,
    Document,
    Documents,
    EngagementOwned,
    Moment,
    OptionalDocument,
    Percent,
    Timestamped,
    between,
    by,
    is_array,
    is_object,
    not_negative,
    ordered,
    sibling_key,
    to_engagement,
    to_member,
    within_engagement,
)
from modernize.models.enums import (
    CrewProcess,
    CrewStatus,
    DiscoveryPhase,
    FlowStatus,
    InsightStatus,
    InsightType,
    LearningScope,
    MemoryIsolationLevel,
    PhaseStatus,
    Severity,
)


class DiscoveryFlow(EngagementOwned, Timestamped, Base):
    __tablename__ = "discovery_flows"
    __table_args__ = (
        to_engagement(),
        to_member("started_by"),
        sibling_key(),
        sa.UniqueConstraint(TENANT, ENGAGEMENT, "name"),
        sa.Index(None, TENANT, "started_by"),
        by("status"),
        by("current_phase"),
        by("started_at"),
        between("progress", 0, 100),
        ordered("started_at", "completed_at"),
        sa.CheckConstraint("(status = 'completed') = (completed_at IS NOT NULL)", name="completed_has_time"),
        sa.CheckConstraint("status <> 'completed' OR progress = 100", name="completed_is_all_done"),
        sa.CheckConstraint(
            "NOT assessment_ready OR status = 'completed'", name="assessment_ready_is_completed"
        ),
        sa.CheckConstraint(
            "(status = 'failed') = (error_phase IS NOT NULL)"
            " AND (status = 'failed') = (error_message IS NOT NULL)",
            name="failed_has_error",
        ),
        is_object("phase_state"),
        is_object("agent_state"),
        is_object("error_details"),
        {"comment": "Discovery runs: one way from imported files to an assessed inventory, phase by phase."},
    )

    name: Mapped[str]
    description: Mapped[str | None]
    status: Mapped[FlowStatus] = mapped_column(server_default=FlowStatus.INITIALIZED.value)
    current_phase: Mapped[DiscoveryPhase] = mapped_column(server_default=DiscoveryPhase.DATA_IMPORT.value)
    progress: Mapped[Percent] = mapped_column(server_default="0")
    learning_scope: Mapped[LearningScope] = mapped_column(server_default=LearningScope.ENGAGEMENT.value)
    memory_isolation_level: Mapped[MemoryIsolationLevel] = mapped_column(
        server_default=MemoryIsolationLevel.STRICT.value
    )
    assessment_ready: Mapped[bool] = mapped_column(server_default=sa.false())
    phase_state: Mapped[Document]
    agent_state: Mapped[Document]
    error_phase: Mapped[DiscoveryPhase | None]
    error_message: Mapped[str | None]
    error_details: Mapped[OptionalDocument]
    started_by: Mapped[UUID | None]
    started_at: Mapped[Moment]
    completed_at: Mapped[datetime | None]


class FlowPhase(EngagementOwned, Timestamped, Base):
    __tablename__ = "flow_phases"
    __table_args__ = (
        within_engagement("discovery_flow_id", "discovery_flows", owned=True),
        sa.UniqueConstraint(TENANT, ENGAGEMENT, "discovery_flow_id", "phase"),
        sa.UniqueConstraint(TENANT, ENGAGEMENT, "discovery_flow_id", "ordinal"),
        by("status"),
        between("ordinal", 1, len(DiscoveryPhase)),
        between("progress", 0, 100),
        ordered("started_at", "finished_at"),
        not_negative("records_processed", "records_rejected"),
        sa.CheckConstraint("(status = 'pending') = (started_at IS NULL)", name="begun_has_time"),
        sa.CheckConstraint(
            "(status IN ('completed', 'failed')) = (finished_at IS NOT NULL)", name="ended_has_time"
        ),
        sa.CheckConstraint("(status = 'completed') = (progress = 100)", name="completed_is_all_done"),
        sa.CheckConstraint("(status = 'failed') = (error_message IS NOT NULL)", name="failed_has_error"),
        {"comment": "The phases of a discovery flow, in order, with state and times of each."},
    )

    discovery_flow_id: Mapped[UUID]
    phase: Mapped[DiscoveryPhase]
    ordinal: Mapped[int] = mapped_column(sa.SmallInteger)
    status: Mapped[PhaseStatus] = mapped_column(server_default=PhaseStatus.PENDING.value)
    progress: Mapped[Percent] = mapped_column(server_default="0")
    records_processed: Mapped[int] = mapped_column(server_default="0")
    records_rejected: Mapped[int] = mapped_column(server_default="0")
    summary: Mapped[str | None]
    error_message: Mapped[str | None]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]


class CrewState(EngagementOwned, Timestamped, Base):
    __tablename__ = "crew_states"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            [TENANT, ENGAGEMENT, "discovery_flow_id", "phase"],
            [f"flow_phases.{name}" for name in (TENANT, ENGAGEMENT, "discovery_flow_id", "phase")],
            ondelete="CASCADE",
        ),
        sa.UniqueConstraint(TENANT, ENGAGEMENT, "discovery_flow_id", "phase", "crew_name"),
        by("status"),
        ordered("started_at", "finished_at"),
        not_negative("prompt_tokens", "completion_tokens", "duration_ms", "cost_usd", "retries"),
        sa.CheckConstraint("total_tokens = prompt_tokens + completion_tokens", name="tokens_add_up"),
        sa.CheckConstraint("(status = 'pending') = (started_at IS NULL)", name="begun_has_time"),
        sa.CheckConstraint(
            "(status IN ('completed', 'failed')) = (finished_at IS NOT NULL)", name="ended_has_time"
        ),
        sa.CheckConstraint("(status = 'failed') = (error_message IS NOT NULL)", name="failed_has_error"),
        is_array("agents"),
        is_array("task_outputs"),
        {"comment": "CrewAI state: a crew at work in a phase, its agents, outputs, times and token use."},
    )

    discovery_flow_id: Mapped[UUID]
    phase: Mapped[DiscoveryPhase]
    crew_name: Mapped[str]
    process: Mapped[CrewProcess] = mapped_column(server_default=CrewProcess.SEQUENTIAL.value)
    status: Mapped[CrewStatus] = mapped_column(server_default=CrewStatus.PENDING.value)
    agents: Mapped[Documents]
    task_outputs: Mapped[Documents]
    model_name: Mapped[str]
    prompt_tokens: Mapped[int] = mapped_column(server_default="0")
    completion_tokens: Mapped[int] = mapped_column(server_default="0")
    total_tokens: Mapped[int] = mapped_column(server_default="0")
    cost_usd: Mapped[Decimal] = mapped_column(sa.Numeric(10, 4), server_default="0")
    retries: Mapped[int] = mapped_column(server_default="0")
    duration_ms: Mapped[int | None]
    error_message: Mapped[str | None]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]


class AgentInsight(EngagementOwned, Timestamped, Base):
    __tablename__ = "agent_insights"
    __table_args__ = (
        within_engagement("discovery_flow_id", "discovery_flows", owned=True),
        to_member("reviewed_by"),
        by("discovery_flow_id", "phase"),
        by("status", "severity"),
        by("created_at"),
        sa.Index(None, TENANT, "reviewed_by"),
        between("confidence", 0, 1),
        sa.CheckConstraint("(status = 'open') = (reviewed_at IS NULL)", name="reviewed_has_time"),
        is_object("evidence"),
        {
            "comment": "What an agent noticed during a flow, and what a person made of it.",
            "info": {"soft_references": {"asset_ids": "assets"}},
        },
    )

    discovery_flow_id: Mapped[UUID]
    phase: Mapped[DiscoveryPhase]
    agent_name: Mapped[str]
    insight_type: Mapped[InsightType]
    severity: Mapped[Severity] = mapped_column(server_default=Severity.INFO.value)
    status: Mapped[InsightStatus] = mapped_column(server_default=InsightStatus.OPEN.value)
    title: Mapped[str]
    description: Mapped[str]
    recommendation: Mapped[str | None]
    confidence: Mapped[Confidence]
    evidence: Mapped[Document]
    asset_ids: Mapped[list[UUID]] = mapped_column(
        ARRAY(sa.Uuid()), server_default=sa.text("'{}'::uuid[]"), comment="assets it is about; may be none"
    )
    reviewed_by: Mapped[UUID | None]
    reviewed_at: Mapped[datetime | None]
