"""Warnings of a plan as a list: what kind, the sentence, and links to the assets it is about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from modernize.web.look import parts
from modernize.web.services.planning_warnings import PlanWarning, WarningKind

WORDS: Mapping[WarningKind, str] = {
    WarningKind.DEPENDENT_FIRST: "Moves before what it needs",
    WarningKind.NEEDED_RETIRED: "Retired, but needed",
    WarningKind.CIRCLE_SPLIT: "Cycle split across waves",
    WarningKind.CAPACITY: "Over capacity",
    WarningKind.NOT_READY: "Not ready",
}

_BAD = (WarningKind.DEPENDENT_FIRST, WarningKind.NEEDED_RETIRED, WarningKind.CIRCLE_SPLIT)


def warning_list(warnings: Sequence[PlanWarning]) -> None:
    """Draw them all."""
    with parts.box("ul", "warnings", tabindex=0, role="list", aria_label="Warnings"):
        for warning in warnings:
            with parts.box("li", "bad" if warning.kind in _BAD else ""):
                parts.text("span", WORDS[warning.kind], "kind")
                parts.text("p", warning.message)
                with parts.box("p", "leads"):
                    _leads(warning)


def _leads(warning: PlanWarning) -> None:
    if warning.wave_id:
        unready = "&unready=true" if warning.kind is WarningKind.NOT_READY else ""
        words = "All that are not ready" if unready else "The wave's assets"
        parts.link(words, f"/assets?migration_wave_id={warning.wave_id}{unready}")
    for asset in warning.assets:
        parts.link(asset.name, f"/assets?asset={asset.id}")
    if warning.kind in _BAD and warning.assets:
        parts.link("Show in the graph", f"/dependencies?focus={warning.assets[0].id}&depth=1")
