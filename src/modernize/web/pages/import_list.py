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
from modernize.web.look.controls import Press, button
from modernize.web.look.moments import moment
from modernize.web.pages.import_adding import how_it_went
from modernize.web.services.paging import LARGEST

Cancel = Callable[[UUID], Awaitable[None]]
Add = Callable[[Mapping[str, Any]], None]

#: Cell -> its classes, and what of a row it shows; it is drawn again only when some of that has changed, so that
#: whoever has the keyboard on the button beside a moving number keeps it there.
CELLS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "Import": ("what", ("name", "file_name", "source_system", "started_at", "notes")),
    "Status": ("state", ("under_way", "status", "valid_records", "failed_records", "total_records", "percent",
                         "records_per_second", "error_message", "duration_seconds", "pending_mappings",
                         "being_added", "rows_added", "added", "problem")),
    "Records": ("", ("total_records",)),
    "Quality": ("quality", ("valid_records", "failed_records")),
    "Refused by reason": ("reasons", ("reasons",)),
    "Next": ("next", ("under_way", "cancel_requested", "being_added", "can_be_added")),
}  # fmt: skip
_NUMBERS = {"cmdb": "raw.cmdb", "cloud_inventory": "raw.cloud", "manual": "raw.manual"}


class ImportList:
    """A table with one row for each import; `show` brings it up to date and leaves alone what has not changed."""

    def __init__(self, caller: Caller, cancel: Cancel, add: Add, older: Press) -> None:
        self._caller = caller
        self._cancel = cancel
        self._add = add
        self._lines: dict[UUID, _Line] = {}
        self._is_drawn = False
        self._nothing = parts.box("div")
        with (
            parts.box(
                "div", "scroll imports", tabindex=0, role="region", aria_label="Imports"
            ) as self._scroll,
            parts.box("table", data_grid="imports"),
        ):
            parts.text("caption", "Imports, the latest first", "unseen")
            with parts.box("thead"), parts.box("tr"):
                for name in CELLS:
                    parts.text("th", name, "number" if name == "Records" else "", scope="col")
            self._body = parts.box("tbody")
        with parts.box("div", "line") as self._more:
            self._words = parts.text("span", "", "note")
            self._older = button("Show older", older, described="Show older imports")
        self._more.set_visibility(False)

    def show(self, rows: Sequence[dict[str, Any]], total: int) -> set[UUID]:
        """Draw what has changed; returns the imports that have ended since it was drawn before.

        Args:
            rows: the latest imports. total: how many there are.
        """
        ended = {key for key in set(self._lines).difference(row["id"] for row in rows) if self._drop(key)}
        numbered = _first_of_each_type(rows)
        # One that is above what is known already has come in since; those that follow below are only older.
        known = [place for place, row in enumerate(rows) if row["id"] in self._lines]
        since = max(known, default=len(rows)) if self._is_drawn else 0
        for place, row in enumerate(rows):
            line = self._lines.get(row["id"])
            was_under_way = line.under_way if line else place < since
            if line is None:
                with self._body:
                    line = self._lines[row["id"]] = _Line(row)
                if self._is_drawn:
                    line.element.move(self._body, target_index=place)
            if was_under_way and not at_work(row):
                ended.add(row["id"])
            self._fill(line, row, numbered.get(row["id"]))
        self._is_drawn = True
        self._say_nothing(not rows)
        self._more.set_visibility(len(rows) < total)
        self._older.set_visibility(len(rows) < LARGEST)
        self._words.set_text(f"The latest {len(rows)} of {total:,} imports")
        return ended

    def _drop(self, import_id: UUID) -> bool:
        line = self._lines.pop(import_id)
        line.element.delete()
        return line.under_way

    def _say_nothing(self, is_empty: bool) -> None:
        self._scroll.set_visibility(not is_empty)
        self._nothing.clear()
        if is_empty:
            with self._nothing:
                hint = "Upload a CSV, JSON or Excel file." if self._caller.may("import:create") else ""
                parts.empty("Nothing has been imported yet", hint)

    def _fill(self, line: _Line, row: dict[str, Any], number: str | None) -> None:
        line.under_way = at_work(row)
        # What leads on from an import is offered when it is over; until then these numbers are still moving.
        over = (
            {} if row["under_way"] else {name: row[name] for name in ("failed_records", "pending_mappings")}
        )
        for label, (_, names) in CELLS.items():
            shown = over if label == "Next" else None
            cell = line.outdated(label, (number, shown, *(row[name] for name in names)))
            if cell:
                with cell:
                    self._cell(label, row, number)

    def _cell(self, label: str, row: dict[str, Any], number: str | None) -> None:
        match label:
            case "Import":
                _what(row)
            case "Status":
                _state(row)
            case "Records":
                shown = {"data_show": number} if number else {}
                parts.text("span", parts.number(row["total_records"]), **shown)
            case "Quality":
                _quality(row, number)
            case "Refused by reason":
                _reasons(row)
            case "Next":
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
        if row["can_be_added"] and self._caller.may("import:create"):
            button(
                "Add to inventory …",
                lambda: self._add(row),
                kind="primary",
                action="import:create",
                described=f"Add the rows of {row['name']} to the inventory",
            )
        if row["added"] and row["added"]["added"]:
            parts.link("Assets", f"/assets?discovery_flow_id={row['discovery_flow_id']}",
                       aria_label=f"Assets of {row['name']}")  # fmt: skip
        parts.link("Raw records", _address(row["id"]), aria_label=f"Raw records of {row['name']}")
        if row["failed_records"]:
            parts.link("Refused rows (CSV)", f"/api/imports/{row['id']}/refused.csv",
                       aria_label=f"Download the refused rows of {row['name']}", download=True)  # fmt: skip
        if pending := row["pending_mappings"]:
            words = f"{parts.counted(pending, 'mapping')} to approve"
            parts.link(words, f"/mappings?data_import_id={row['id']}&status=pending")
        parts.link("Flow", f"/flows/{row['discovery_flow_id']}", aria_label=f"Flow {row['flow']}")


