"""The two dialogs of planning, wave and 6R strategy of an asset; both say first what speaks against the change."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from modernize.models.enums import SixrStrategy
from modernize.web.access.caller import Caller
from modernize.web.look import parts
from modernize.web.look.acting import Turns, act, say
from modernize.web.look.controls import area, button, choice, field
from modernize.web.look.overlay import Overlay
from modernize.web.pages.planning_warnings import warning_list
from modernize.web.services import planning, planning_changes
from modernize.web.services.planning import STAYING, Placing
from modernize.web.services.planning_changes import SHORTEST_RATIONALE, Decision

Changed = Callable[[str], Awaitable[None]]

_LONGEST_RATIONALE = 2000


class Dialogs:
    """Both dialogs over one page. `changed` gets the id of the asset whose plan has changed."""

    def __init__(self, caller: Caller, changed: Changed) -> None:
        self._caller = caller
        self._changed = changed
        self._overlay = Overlay("ask")

    async def move(self, asset_id: str, wave_id: str | None = None) -> None:
        """Ask for the wave; with `wave_id` ("" for none) that one is chosen already."""
        placing = await self._placing(asset_id)
        if placing:
            await _Move(self._caller, self._overlay, self._changed, placing).open(wave_id)

    async def decide(self, asset_id: str) -> None:
        """Ask for the strategy and the reason."""
        placing = await self._placing(asset_id)
        if placing:
            await _Decide(self._caller, self._overlay, self._changed, placing).open()

    async def _placing(self, asset_id: str) -> Placing | None:
        try:
            wanted = UUID(asset_id)
        except ValueError:
            say("What was dropped here is not an asset.", bad=True)
            return None
        return await act(planning.placing, self._caller, wanted)


class _Dialog:
    """What both have in common: the asset, the warnings of the change as it stands, and its end."""

    def __init__(self, caller: Caller, overlay: Overlay, changed: Changed, placing: Placing) -> None:
        self._caller, self._overlay, self._changed, self._placing = caller, overlay, changed, placing
        self._asset = placing.asset
        self._wave = str(self._asset["migration_wave_id"] or "")
        self._previews = Turns()

    def _waves(self) -> dict[str, str]:
        return {"": "In no wave"} | {
            str(wave["id"]): f"{wave['sequence']}  {wave['name']} ({parts.words(wave['status']).lower()})"
            for wave in self._placing.waves
        }

    async def _warn(
        self, ids: list[UUID], wave_id: UUID | None, strategy: SixrStrategy | None = None
    ) -> None:
        overtaken = self._previews.begin()
        found = await act(planning.preview, self._caller, ids, wave_id, strategy)
        if overtaken():
            return
        self._warnings.clear()
        with self._warnings:
            if found:
                parts.text("h3", "What speaks against it")
                warning_list(found)
            elif found is not None:
                parts.text("p", "Nothing speaks against it.", "note")

    def _place_for_warnings(self) -> None:
        self._warnings = parts.box("div", "stack", role="status")

    async def _done(self, said: str) -> None:
        self._overlay.close()
        say(said)
        await self._changed(str(self._asset["id"]))


class _Move(_Dialog):
    async def open(self, wave_id: str | None) -> None:
        asset, others = self._asset, self._placing.circle
        self._together = bool(others)
        self._note = ""
        if wave_id is not None:
            self._wave = wave_id
        with self._overlay.showing(f"Move {asset['name']}", note=_stands(asset, self._placing)):
            choice("Wave", self._waves(), self._choose, value=self._wave)
            if others:
                names = ", ".join(other["name"] for other in others[:6])
                choice(
                    "What moves",
                    {
                        "all": f"{asset['name']} and the {len(others)} of its circle: {names}",
                        "one": f"Only {asset['name']}",
                    },
                    self._choose_together,
                    value="all",
                )
            field("Note", self._noted, hint="Why, for those who read the plan later")
            self._place_for_warnings()
            with parts.box("div", "actions"):
                button("Move", self._move, kind="primary", action="planning:write")
        await self._look()

    def _seen(self) -> Mapping[UUID, datetime]:
        chosen = [self._asset, *(self._placing.circle if self._together else ())]
        moving = [row for row in chosen if row is self._asset or row["six_r_strategy"] not in STAYING]
        return {row["id"]: row["updated_at"] for row in moving}

    async def _choose(self, wave_id: str) -> None:
        self._wave = wave_id
        await self._look()

    async def _choose_together(self, which: str) -> None:
        self._together = which == "all"
        await self._look()

    def _noted(self, note: str) -> None:
        self._note = note

    async def _look(self) -> None:
        await self._warn(list(self._seen()), UUID(self._wave) if self._wave else None)

    async def _move(self) -> None:
        if self._wave == str(self._asset["migration_wave_id"] or ""):
            say("It is there already. Choose another wave.", bad=True)
            return
        wave_id = UUID(self._wave) if self._wave else None
        seen = self._seen()
        if await act(planning_changes.move, self._caller, seen, wave_id, self._note) is not None:
            more = f" and {len(seen) - 1} others" if len(seen) > 1 else ""
            await self._done(f"{self._asset['name']}{more} moved: {self._waves()[self._wave]}.")


class _Decide(_Dialog):
    async def open(self) -> None:
        asset, case = self._asset, self._placing.assessment
        self._strategy = str(asset["six_r_strategy"] or SixrStrategy.REHOST)
        self._rationale = ""
        self._confidence = f"{(case['confidence'] if case else Decimal('0.8')) * 100:.0f}"
        self._days = f"{case['effort_days']}" if case else "5"
        with self._overlay.showing(f"6R strategy of {asset['name']}", note=_stands(asset, self._placing)):
            if case:
                with parts.box("div"):
                    parts.text("h3", f"So far: {parts.words(case['strategy'])}")
                    parts.text("p", case["rationale"], "note")
            strategies = {str(strategy): parts.words(strategy) for strategy in SixrStrategy}
            choice("Strategy", strategies, self._set_strategy, value=self._strategy)
            area("Why", self._setter("_rationale"), longest=_LONGEST_RATIONALE,
                 hint=f"At least {SHORTEST_RATIONALE} characters")  # fmt: skip
            with parts.box("div", "filters"):
                field("How sure, in %", self._setter("_confidence"), value=self._confidence, kind="number",
                      min=50, max=99)  # fmt: skip
                field("Effort in days", self._setter("_days"), value=self._days, kind="number",
                      min=0.1, max=1000, step=0.1)  # fmt: skip
            choice("Wave", self._waves(), self._set_wave, value=self._wave)
            self._place_for_warnings()
            with parts.box("div", "actions"):
                button("Accept", self._decide, kind="primary", action="planning:write")
        await self._look()

    def _setter(self, name: str) -> Callable[[str], None]:
        return lambda value: setattr(self, name, value)

    async def _set_strategy(self, strategy: str) -> None:
        self._strategy = strategy
        await self._look()

    async def _set_wave(self, wave_id: str) -> None:
        self._wave = wave_id
        await self._look()

    async def _look(self) -> None:
        stays = self._strategy in STAYING
        wave_id = UUID(self._wave) if self._wave and not stays else None
        await self._warn([self._asset["id"]], wave_id, SixrStrategy(self._strategy))
        if stays and self._wave:
            with self._warnings:
                parts.text(
                    "p", f"What is to {self._strategy} is in no wave: it leaves the one it is in.", "note"
                )

    async def _decide(self) -> None:
        try:
            confidence, days = Decimal(self._confidence) / 100, Decimal(self._days)
        except InvalidOperation:
            say("How sure and the effort are numbers, such as 80 and 4.5.", bad=True)
            return
        decision = Decision(
            SixrStrategy(self._strategy),
            self._rationale,
            confidence,
            days,
            UUID(self._wave) if self._wave else None,
        )
        seen = self._asset["updated_at"]
        if await act(planning_changes.decide, self._caller, self._asset["id"], seen, decision) is not None:
            await self._done(f"{self._asset['name']}: {parts.words(self._strategy).lower()}, accepted.")


def _stands(asset: Mapping[str, Any], placing: Placing) -> str:
    wave = next((wave for wave in placing.waves if wave["id"] == asset["migration_wave_id"]), None)
    where = f"in wave {wave['sequence']}, {wave['name']}" if wave else "in no wave"
    strategy = parts.words(asset["six_r_strategy"] or "undecided")
    return f"{strategy}, {where}, {parts.words(asset['readiness_status']).lower()}"
