"""Filters of the inventory that only links set, such as those of the charts: what they are, and how to lift them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from nicegui.element import Element

from modernize.web.look import parts
from modernize.web.look.controls import Press, button
from modernize.web.look.filters import Filters

_WORDS: Mapping[str, Callable[[str], str]] = {
    "os_name": lambda name: f"Operating system: {name}",
    "end_of_life_before": lambda day: f"Support ends before {day}",
    "end_of_life_from": lambda day: f"Support lasts until {day} at least",
    "unready": lambda value: (
        "Blocked or not assessed" if _is_yes(value) else "Neither blocked nor unassessed"
    ),
    "staying": lambda value: "To be retained or retired" if _is_yes(value) else "Not retained or retired",
    "known": lambda field: f"Known: {parts.words(field).lower()}",
    "without": lambda field: f"Not known: {parts.words(field).lower()}",
    "discovery_flow_id": lambda _: "Found by one discovery flow",
    "migration_wave_id": lambda _: "In one wave",
    "unassigned": lambda value: "In no wave" if _is_yes(value) else "In a wave",
}


def _is_yes(value: str) -> bool:
    return value.lower() in ("true", "1")


def narrowed(filters: Filters) -> None:
    """Draw what narrows the list besides the controls."""
    found = [name for name in _WORDS if filters[name]]
    if not found:
        return
    with parts.box("ul", "line", aria_label="More filters"):
        for name in found:
            with parts.box("li", "line") as line:
                words = _WORDS[name](filters[name])
                parts.chip(words)
                button("Remove", _lift(filters, name, line), kind="quiet", described=f"Remove {words}")


def _lift(filters: Filters, name: str, line: Element) -> Press:
    async def lift() -> None:
        line.delete()
        await filters.set(name, "")

    return lift
