"""The board: a column for each wave and one for what is in none, a card for each asset."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from modernize.web.look import parts
from modernize.web.look.controls import button
from modernize.web.pages.planning_timeline import between, cutover
from modernize.web.services.planning import Bucket, Plan, Wave

Press = Callable[[str], Awaitable[None]]

#: Why assets are in no wave -> (words, filter of the inventory).
REASONS: Mapping[str, tuple[str, str]] = {
    "unplanned": ("To be planned", "unassigned=true&staying=false&known=six_r_strategy"),
    "undecided": ("No strategy yet", "unassigned=true&without=six_r_strategy"),
    "retain": ("Retained on purpose", "unassigned=true&six_r_strategy=retain"),
    "retire": ("Retired on purpose", "unassigned=true&six_r_strategy=retire"),
}

READINESS: Mapping[str, parts.Tone] = {
    "ready": "good",
    "needs_attention": "warn",
    "blocked": "bad",
    "not_assessed": "neutral",
}


@dataclass(frozen=True, slots=True)
class Actions:
    """What a card lets people do, by the asset's id. `move` and `decide` are None for those who may not.

    `dropped` gets the asset's and the wave's id ("" for none).
    """

    opened: Press
    move: Press | None
    decide: Press | None
    dropped: Callable[[str, str], Awaitable[None]]


def board(plan: Plan, actions: Actions) -> None:
    """Draw every column."""
    with parts.box(
        "div", "board", role="region", aria_label="Waves and their assets", tabindex=0, data_grid="waves"
    ):
        for wave in plan.waves:
            _wave(wave, actions)
        _unassigned(plan.buckets, actions)


def _wave(wave: Wave, actions: Actions) -> None:
    row, used, capacity = wave.row, wave.assigned, wave.row["capacity"]
    title = f"wave-{row['sequence']}"
    with parts.box("section", "lane-of-wave", aria_labelledby=title) as lane:
        with parts.box("header"):
            with parts.box("div", "line spread"):
                with parts.box("h3", id=title):
                    parts.text("span", f"{row['sequence']} ")
                    parts.text("span", row["name"], data_column="name")
                parts.chip(row["status"])
            parts.bar(
                [
                    (parts.words(status), wave.readiness.get(status, 0), tone)
                    for status, tone in READINESS.items()
                ],
                label=readiness_words(wave),
            )
            parts.text("p", readiness_words(wave), "note")
            parts.facts(
                {
                    "Planned": between(row["planned_start"], row["planned_end"]),
                    "Cut-over": cutover(wave),
                    "Owner": row["owner"],
                    "Budget": parts.money(row["budget"]),
                }
            )
            with parts.box("p", "line"):
                parts.text("span", f"{parts.number(used)} of {parts.number(capacity)} places used")
                if used > capacity:
                    parts.chip("over capacity", "bad")
        _cards(wave.cards, actions)
        _more(wave.assigned - len(wave.cards), f"/assets?migration_wave_id={row['id']}")
    _takes_drops(lane, str(row["id"]), actions)


def _unassigned(buckets: Sequence[Bucket], actions: Actions) -> None:
    with parts.box("section", "lane-of-wave", aria_labelledby="wave-none") as lane:
        with parts.box("header"):
            number = sum(bucket.number for bucket in buckets)
            parts.text("h3", "In no wave", id="wave-none")
            parts.text("p", f"{parts.number(number)} assets", "note")
        by_reason = {bucket.reason: bucket for bucket in buckets}
        for reason, (words, wanted) in REASONS.items():
            bucket = by_reason[reason]
            decided = reason in ("retain", "retire")
            with parts.box("details", "reason", open=not decided and bucket.number > 0):
                parts.text("summary", f"{words} ({parts.number(bucket.number)})")
                _cards(bucket.cards, actions)
                _more(bucket.number - len(bucket.cards), f"/assets?{wanted}")
    _takes_drops(lane, "", actions)


def _cards(cards: Sequence[Mapping[str, Any]], actions: Actions) -> None:
    if not cards:
        parts.text("p", "None.", "note")
        return
    with parts.box("ul", "cards"):
        for card in cards:
            _card(card, actions)


def _card(card: Mapping[str, Any], actions: Actions) -> None:
    key, name = str(card["id"]), card["name"]
    with parts.box("li", "", data_asset=key) as item:
        with parts.box("div", "top"):
            opener = parts.text("button", name, "opener", type="button")
            opener.on("click", lambda _: actions.opened(key))
            parts.text("span", parts.words(card["asset_type"]), "note")
        with parts.box("div", "line"):
            _strategy(card, actions)
            parts.chip(card["readiness_status"])
            if actions.move:
                move = actions.move
                button(
                    "Move",
                    lambda: move(key),
                    action="planning:write",
                    described=f"Move {name} to another wave",
                ).classes("move")
    if actions.move:
        item.props["draggable"] = "true"
        item.on("dragstart", js_handler=f"(event) => event.dataTransfer.setData('text/plain', '{key}')")


def _strategy(card: Mapping[str, Any], actions: Actions) -> None:
    """The strategy's chip; for those who may change it, it is the button that does."""
    strategy = card["six_r_strategy"] or "undecided"
    if actions.decide is None:
        parts.chip(strategy, "neutral")
        return
    decide, words = actions.decide, parts.words(strategy)
    chip = parts.text("button", words, "chip neutral", type="button", data_action="planning:write")
    chip.props["aria-label"] = f"{words}: change the 6R strategy of {card['name']}"
    chip.on("click", lambda _: decide(str(card["id"])))


def _takes_drops(lane: Any, wave_id: str, actions: Actions) -> None:
    if actions.move is None:
        return
    lane.on(
        "dragover",
        js_handler="(event) => { event.preventDefault(); event.currentTarget.classList.add('over'); }",
    )
    lane.on("dragleave", js_handler="(event) => event.currentTarget.classList.remove('over')")
    lane.on(
        "drop",
        lambda event: actions.dropped(str(event.args), wave_id),
        js_handler="(event) => { event.preventDefault(); event.currentTarget.classList.remove('over'); "
        "emit(event.dataTransfer.getData('text/plain')); }",
    )


def _more(number: int, href: str) -> None:
    if number > 0:
        parts.link(f"and {parts.number(number)} more", href)


def readiness_words(wave: Wave) -> str:
    """How ready a wave is, in words."""
    found = [
        f"{parts.number(number)} {parts.words(status).lower()}"
        for status in READINESS
        if (number := wave.readiness.get(status, 0))
    ]
    return ", ".join(found) or "nothing to move yet"
