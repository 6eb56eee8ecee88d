"""Run: the plan itself, live. One run with its agents, tasks and report; and the history of all runs."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from fastapi import Request
from nicegui import ui

from modernize.web.access.caller import Caller
from modernize.web.errors import ConsoleError, NotSignedIn
from modernize.web.look import parts
from modernize.web.look.acting import ask, refuse
from modernize.web.look.controls import choice, go
from modernize.web.look.frame import page
from modernize.web.look.live import IDLE_SECONDS, keep_looking
from modernize.web.look.moments import second
from modernize.web.look.words import took
from modernize.web.pages.run_one import OneRun
from modernize.web.pages.run_words import TONES
from modernize.web.services.paging import Page
from modernize.web.services.runs import RunLine, Runs
from modernize.web.settings import settings_of

_START = (
    "Start one with reseed demo, which needs nothing, or with reseed run on a database of your own. "
    "This page follows it from its first task."
)


@page("/run")
async def run_page(caller: Caller, request: Request) -> None:
    ui.add_head_html('<link rel="stylesheet" href="/look/run.css">')
    runs = await ask(Runs.of, settings_of(request))
    history = await ask(runs.history, caller)
    if not history.rows:
        parts.empty("No run yet", _START)
        _await_another(caller, runs, history.rows)
        return
    wanted = request.query_params.get("run", history.rows[0].id)
    _choose(history.rows, wanted)
    newer = parts.box("div", "slot")
    try:
        watch = await ask(runs.watch, caller, wanted)
        view = await ask(watch.look)
    except NotSignedIn:
        raise
    except ConsoleError as error:
        refuse(error)
    else:
        await OneRun(caller, runs, wanted, dict(request.query_params)).build(watch, view)
    _history(history)
    _await_another(caller, runs, history.rows, newer)


def _await_another(
    caller: Caller, runs: Runs, history: Sequence[RunLine], newer: ui.element | None = None
) -> None:
    """Say when a run has begun that is not listed; where there was none at all, show it at once."""
    known = {line.id for line in history}

    async def look() -> float | None:
        try:
            found = await ask(runs.latest, caller)
        except NotSignedIn:
            return None
        except ConsoleError:
            return IDLE_SECONDS
        if found is None or found in known:
            return IDLE_SECONDS
        if newer is None:
            go("/run")
            return None
        with newer, parts.box("p", "line", role="status"):
            parts.text("span", "Another run has begun.")
            parts.link("Show it", f"/run?run={quote(found)}")
        return None

    keep_looking(look)


def _choose(history: Sequence[RunLine], wanted: str) -> None:
    options = {line.id: f"{second(line.started)} · {line.verdict}" for line in history}
    with parts.box("div", "filters"):
        choice("Run", {wanted: wanted, **options}, lambda run: go(f"/run?run={quote(run)}"), value=wanted)


def _history(history: Page[RunLine]) -> None:
    head = (
        "Run",
        "Verdict",
        "Began (UTC)",
        "Took",
        "Database",
        "Tasks",
        "Drifts",
        "Orphans",
        "Leaks",
        "Said",
    )
    shown = (
        f"The newest {len(history.rows)} of {history.total} runs"
        if history.total > len(history.rows)
        else "All runs"
    )
    with parts.section("History", note=f"{shown}; what was wrong in the database before → after"):
        parts.table(
            head, [_row(line) for line in history.rows], caption="Runs, the newest first", name="runs"
        )


def _row(line: RunLine) -> list[object]:
    return [
        lambda: parts.link(line.id, f"/run?run={quote(line.id)}", "whole"),
        lambda: parts.chip(line.verdict, TONES[line.verdict]),
        lambda: parts.text("span", second(line.started), "whole"),
        lambda: parts.text("span", took(line.seconds), "whole"),
        lambda: parts.text("span", line.database or "–", title=line.target),
        lambda: parts.text("span", f"{line.passed} of {line.tasks}" if line.tasks else "–", "whole"),
        *(_change(line, field) for field in ("drift", "orphans", "leaks")),
        line.sentence,
    ]


def _change(line: RunLine, field: str) -> object:
    counts = [parts.number(getattr(found, field)) if found else "–" for found in (line.before, line.after)]
    return lambda: parts.text("span", " → ".join(counts) if line.before else "–", "whole")
