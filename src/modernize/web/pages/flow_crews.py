"""The crews of agents of a flow: what each task brought, what it took in time, tokens and money."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from modernize.web.look import parts
from modernize.web.look.words import took
from modernize.web.services.flow_records import Crew

_SIGNS: Mapping[str, tuple[str, str]] = {"completed": ("✓", "good"), "failed": ("✗", "bad")}


def crews(found: Sequence[Crew]) -> None:
    """Draw all crews of a flow, in the order of the phases."""
    with parts.section("Crews at work", note=_altogether(found)):
        if not found:
            parts.empty("No crew yet", "The first one begins with the flow's first file.")
            return
        with parts.box("ul", "cards pairs", aria_label="Crews"):
            for crew in found:
                with parts.box("li"):
                    _crew(crew)


def _altogether(found: Sequence[Crew]) -> str:
    if not found:
        return ""
    agents = {str(agent.get("role")) for crew in found for agent in crew.agents}
    tokens = sum(crew.total_tokens for crew in found)
    cost = sum(crew.cost_usd for crew in found)
    many = parts.counted(len(found), "crew")
    return f"{many}, {len(agents)} agents, {tokens:,} tokens, {_dollars(cost)}"


def _crew(crew: Crew) -> None:
    with parts.box("div", "flow-head"):
        parts.text("h3", crew.crew_name)
        parts.chip(crew.status)
    parts.text("p", f"{parts.words(crew.phase)} · {crew.process} · {crew.model_name}", "note")
    if crew.error_message:
        parts.text("p", crew.error_message, "problem")
    if crew.task_outputs:
        with parts.box("ol", "outputs", aria_label=f"Task outputs of {crew.crew_name}"):
            for output in crew.task_outputs:
                _output(output)
    elif crew.started_at is None:
        parts.text("p", "Waits for the phase to begin.", "note")
    with parts.box("p", "note"):
        parts.text("span", " · ".join(_spent(crew)))
    with parts.box("details"):
        parts.text("summary", parts.counted(len(crew.agents), "agent"))
        with parts.box("ul"):
            for agent in crew.agents:
                with parts.box("li"):
                    parts.text("strong", agent.get("role", "An agent"))
                    parts.text("span", f", {agent.get('status', 'state unknown')}: {agent.get('goal', '')}")


def _spent(crew: Crew) -> list[str]:
    if crew.started_at is None:
        return ["No tokens used"]
    time = took(crew.duration_ms / 1000) if crew.duration_ms is not None else "still at work"
    return [
        time,
        f"{crew.total_tokens:,} tokens ({crew.prompt_tokens:,} in, {crew.completion_tokens:,} out)",
        _dollars(crew.cost_usd),
        *([f"{crew.retries} retries" if crew.retries > 1 else "1 retry"] if crew.retries else []),
    ]


def _output(output: Mapping[str, Any]) -> None:
    sign, tone = _SIGNS.get(str(output.get("status")), ("▶", ""))
    with parts.box("li"):
        parts.text("span", sign, tone, aria_hidden="true")
        with parts.box("span"):
            parts.text("strong", parts.words(output.get("task", "task")))
            parts.text(
                "span", f" by {output.get('agent', 'an agent')}, {output.get('status', 'open')}: ", "note"
            )
            parts.text("span", output.get("output", ""))


def _dollars(amount: float) -> str:
    """Model use costs cents, so four places."""
    return f"${amount:,.4f}"
