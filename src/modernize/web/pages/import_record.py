"""The drawer of one raw record: as found, as cleansed or why it was refused, and the asset it became."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from modernize.importing.reasons import title
from modernize.importing.transformation import columns
from modernize.importing.transformation import field as value_at
from modernize.web.look import parts
from modernize.web.look.overlay import Overlay
from modernize.web.look.words import said


def show_record(drawer: Overlay, record: Mapping[str, Any]) -> None:
    """Fill the drawer with a record and open it."""
    with drawer.showing(
        f"Row {record['row_number']:,}", note=f"{record['import_name']}, {record['file_name']}"
    ):
        with parts.box("div", "line"):
            parts.chip("valid" if record["is_valid"] else "refused")
            if record["external_id"]:
                parts.text("span", record["external_id"], "mono")
        if record["validation_errors"]:
            _reasons(record["validation_errors"])
        with parts.section("Where it went"):
            if record["asset_id"]:
                with parts.box("p"):
                    parts.text("span", "It became the asset ")
                    parts.link(record["asset_name"], f"/assets?asset={record['asset_id']}")
            elif record["is_valid"]:
                parts.text(
                    "p",
                    "Not in the inventory: its import has not been added yet, or this row was left out then.",
                    "note",
                )
            else:
                parts.text("p", "Nowhere: correct it in its source and upload it again.", "note")
        marked = {each.get("field") for each in record["validation_errors"]}
        found = record["raw_data"]
        _values("As found", found, _in_file_order(found, record["source_columns"]), marked)
        if record["cleansed_data"] is not None:
            _values("As cleansed", record["cleansed_data"], sorted(record["cleansed_data"]), set())


def _reasons(reasons: list[dict[str, Any]]) -> None:
    with parts.section("Why it was refused"):
        parts.table(
            ("Reason", "Column", "Value", "Explanation"),
            [
                (
                    title(str(each.get("code", ""))),
                    each.get("field", ""),
                    said(each.get("value")),
                    each.get("message", ""),
                )
                for each in reasons
            ],
            caption="Why it was refused",
        )


def _in_file_order(raw: Mapping[str, Any], source_columns: Sequence[str]) -> list[str]:
    """The database keeps a document's fields in an order of its own."""
    own = set(columns(dict(raw)))
    return [*(name for name in source_columns if name in own), *sorted(own.difference(source_columns))]


def _values(name: str, values: Mapping[str, Any], fields: Sequence[str], marked: set[Any]) -> None:
    with parts.section(name):
        rows = [(_marked(each, each in marked), said(value_at(values, each))) for each in fields]
        parts.table(("Column", "Value"), rows, caption=name)


def _marked(name: str, is_wrong: bool) -> object:
    """A column's name; with a sign in words, too, where a reason is about it."""
    if not is_wrong:
        return name

    def draw() -> None:
        parts.text("span", f"{name} ")
        parts.chip("refused")

    return draw
