"""How a run stands: its verdict in words, and its key figures."""

from __future__ import annotations

from modernize.web.look import parts
from modernize.web.look.moments import second
from modernize.web.look.words import took
from modernize.web.pages.run_words import TONES
from modernize.web.services.runs import Counts, RunView

_COUNTED = (("Schema drifts", "drift"), ("Orphaned rows", "orphans"), ("Tenant leaks", "leaks"))


class State:
    """The head of a run. What is read out aloud changes only when its words do, not with every second."""

    def __init__(self) -> None:
        self._said = parts.box("div", "line", role="status")
        self._where = parts.text("p", "", "note")
        self._figures = parts.box("div")
        self._words = ("", "")

    def show(self, view: RunView) -> None:
        """The run as it is now."""
        line = view.line
        if self._words != (line.verdict, line.sentence):
            self._words = (line.verdict, line.sentence)
            self._said.clear()
            with self._said:
                parts.chip(line.verdict, TONES[line.verdict])
                parts.text("span", line.sentence)
        self._where.set_text(
            f"{view.title} · {line.target} · began {second(line.started)} UTC · run {line.id}"
        )
        self._figures.clear()
        with self._figures, parts.figures():
            parts.figure("Tasks passed", f"{line.passed} of {line.tasks}")
            took_words = "So far" if line.verdict == "under way" else "Took"
            parts.figure(took_words, took(line.seconds), note=f"planned {took(view.planned_minutes * 60)}")
            parts.figure("Checks at gates", sum(task.checks for task in view.tasks))
            for label, field in _COUNTED:
                _before_after(label, line.before, line.after, field)


def _before_after(label: str, before: Counts | None, after: Counts | None, field: str) -> None:
    was = getattr(before, field) if before else None
    now = getattr(after, field) if after else None
    note = f"before: {parts.number(was)}" if was is not None else "not counted yet"
    parts.figure(label, now, note=note, tone="bad" if now else "neutral")
