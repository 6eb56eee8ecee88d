"""The list of imports: how far each is, how good it was, why rows were refused, and what comes next."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from nicegui.element import Element

from modernize.importing.limits import readable
from modernize.importing.reasons import title
from modernize.models.enums import ImportStatus
from modernize.web.access.caller import Caller
from modernize.web.look import parts
from modernize.web.look.controls import button
from modernize.web.look.moments import moment

Cancel = Callable[[UUID], Awaitable[None]]

HEAD = ("Import", "Status", "Records", "Quality", "Rejected by reason", "Next")
_NUMBERS = {"cmdb": "raw.cmdb", "cloud_inventory": "raw.cloud", "manual": "raw.manual"}


class ImportList:
    """A table with one row for each import; `show` brings it up to date and leaves alone what has not changed."""

    def __init__(self, caller: Caller, cancel: Cancel) -> None:
        self._caller = caller
        self._cancel = cancel
        self._rows: dict[UUID, tuple[Element, dict[str, Any]]] = {}
        self._numbered: Mapping[UUID, str] = {}
        self._nothing = parts.box("div")
        with (
            parts.box(
                "div", "scroll imports", tabindex=0, role="region", aria_label="Imports"
            ) as self._scroll,
            parts.box("table", data_grid="imports"),
        ):
            parts.text("caption", "Imports, the latest first", "unseen")
            with parts.box("thead"), parts.box("tr"):
                for name in HEAD:
                    parts.text("th", name, "number" if name == "Records" else "", scope="col")
            self._body = parts.box("tbody")

    def show(self, rows: Sequence[dict[str, Any]]) -> set[UUID]:
        """Draw what has changed; returns the imports that were under way and are not any more."""
        self._numbered = _first_of_each_type(rows)
        ended = set()
        if [row["id"] for row in rows] != list(self._rows):
            self._body.clear()
            kept, self._rows = self._rows, {}
            for row in rows:
                with self._body:
                    self._rows[row["id"]] = (parts.box("tr", data_row=str(row["id"])), {})
            ended |= {
                key for key, (_, before) in kept.items() if before.get("under_way") and key not in self._rows
            }
        for row in rows:
            element, before = self._rows[row["id"]]
            if before != row:
                if before.get("under_way") and not row["under_way"]:
                    ended.add(row["id"])
                self._rows[row["id"]] = (element, row)
                self._fill(element, row)
        self._say_nothing(not rows)
        return ended

    def _say_nothing(self, is_empty: bool) -> None:
        self._scroll.set_visibility(not is_empty)
        self._nothing.clear()
        if is_empty:
            with self._nothing:
                hint = "Upload a CSV, JSON or Excel file." if self._caller.may("import:create") else ""
                parts.empty("Nothing has been imported yet", hint)

    def _fill(self, element: Element, row: dict[str, Any]) -> None:
        number = self._numbered.get(row["id"])
        shown = {"data_show": number} if number else {}
        element.clear()
        with element:
            with _cell("Import", "what"):
                _what(row)
            with _cell("Status", "state"):
                _state(row)
            with _cell("Records", is_number=True):
                parts.text("span", parts.number(row["total_records"]), **shown)
            with _cell("Quality", "quality"):
                _quality(row, number)
            with _cell("Rejected by reason", "reasons"):
                _reasons(row)
            with _cell("Next", "next"):
                self._next(row)

    def _next(self, row: dict[str, Any]) -> None:
        if row["under_way"]:
            if self._caller.may("import:create"):
                cancel = button(
                    "Cancelling …" if row["cancel_requested"] else "Cancel",
                    lambda: self._cancel(row["id"]),
                    kind="danger",
                    action="import:create",
                    described=f"Cancel the import {row['name']}",
                )
                if row["cancel_requested"]:
                    cancel.props("disabled")
            return
        parts.link("Raw records", _address(row["id"]), aria_label=f"Raw records of {row['name']}")
        if row["failed_records"]:
            parts.link("Rejected rows (CSV)", f"/api/imports/{row['id']}/rejected.csv",
                       aria_label=f"Download the rejected rows of {row['name']}", download=True)  # fmt: skip
        if pending := row["pending_mappings"]:
            words = f"{pending} mapping{'s' if pending > 1 else ''} to approve"
            parts.link(words, f"/mappings?data_import_id={row['id']}&status=pending")
        parts.link("Flow", f"/flows/{row['discovery_flow_id']}", aria_label=f"Flow {row['flow']}")


def _cell(label: str, classes: str = "", *, is_number: bool = False) -> Element:
    """A cell with one box in it; on a narrow screen the label stands before the box."""
    column = label.lower().replace(" ", "_")
    with parts.box("td", "number" if is_number else "", data_label=label, data_column=column):
        return parts.box("div", classes)


def _what(row: dict[str, Any]) -> None:
    parts.text("strong", row["name"])
    details = f"{readable(row['file_size'])}, {row['mime_type']}, SHA-256 {row['sha256']}"
    parts.text("span", row["file_name"], "file", data_column="file_name", title=details)
    parts.text("span", f"{row['source_system']}, {moment(row['started_at'])} UTC", "note")
    if row["notes"]:
        with parts.box("details"):
            parts.text("summary", "How the file was read")
            for note in row["notes"]:
                parts.text("p", note)


def _state(row: dict[str, Any]) -> None:
    parts.chip("in_progress" if row["under_way"] else row["status"])
    if row["under_way"]:
        done = row["valid_records"] + row["failed_records"]
        rate = f", {row['records_per_second']:,.0f} rows/s" if row["records_per_second"] else ""
        parts.text("p", f"{done:,} of {row['total_records']:,}{rate}", "note")
        parts.progress(row["percent"], label=f"Import of {row['file_name']}")
    elif row["error_message"]:
        parts.text("p", row["error_message"], "said")
    elif row["status"] == ImportStatus.CANCELLED:
        parts.text("p", "Nothing of it was kept.", "note")
    elif row["status"] == ImportStatus.IN_PROGRESS:
        parts.text("p", "All rows are read; mappings wait for a decision.", "note")
    elif row["duration_seconds"] and row["pending_mappings"]:
        parts.text("p", f"{row['total_records']:,} rows in {row['duration_seconds']:,.1f} s.", "note")


def _quality(row: dict[str, Any], number: str | None) -> None:
    good, bad = row["valid_records"], row["failed_records"]
    shown = {"data_show": f"{number}.valid"} if number else {}
    if not good + bad and not number:
        parts.text("span", "–")
        return
    label = f"{good:,} accepted, {bad:,} rejected"
    parts.bar([("Accepted", good, "good"), ("Rejected", bad, "bad")], label=label)
    with parts.box("span", "note"):
        parts.text("b", parts.number(good), **shown)
        parts.text("span", f" accepted, {bad:,} rejected")


def _reasons(row: dict[str, Any]) -> None:
    if not row["reasons"]:
        parts.text("span", "–")
    for code, count in sorted(row["reasons"].items(), key=lambda item: (-item[1], item[0])):
        with parts.box("a", "", href=_address(row["id"], reason=code)):
            parts.text("span", title(code))
            parts.text("b", parts.number(count))


def _address(import_id: UUID, **filters: str) -> str:
    return f"/imports?{urlencode({'import_id': str(import_id), **filters})}#records"


def _first_of_each_type(rows: Sequence[dict[str, Any]]) -> dict[UUID, str]:
    """Import -> the name its number has in pages.toml: the earliest of each type."""
    first = {str(row["import_type"]): row["id"] for row in rows}
    return {each: _NUMBERS[kind] for kind, each in first.items()}
