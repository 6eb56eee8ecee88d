"""The feed of recent activity: who did what to what, by day, and older events on demand."""

from __future__ import annotations

from datetime import date

from modernize.web.access.caller import Caller
from modernize.web.look import parts
from modernize.web.look.acting import act
from modernize.web.look.controls import button
from modernize.web.look.moments import when
from modernize.web.services import activity
from modernize.web.services.activity import Activity, Event

STEP = 12
"""Events that are shown at once."""


class Feed:
    """What happened, newest first."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller
        self._shown = 0
        self._day: date | None = None
        self._list = parts.box("div", "feed")
        self._foot = parts.box("div", "line")

    def draw(self, found: Activity) -> None:
        """Draw a stretch below what is there."""
        if not self._shown and not found.events:
            with self._list:
                parts.empty("Nothing has happened yet", "Start a discovery flow to begin.")
            return
        for event in found.events:
            self._event(event)
        self._shown += len(found.events)
        self._foot.clear()
        if found.more and self._shown + STEP <= activity.FARTHEST:
            with self._foot:
                button("Show older", self._older, described="Show older activity")

    async def _older(self) -> None:
        found = await act(activity.recent, self._caller, offset=self._shown, limit=STEP)
        if found:
            self.draw(found)

    def _event(self, event: Event) -> None:
        if event.at.date() != self._day:
            self._day = event.at.date()
            with self._list, parts.box("div"):
                parts.text("h3", f"{self._day:%-d %B %Y}")
                self._events = parts.box("ol")
        with self._events, parts.box("li"):
            when(event.at, only="%H:%M")
            with parts.box("div"):
                _sentence(event)


def _sentence(event: Event) -> None:
    before, subject, href, after = _told(event)
    with parts.box("p"):
        if event.who:
            parts.text("strong", event.who)
        parts.text("span", f" {before} " if event.who else f"{before} ")
        parts.link(subject, href)
        if after:
            parts.text("span", f" {after}")
    if event.kind == "flow_failed" and event.detail:
        parts.text("p", event.detail, "note bad")


def _told(event: Event) -> tuple[str, str, str, str]:
    """What stands before the subject, the subject, where it leads, what stands after it."""
    flow, imported = f"/flows/{event.subject_id}", f"/imports?import_id={event.subject_id}"
    number = event.number or 0
    match event.kind:
        case "flow_started":
            return ("started the flow" if event.who else "Started: flow", event.subject, flow, "")
        case "flow_completed":
            return ("Flow", event.subject, flow, "was completed")
        case "flow_failed":
            return ("Flow", event.subject, flow, "failed")
        case "import_read":
            return (
                "imported" if event.who else "Imported:",
                event.subject,
                imported,
                f"({parts.counted(number, 'row')})",
            )
        case "import_completed":
            return (
                "Import",
                event.subject,
                imported,
                f"was completed, {parts.counted(number, 'row')} refused",
            )
        case "mappings_decided":
            href = f"/mappings?data_import_id={event.subject_id}&status={event.detail}"
            verb = event.detail if event.who else str(event.detail).capitalize()
            return (f"{verb} {parts.counted(number, 'mapping')} of", event.subject, href, "")
        case "insight_noticed":
            return ("noticed:", event.subject, flow, f"({event.detail} severity)")
        case "insight_decided":
            verb = event.detail if event.who else str(event.detail).capitalize()
            return (f"{verb} the insight", event.subject, flow, "")
        case "strategies_accepted":
            return ("accepted" if event.who else "Accepted:", f"{number:,} 6R strategies", "/planning", "")
