"""Why a flow failed: the phase, the sentence, the file and its rows, and what to do next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from modernize.web.look import parts
from modernize.web.look.moments import moment
from modernize.web.look.words import size
from modernize.web.services.flow_records import FlowDetail

_ELSEWHERE = ("rows", "next_step")
_FIRST = (
    "file",
    "file_size",
    "expected_encoding",
    "probable_encoding",
    "truncated_row",
    "attempts",
    "failed_at",
    "code",
)


def failure(detail: FlowDetail) -> None:
    """Draw the error of a flow that failed, above everything else."""
    details = detail.error_details or {}
    phase = parts.words(detail.error_phase or detail.flow.current_phase).lower()
    with parts.section(f"Failed at {phase}", classes="failure"):
        parts.text("p", detail.flow.error_message or "No message was left.", "message", role="alert")
        if step := details.get("next_step"):
            with parts.box("p", "next"):
                parts.text("strong", "Next: ")
                parts.text("span", step)
        names = [name for name in (*_FIRST, *sorted(details)) if name in details and name not in _ELSEWHERE]
        known = {parts.words(name): _fact(name, details[name]) for name in names}
        if known:
            parts.facts(known)
        _rows(details.get("rows"))


def _rows(rows: object) -> None:
    """Rows of the file that were wrong: each an object, or a bare row number."""
    if not isinstance(rows, list) or not rows:
        return
    told = [row if isinstance(row, Mapping) else {"row": row} for row in rows]
    names = list(dict.fromkeys(name for row in told for name in row))
    parts.text("h3", "Rows that were wrong")
    parts.table(
        [parts.words(name) for name in names],
        [[_said(row.get(name)) for name in names] for row in told],
        caption="Rows that were wrong",
        name="error-rows",
    )


def _fact(name: str, value: Any) -> str:
    if name == "file_size" and isinstance(value, int):
        return size(value)
    if name.endswith("_at") and isinstance(value, str):
        try:
            return f"{moment(datetime.fromisoformat(value))} UTC"
        except ValueError:
            return value
    return _said(value)


def _said(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{parts.words(name).lower()}: {_said(each)}" for name, each in value.items())
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(_said(each) for each in value)
    return "–" if value is None else str(value)