class _Line:
    """The table's row for one import: its cells, and what each shows."""

    def __init__(self, row: Mapping[str, Any]) -> None:
        self.under_way = bool(row["under_way"])
        self._cells: dict[str, Element] = {}
        self._shown: dict[str, object] = {}
        with parts.box("tr", data_row=str(row["id"])) as self.element:
            for label, (classes, _) in CELLS.items():
                column = label.lower().replace(" ", "_")
                kind = "number" if label == "Records" else ""
                # With one box in it; on a narrow screen the label stands before the box.
                with parts.box("td", kind, data_label=label, data_column=column):
                    self._cells[label] = parts.box("div", classes)

    def outdated(self, label: str, shown: object) -> Element | None:
        """The cell, emptied, if it showed something else until now."""
        if label in self._shown and self._shown[label] == shown:
            return None
        self._shown[label] = shown
        self._cells[label].clear()
        return self._cells[label]


def at_work(row: Mapping[str, Any]) -> bool:
    """Whether an import moves by itself: rows are read, or made assets."""
    return bool(row["under_way"] or row["being_added"])


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
    elif row["being_added"]:
        words = f"{row['rows_added']:,} of {row['valid_records']:,} rows made assets"
        parts.text("p", words, "note")
        share = 100 * row["rows_added"] / max(row["valid_records"], 1)
        parts.progress(share, label=f"Adding {row['file_name']} to the inventory")
    elif problem := row["error_message"] or row["problem"]:
        parts.text("p", problem, "said")
    elif row["added"]:
        parts.text("p", how_it_went(row["added"]), "note")
    elif row["can_be_added"]:
        parts.text("p", "All mappings are decided; the accepted rows can be added to the inventory.", "note")
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
    label = f"{good:,} accepted, {bad:,} refused"
    parts.bar([("Accepted", good, "good"), ("Refused", bad, "bad")], label=label)
    with parts.box("span", "note"):
        parts.text("b", parts.number(good), **shown)
        parts.text("span", f" accepted, {bad:,} refused")


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
