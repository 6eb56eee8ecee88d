"""The stepper of a discovery flow: six phases, each with a sign, its name and its state in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from nicegui import ui

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
    """Draw the phases in their order, as one element however many there are; `label` says whose they are."""
    ui.html("".join(map(_drawn, steps)), sanitize=False, tag="ol").classes("steps").props["aria-label"] = (
        label
    )


def _drawn(step: Step) -> str:
    # Only as far as the phase has come: a bar that is always full says nothing.
    fill = f'<span class="fill" aria-hidden="true" style="width:{step.progress:.1f}%"></span>'
    sign = f'<span class="sign" aria-hidden="true">{SIGNS[step.status]}</span>'
    name = f'<span class="name">{sign}<span>{escape(parts.words(step.phase))}</span></span>'
    return f'<li class="{step.status}">{fill}{name}<span class="state">{escape(state(step))}</span></li>'


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
