"""When each phase of a discovery flow began and ended, as instants; everything that happens in a flow refers to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from modernize.dataset import story
from modernize.dataset.story.records import Flow
from modernize.dataset.tenant import Tenant
from modernize.models.enums import DiscoveryPhase, FlowStatus, PhaseStatus

PHASES = tuple(DiscoveryPhase)


@dataclass(frozen=True, slots=True)
class PhaseSpan:
    """One phase of a flow. A phase that has begun and not ended is running, waiting or failed."""

    phase: DiscoveryPhase
    status: PhaseStatus
    started: datetime | None = None
    ended: datetime | None = None

    @property
    def begun(self) -> datetime:
        """When it started.

        Raises:
            ValueError: it has not.
        """
        if self.started is None:
            raise ValueError(f"phase {self.phase} has not begun")
        return self.started


def flow_by_source(source: str) -> Flow:
    """The flow that an import belongs to."""
    return next(flow for flow in story.flows() if flow.source == source)


def started(tenant: Tenant, flow: Flow) -> datetime:
    return tenant.before(flow.minutes_ago)


def spans(tenant: Tenant, flow: Flow) -> Mapping[DiscoveryPhase, PhaseSpan]:
    """All six phases of a flow, in order."""
    return _spans(started(tenant, flow), flow)


@lru_cache(maxsize=64)
def _spans(start: datetime, flow: Flow) -> Mapping[DiscoveryPhase, PhaseSpan]:
    """Remembered, because every row of a flow asks for them."""
    known = {times.phase: times for times in flow.phases}
    result = {}
    for phase in PHASES:
        times = known.get(phase)
        if times is None:
            result[phase] = PhaseSpan(phase, PhaseStatus.PENDING)
            continue
        begin = start + timedelta(minutes=times.at)
        end = None if times.minutes is None else begin + timedelta(minutes=times.minutes)
        result[phase] = PhaseSpan(phase, _status(flow, phase, end), begin, end)
    return result


def current_phase(flow: Flow) -> DiscoveryPhase:
    """The last phase that has begun; the first one where none has."""
    return flow.phases[-1].phase if flow.phases else PHASES[0]


def _status(flow: Flow, phase: DiscoveryPhase, end: datetime | None) -> PhaseStatus:
    if flow.status is FlowStatus.FAILED and phase is current_phase(flow):
        return PhaseStatus.FAILED
    if end is not None:
        return PhaseStatus.COMPLETED
    # Mappings that a person has not decided on keep the flow here.
    return PhaseStatus.WAITING_FOR_APPROVAL if phase is DiscoveryPhase.FIELD_MAPPING else PhaseStatus.RUNNING
