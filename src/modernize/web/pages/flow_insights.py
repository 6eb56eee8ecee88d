"""What agents noticed, as cards: how grave it is, what they advise, what it is about, and what a person made of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from modernize.models.enums import InsightStatus, Severity
from modernize.web.access.caller import Caller
from modernize.web.look import parts
from modernize.web.look.acting import Turns, ask
from modernize.web.look.controls import button, choice
from modernize.web.look.moments import moment
from modernize.web.look.parts import Tone
from modernize.web.services import insights
from modernize.web.services.flow_records import Insight
from modernize.web.services.paging import Paging

_SHOWN = 6

_TONES: Mapping[Severity, Tone] = {
    Severity.INFO: "neutral",
    Severity.LOW: "neutral",
    Severity.MEDIUM: "neutral",
    Severity.HIGH: "warn",
    Severity.CRITICAL: "bad",
}


def cards(found: Sequence[Insight], *, label: str, with_flow: bool = False) -> None:
    """Draw insights side by side; `with_flow` where they come from several flows."""
    with parts.box("ul", "cards pairs", aria_label=label):
        for insight in found:
            with parts.box("li"):
                _card(insight, with_flow)


def _card(insight: Insight, with_flow: bool) -> None:
    with parts.box("div", "line"):
        parts.text("span", f"{parts.words(insight.severity)} severity", f"chip {_TONES[insight.severity]}")
        parts.text("span", parts.words(insight.insight_type), "note")
        parts.text("span", _decision(insight), "note")
    parts.text("h3", insight.title)
    parts.text("p", insight.description)
    if insight.recommendation:
        with parts.box("p", "advice"):
            parts.text("span", "Recommended: ", "note")
            parts.text("span", insight.recommendation)
    if insight.assets:
        _assets(insight)
    with parts.box("p", "note"):
        parts.text("span", f"{insight.agent_name}, {insight.confidence:.0%} sure, during ")
        parts.text("span", parts.words(insight.phase).lower())
        if with_flow:
            parts.text("span", " of ")
            parts.link(insight.flow, f"/flows/{insight.flow_id}")
        parts.text("span", f", {moment(insight.created_at)} UTC")


def _decision(insight: Insight) -> str:
    if insight.status is InsightStatus.OPEN:
        return "Open: nobody has decided yet"
    by = f" by {insight.reviewed_by}" if insight.reviewed_by else ""
    return f"{parts.words(insight.status)}{by}, {moment(insight.reviewed_at)} UTC"


def _assets(insight: Insight) -> None:
    with parts.box("p"):
        parts.text("span", "About ", "note")
        for place, asset in enumerate(insight.assets):
            if place:
                parts.text("span", ", ")
            parts.link(asset.name, f"/assets?asset={asset.id}")
        if insight.asset_count > len(insight.assets):
            parts.text("span", f" and {insight.asset_count - len(insight.assets)} more", "note")


class InsightList:
    """Insights of all flows, the gravest first; more of them on demand."""

    def __init__(self, caller: Caller, total: int) -> None:
        self._caller = caller
        self._turns = Turns()
        self._status = InsightStatus.OPEN.value
        self._shown = _SHOWN
        with parts.box("div", "filters spread"):
            with parts.box("p"):
                parts.text("strong", parts.number(total), data_show="agent_insights")
                parts.text("span", " in all flows, the gravest first", "note")
            options = {**{str(value): parts.words(value) for value in InsightStatus}, "": "All"}
            choice("Insights", options, self._choose, value=self._status)
        self._list = parts.box("div", "stack", aria_live="polite")

    async def show(self) -> None:
        wanted = insights.InsightFilter(status=InsightStatus(self._status) if self._status else None)
        overtaken = self._turns.begin()
        found = await ask(insights.list_insights, self._caller, wanted, Paging("", 0, self._shown))
        if overtaken():
            return
        self._list.clear()
        with self._list:
            if not found.total:
                parts.empty("No such insight", "Agents note here what a person should look at.")
                return
            cards([Insight(**row) for row in found.rows], label="Insights", with_flow=True)
            if len(found.rows) < found.total:
                with parts.box("div", "line"):
                    button("Show more", self._more)
                    parts.text("span", f"{len(found.rows)} of {found.total:,} shown", "note")

    async def _choose(self, status: str) -> None:
        self._status = status
        self._shown = _SHOWN
        await self.show()

    async def _more(self) -> None:
        self._shown += _SHOWN * 2
        await self.show()
