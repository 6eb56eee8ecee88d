"""Decide many mappings at once: the rows picked, or all pending ones that are sure enough. Both ask first."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from nicegui.elements.mixins.text_element import TextElement

from modernize.models.enums import MappingStatus
from modernize.web.access.caller import Caller
from modernize.web.look import parts
from modernize.web.look.acting import Turns, act, ask, say
from modernize.web.look.controls import Kind, button, field
from modernize.web.look.overlay import Overlay
from modernize.web.services import mapping_review as review
from modernize.web.services import mappings

SURE = 80
"""Percent at which the threshold stands when the page opens."""


class Bulk:
    """The bar above the list, for those who may review.

    Args:
        chosen: the import that is listed; None for all. changed: called when mappings have been decided.
    """

    def __init__(
        self, caller: Caller, chosen: Mapping[str, Any] | None, changed: Callable[[], Awaitable[None]]
    ) -> None:
        self._caller = caller
        self._import: UUID | None = chosen["id"] if chosen else None
        self._where = f"of {chosen['name']}" if chosen else "of all imports"
        self._changed = changed
        self._threshold = SURE
        self._counts = Turns()
        self._picked: list[UUID] = []
        self._buttons: list[tuple[TextElement, str]] = []

    async def draw(self) -> None:
        """Put the bar on the page."""
        self._dialog = Overlay("ask")
        with parts.box("div", "filters spread", role="group", aria_label="Decide several mappings"):
            with parts.box("div", "line"):
                self._for_picked("Approve picked", MappingStatus.APPROVED)
                self._for_picked("Reject picked", MappingStatus.REJECTED)
            with parts.box("div", "filters"):
                field(
                    f"Pending {self._where}, confidence at least %",
                    self._set_threshold,
                    value=str(SURE),
                    kind="number",
                    live=True,
                    min=0,
                    max=100,
                    step=1,
                )
                self._approve = button("", self._ask_threshold, kind="primary", action="mapping:review")
        self._show_picked()
        await self.count()

    def picked(self, mapping_ids: Sequence[str]) -> None:
        """Other rows are picked now."""
        self._picked = [UUID(mapping_id) for mapping_id in mapping_ids]
        self._show_picked()

    async def count(self) -> None:
        """Say on the button how many mappings it would approve now."""
        overtaken = self._counts.begin()
        found = await act(review.approvable, self._caller, self._threshold, self._import)
        if overtaken():
            return
        number = len(found.mappings) if found else 0
        self._approve.text = f"Approve {number} …" if number else "Nothing to approve"
        _enable(self._approve, number > 0)

    async def _set_threshold(self, value: str) -> None:
        try:
            self._threshold = min(max(int(value), 0), 100)
        except ValueError:
            self._threshold = 100
        await self.count()

    def _for_picked(self, words: str, status: MappingStatus) -> None:
        async def press() -> None:
            await self._ask_picked(status)

        self._buttons.append((button(words, press, action="mapping:review"), words))

    def _show_picked(self) -> None:
        number = len(self._picked)
        for each, words in self._buttons:
            each.text = f"{words} ({number}) …" if number else words
            _enable(each, number > 0)

    async def _ask_picked(self, status: MappingStatus) -> None:
        rows = await ask(mappings.picked_mappings, self._caller, self._picked)
        pending = [row for row in rows if row["status"] is MappingStatus.PENDING]
        others = [row for row in rows if row not in pending]
        note = {"text": ""}

        async def confirm() -> None:
            decision = await act(review.Decision, status, note["text"])
            if decision is None:
                return
            ids = [row["id"] for row in pending]
            await self._done(
                await act(review.decide_several, self._caller, ids, decision, seen=MappingStatus.PENDING),
                status,
            )

        verb = "Approve" if status is MappingStatus.APPROVED else "Reject"
        with self._dialog.showing(f"{verb} {_counted(len(pending))}?"):
            _rows(pending, f"To {verb.lower()}")
            if others:
                parts.text("p", "Decided already, and not changed from here; open one to change it:", "note")
                _rows(others, "Decided already")
            if pending and status is MappingStatus.REJECTED:
                field("Reason", lambda text: note.update(text=text), live=True, hint="Why they do not fit",
                      maxlength=review.LONGEST_NOTE)  # fmt: skip
            if pending:
                kind: Kind = "primary" if status is MappingStatus.APPROVED else "danger"
                self._confirmation(f"{verb} {_counted(len(pending))}", confirm, kind)

    async def _ask_threshold(self) -> None:
        threshold = self._threshold
        found = await act(review.approvable, self._caller, threshold, self._import)
        if found is None:
            return
        number = len(found.mappings)

        async def confirm() -> None:
            ids, approval = [row["id"] for row in found.mappings], review.Decision(MappingStatus.APPROVED)
            await self._done(
                await act(review.decide_several, self._caller, ids, approval, seen=MappingStatus.PENDING),
                MappingStatus.APPROVED,
            )

        title = f"Approve {_counted(number)}?"
        with self._dialog.showing(title, note=f"Pending {self._where}, {threshold}% or more"):
            _rows(found.mappings, "To approve")
            if found.left:
                parts.text("p", "Left out, because another mapping fills the same field:", "note")
                _rows(found.left, "Left out")
            if number:
                self._confirmation(f"Approve {_counted(number)}", confirm)

    def _confirmation(
        self, words: str, confirm: Callable[[], Awaitable[None]], kind: Kind = "primary"
    ) -> None:
        with parts.box("div", "actions"):
            button(words, confirm, kind=kind, action="mapping:review")
            button("Cancel", self._dialog.close)

    async def _done(self, number: int | None, status: MappingStatus) -> None:
        if number is not None:
            self._dialog.close()
            say(f"{_counted(number)} {status}.")
        await self._changed()


def _rows(rows: Sequence[Mapping[str, Any]], caption: str) -> None:
    if rows:
        parts.table(
            ("Source field", "Target field", "Confidence %", "Status"),
            [
                (row["source_field"], row["target_field"], row["confidence"], parts.words(row["status"]))
                for row in rows
            ],
            caption=caption,
            numbers=(2,),
        )


def _counted(number: int) -> str:
    return parts.counted(number, "mapping")


def _enable(element: TextElement, enabled: bool) -> None:
    if enabled:
        element.props.pop("disabled", None)
    else:
        element.props["disabled"] = True
    element.update()
