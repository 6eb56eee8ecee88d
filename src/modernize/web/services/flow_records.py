"""What the services say about a discovery flow: frozen values, the same for pages and API."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from modernize.models.enums import (
    CrewProcess,
    CrewStatus,
    DiscoveryPhase,
    FileFormat,
    FlowStatus,
    ImportStatus,
    InsightStatus,
    InsightType,
    LearningScope,
    MemoryIsolationLevel,
    PhaseStatus,
    Severity,
)


@dataclass(frozen=True, slots=True)
class Step:
    """One phase as a stepper shows it. `progress`: percent."""

    phase: DiscoveryPhase
    status: PhaseStatus
    progress: float


@dataclass(frozen=True, slots=True)
class FlowLine:
    """A flow as lists show it.

    Attributes:
        progress: percent of its phases. started_by: a person's name.
        waits_for_file: whether a file can be imported into it.
        assets: what it found. insights_open: what its agents noticed and nobody has decided on.
    """

    id: UUID
    name: str
    description: str | None
    status: FlowStatus
    current_phase: DiscoveryPhase
    progress: float
    assessment_ready: bool
    error_message: str | None
    started_by: str | None
    started_at: datetime
    completed_at: datetime | None
    waits_for_file: bool
    steps: list[Step]
    assets: int
    insights_open: int


@dataclass(frozen=True, slots=True)
class Phase:
    """One phase of a flow. `status`, times and records are what was measured while it ran."""

    phase: DiscoveryPhase
    status: PhaseStatus
    progress: float
    records_processed: int
    records_rejected: int
    summary: str | None
    error_message: str | None
    started_at: datetime | None
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class Crew:
    """A crew of agents at work in a phase. `agents`: role, goal, status. `task_outputs`: task, agent, output."""

    id: UUID
    phase: DiscoveryPhase
    crew_name: str
    process: CrewProcess
    status: CrewStatus
    agents: list[dict[str, Any]]
    task_outputs: list[dict[str, Any]]
    model_name: str
    prompt_tokens: int
    completion_tokens: int
    total_tokens: int
    cost_usd: float
    retries: int
    duration_ms: int | None
    error_message: str | None
    started_at: datetime | None
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class NamedAsset:
    id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class Insight:
    """What an agent noticed. `assets`: the first of those it is about, of `asset_count` in all."""

    id: UUID
    flow_id: UUID
    flow: str
    phase: DiscoveryPhase
    agent_name: str
    insight_type: InsightType
    severity: Severity
    status: InsightStatus
    title: str
    description: str
    recommendation: str | None
    confidence: float
    evidence: dict[str, Any]
    reviewed_by: str | None
    reviewed_at: datetime | None
    created_at: datetime
    asset_count: int
    assets: list[NamedAsset]


@dataclass(frozen=True, slots=True)
class Source:
    """A file that was brought into a flow."""

    id: UUID
    name: str
    file_name: str
    file_format: FileFormat
    status: ImportStatus
    total_records: int
    failed_records: int


@dataclass(frozen=True, slots=True)
class FlowDetail:
    """One flow with everything that belongs to it; phases in order, insights gravest first."""

    flow: FlowLine
    learning_scope: LearningScope
    memory_isolation_level: MemoryIsolationLevel
    error_phase: DiscoveryPhase | None
    error_details: dict[str, Any] | None
    phases: list[Phase]
    crews: list[Crew]
    insights: list[Insight]
    imports: list[Source]
