"""What an import does to its discovery flow: the phase it carries out, and where the flow stands then."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from modernize.models import CrewState, DiscoveryFlow, FlowPhase
from modernize.models.enums import (
    CrewStatus,
    DiscoveryPhase,
    FlowStatus,
    LearningScope,
    MemoryIsolationLevel,
    PhaseStatus,
)
from reseed.records import JSON

PHASES = tuple(DiscoveryPhase)
_NOW = sa.func.clock_timestamp()


class FlowTaken(Exception):
    """The flow cannot take a file (any more); the sentence says why."""


def waiting() -> sa.ColumnElement[bool]:
    """A flow that a file can be imported into: none was yet, or the last one failed."""
    return sa.or_(
        DiscoveryFlow.status == FlowStatus.INITIALIZED,
        sa.and_(
            DiscoveryFlow.status == FlowStatus.FAILED, DiscoveryFlow.error_phase == DiscoveryPhase.DATA_IMPORT
        ),
    )


def create(
    connection: sa.Connection, owner: dict[str, UUID], user: UUID, name: str, description: str | None
) -> UUID:
    """A new flow with its six phases, all to come.

    Raises:
        IntegrityError: the engagement has a flow of that name.
    """
    scope, isolation = LearningScope.ENGAGEMENT, MemoryIsolationLevel.STRICT
    flow: UUID = connection.execute(
        sa.insert(DiscoveryFlow)
        .values(
            **owner,
            name=name,
            description=description,
            status=FlowStatus.INITIALIZED,
            current_phase=PHASES[0],
            learning_scope=scope,
            memory_isolation_level=isolation,
            phase_state={
                phase.value: {"status": PhaseStatus.PENDING.value, "progress": 0.0} for phase in PHASES
            },
            agent_state={
                "crews": {},
                "active_crew": None,
                "agents": [],
                "total_tokens": 0,
                "cost_usd": 0.0,
                "memory": {"scope": scope.value, "isolation": isolation.value},
            },
            started_by=user,
            started_at=_NOW,
        )
        .returning(DiscoveryFlow.id)
    ).scalar_one()
    connection.execute(
        sa.insert(FlowPhase),
        [
            {
                **owner,
                "discovery_flow_id": flow,
                "phase": phase,
                "ordinal": ordinal,
                "status": PhaseStatus.PENDING,
            }
            for ordinal, phase in enumerate(PHASES, 1)
        ],
    )
    return flow


def begin(connection: sa.Connection, owner: dict[str, UUID], flow: UUID) -> None:
    """Data import begins.

    Raises:
        FlowTaken: the flow is not there, or has left that phase.
    """
    found = connection.execute(
        sa.select(DiscoveryFlow.name, DiscoveryFlow.status, waiting().label("waiting"))
        .where(DiscoveryFlow.id == flow, *_of(DiscoveryFlow, owner))
        .with_for_update()
    ).one_or_none()
    if found is None:
        raise FlowTaken(
            "The flow that was chosen is not there any more; choose another one and upload again."
        )
    if not found.waiting:
        raise FlowTaken(
            f'Flow "{found.name}" is {found.status.replace("_", " ")}, expected one that waits for a file; '
            "choose another one, or begin a new one, and upload again."
        )
    _flow(
        connection,
        owner,
        flow,
        status=FlowStatus.RUNNING,
        error_phase=None,
        error_message=None,
        error_details=None,
    )
    _phase(
        connection,
        owner,
        flow,
        0,
        PhaseStatus.RUNNING,
        0,
        started_at=_NOW,
        finished_at=None,
        error_message=None,
    )
    _crews(connection, owner, flow, CrewStatus.RUNNING, started_at=_NOW, finished_at=None, error_message=None)


def complete(
    connection: sa.Connection,
    owner: dict[str, UUID],
    flow: UUID,
    *,
    rows: int,
    refused: int,
    summary: str,
    mappings: int,
) -> None:
    """Data import is over; the mappings wait for a decision, where there are any."""
    _phase(
        connection,
        owner,
        flow,
        0,
        PhaseStatus.COMPLETED,
        100,
        finished_at=_NOW,
        records_processed=rows,
        records_rejected=refused,
        summary=summary,
    )
    _crews(
        connection,
        owner,
        flow,
        CrewStatus.COMPLETED,
        finished_at=_NOW,
        duration_ms=sa.cast(1000 * sa.func.extract("epoch", _NOW - CrewState.started_at), sa.Integer),
        task_outputs=[
            {
                "task": "validate_rows",
                "agent": "Data Intake Analyst",
                "status": "completed",
                "output": summary,
            }
        ],
    )
    if mappings:
        _phase(
            connection,
            owner,
            flow,
            1,
            PhaseStatus.WAITING_FOR_APPROVAL,
            0,
            started_at=_NOW,
            summary=f"0 of {mappings} mappings approved, {mappings} wait for a decision.",
        )
    _flow(
        connection,
        owner,
        flow,
        current_phase=PHASES[1] if mappings else PHASES[0],
        progress=(Decimal(100) / len(PHASES)).quantize(Decimal("0.01")),
    )


def inventoried(
    connection: sa.Connection,
    owner: dict[str, UUID],
    flow: UUID,
    *,
    mappings: int,
    rows: int,
    refused: int,
    added: int,
) -> None:
    """Mappings are decided, rows are cleansed by them, and assets are in the inventory.

    To be said in the transaction that added them: the inventory's phase has lasted as long as that.
    """
    began = sa.func.now()
    summaries = (
        f"{mappings} mappings approved.",
        f"{rows:,} rows cleansed by the approved mappings.",
        f"{added:,} of {rows:,} rows added to the inventory as assets.",
    )
    for place, summary in enumerate(summaries, 1):
        _phase(
            connection,
            owner,
            flow,
            place,
            PhaseStatus.COMPLETED,
            100,
            started_at=sa.func.coalesce(FlowPhase.started_at, began),
            finished_at=_NOW if place == len(summaries) else began,
            records_processed=rows,
            records_rejected=refused if place == 1 else rows - added if place == len(summaries) else 0,
            summary=summary,
        )
        _crews(
            connection,
            owner,
            flow,
            CrewStatus.COMPLETED,
            place,
            started_at=sa.func.coalesce(CrewState.started_at, began),
            finished_at=_NOW if place == len(summaries) else began,
        )
    done = len(summaries) + 1
    _flow(
        connection,
        owner,
        flow,
        current_phase=PHASES[done - 1],
        progress=(Decimal(100 * done) / len(PHASES)).quantize(Decimal("0.01")),
    )


def fail(
    connection: sa.Connection, owner: dict[str, UUID], flow: UUID, message: str, details: dict[str, JSON]
) -> None:
    """Data import has failed, and with it the flow; a corrected file can be uploaded into it."""
    _phase(connection, owner, flow, 0, PhaseStatus.FAILED, 0, finished_at=_NOW, error_message=message)
    _crews(connection, owner, flow, CrewStatus.FAILED, finished_at=_NOW, error_message=message)
    _flow(
        connection,
        owner,
        flow,
        status=FlowStatus.FAILED,
        error_phase=PHASES[0],
        error_message=message,
        error_details=details,
    )


def withdraw(connection: sa.Connection, owner: dict[str, UUID], flow: UUID, *, own: bool) -> None:
    """The import was cancelled: a flow of its own is, too; another one waits for a file again."""
    _phase(connection, owner, flow, 0, PhaseStatus.PENDING, 0, started_at=None, finished_at=None)
    _crews(connection, owner, flow, CrewStatus.PENDING, started_at=None, finished_at=None)
    _flow(connection, owner, flow, status=FlowStatus.CANCELLED if own else FlowStatus.INITIALIZED)


def free_name(connection: sa.Connection, owner: dict[str, UUID], name: str) -> str:
    """The name, or the name with the first number that nobody has."""
    taken = set(connection.scalars(sa.select(DiscoveryFlow.name).where(*_of(DiscoveryFlow, owner))))
    numbered = (f"{name} ({number})" for number in range(2, len(taken) + 3))
    return next(each for each in (name, *numbered) if each not in taken)


def _flow(connection: sa.Connection, owner: dict[str, UUID], flow: UUID, **values: Any) -> None:
    connection.execute(
        sa.update(DiscoveryFlow).where(DiscoveryFlow.id == flow, *_of(DiscoveryFlow, owner)).values(**values)
    )


def _phase(
    connection: sa.Connection,
    owner: dict[str, UUID],
    flow: UUID,
    place: int,
    status: PhaseStatus,
    progress: int,
    **values: Any,
) -> None:
    """A phase is in a state, and the flow's summary of its phases says so, too."""
    phase = PHASES[place]
    connection.execute(
        sa.update(FlowPhase)
        .where(FlowPhase.discovery_flow_id == flow, FlowPhase.phase == phase, *_of(FlowPhase, owner))
        .values(status=status, progress=progress, **values)
    )
    state = {phase.value: {"status": status.value, "progress": float(progress)}}
    _flow(
        connection,
        owner,
        flow,
        phase_state=DiscoveryFlow.phase_state.op("||")(sa.cast(state, DiscoveryFlow.phase_state.type)),
    )


def _crews(
    connection: sa.Connection,
    owner: dict[str, UUID],
    flow: UUID,
    status: CrewStatus,
    place: int = 0,
    **values: Any,
) -> None:
    """The crew that waits in a phase, where a flow has one; no model is asked, so it needs no tokens."""
    connection.execute(
        sa.update(CrewState)
        .where(CrewState.discovery_flow_id == flow, CrewState.phase == PHASES[place], *_of(CrewState, owner))
        .values(status=status, **values)
    )


def _of(table: Any, owner: dict[str, UUID]) -> tuple[sa.ColumnElement[bool], ...]:
    return tuple(getattr(table, name) == value for name, value in owner.items())
