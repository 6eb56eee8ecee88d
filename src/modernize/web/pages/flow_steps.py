"""The stepper of a discovery flow: six phases, each with a sign, its name and its state in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from modernize.models.enums import PhaseStatus
from modernize.web.look import parts
from modernize.web.services.flow_records import Step

#: A sign for every state, so that colour is never the only one.
SIGNS: Mapping[PhaseStatus, str] = {
    PhaseStatus.PENDING: "○",
    PhaseStatus.RUNNING: "▶",
    PhaseStatus.WAITING_FOR_APPROVAL: "‖",
    PhaseStatus.COMPLETED: "✓",
    PhaseStatus.FAILED: "✗",
}


def stepper(steps: Sequence[Step], *, label: str) -> None:
    """Draw the phases in their order; `label` says whose they are."""
    with parts.box("ol", "steps", aria_label=label):
        for step in steps:
            with parts.box("li", step.status.value):
                # Only as far as the phase has come: a bar that is always full says nothing.
                parts.box("span", "fill", aria_hidden="true").style(f"width:{step.progress:.1f}%")
                with parts.box("span", "name"):
                    parts.text("span", SIGNS[step.status], "sign", aria_hidden="true")
                    parts.text("span", parts.words(step.phase))
                parts.text("span", state(step), "state")


def state(step: Step) -> str:
    """A phase's state in words; with its progress while it is under way."""
    if step.status is PhaseStatus.PENDING:
        return "To come"
    words = parts.words(step.status)
    under_way = step.status in (PhaseStatus.RUNNING, PhaseStatus.WAITING_FOR_APPROVAL)
    return f"{words}, {share(step.progress)}" if under_way else words


def share(progress: float) -> str:
    """Percent, whole ones; what is not over is never rounded up to 100."""
    return f"{min(round(progress), 99) if progress < 100 else 100}%"
