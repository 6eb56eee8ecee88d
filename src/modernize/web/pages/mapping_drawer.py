"""The drawer of one mapping: what its rule makes of the sample values, why it was proposed, and the decision."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any

from modernize.models.enums import MappingStatus
from modernize.web.access.caller import Caller
from modernize.web.look import parts
from modernize.web.look.acting import act, say
from modernize.web.look.controls import button, field
from modernize.web.look.moments import moment
from modernize.web.look.overlay import Overlay
from modernize.web.look.words import said
from modernize.web.services import mapping_review as review
from modernize.web.services.mapping_words import Preview
from modernize.web.services.mappings import MappingDetail

Changed = Callable[[], Awaitable[None]]


def show_mapping(drawer: Overlay, caller: Caller, detail: MappingDetail, changed: Changed) -> None:
    """Fill the drawer with a mapping and open it."""
    mapping = detail.mapping
    title = f"{mapping['source_field']} → {mapping['target_field']}"
    with drawer.showing(title, note=mapping["rationale"] or ""):
        with parts.box("div", "line"):
            parts.chip(mapping["status"])
            parts.text("span", f"{mapping['confidence']}% confidence")
        if caller.may("mapping:review"):
            _decisions(drawer, caller, mapping, changed)
        _preview(detail.preview)
        _rule(mapping)
        _history(mapping)


def _preview(previewed: tuple[Preview, ...]) -> None:
    with parts.section("Preview", note="The transformation applied to the sample values."):
        if not previewed:
            parts.text("p", "The file has no value in this column.", "note")
            return
        parts.table(
            ("Sample value", "Becomes"),
            [(said(each.sample), each.problem or said(each.result)) for each in previewed],
            caption="Sample values and what becomes of them",
        )


def _rule(mapping: Mapping[str, Any]) -> None:
    rule = mapping["transformation_rule"]
    with parts.section("Transformation"):
        parts.text("p", mapping["transformation"])
        if rule is None:
            return
        if isinstance(rule.get("values"), dict):
            parts.table(
                ("In the file", "In the inventory"),
                [(value, said(label)) for value, label in rule["values"].items()],
                caption="Translated values",
            )
            return
        parts.facts({parts.words(name): said(value) for name, value in rule.items()})


def _history(mapping: Mapping[str, Any]) -> None:
    with parts.section("History"):
        parts.facts(
            {
                "Import": mapping["data_import"],
                "File": mapping["file_name"],
                "Proposed by": mapping["suggested_by"],
                "Proposed (UTC)": moment(mapping["created_at"]),
                "Reviewed by": mapping["reviewed_by"],
                "Reviewed (UTC)": moment(mapping["reviewed_at"]),
            }
        )
        if mapping["review_note"]:
            parts.text("p", f"Reason: {mapping['review_note']}")
        parts.link("Rows of this import", f"/imports?import_id={mapping['data_import_id']}")


def _decisions(drawer: Overlay, caller: Caller, mapping: Mapping[str, Any], changed: Changed) -> None:
    status, given = mapping["status"], {"note": ""}
    name = f"{mapping['source_field']} to {mapping['target_field']}"

    async def decide(wanted: MappingStatus) -> None:
        decision = await act(review.Decision, wanted, given["note"])
        if decision is None:
            return
        if await act(review.decide, caller, mapping["id"], decision, seen=status):
            drawer.close()
            say(f"{name} is {wanted}.")
        await changed()

    if mapping["in_inventory"]:
        parts.text("p", "The rows of this import are in the inventory by this decision, so it stays.", "note")
        return
    with parts.section("Decision"):
        if status is not MappingStatus.REJECTED:
            field(
                "Reason, needed to reject",
                lambda text: given.update(note=text),
                live=True,
                maxlength=review.LONGEST_NOTE,
            )
        with parts.box("div", "line"):
            for wanted, (words, kind) in _OFFERED.items():
                if wanted is not status:
                    button(
                        words,
                        partial(decide, wanted),
                        kind=kind,
                        action="mapping:review",
                        described=f"{words} {name}",
                    )


_OFFERED: Mapping[MappingStatus, tuple[str, Any]] = {
    MappingStatus.APPROVED: ("Approve", "primary"),
    MappingStatus.REJECTED: ("Reject", "danger"),
    MappingStatus.PENDING: ("Reopen", "plain"),
}
