"""Data Import: what came in and how good it was, live while it comes in, every raw record, and the upload."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any
from uuid import UUID

from fastapi import Request
from nicegui import ui

from modernize.importing.limits import DEFAULT
from modernize.importing.reasons import title
from modernize.web.access.caller import Caller
from modernize.web.errors import ConsoleError, NotFound, NotSignedIn, Unavailable
from modernize.web.look import parts
from modernize.web.look.acting import act, ask, say, to_sign_in
from modernize.web.look.controls import button, choice, field
from modernize.web.look.frame import page
from modernize.web.look.grid import Column, Grid
from modernize.web.look.overlay import Overlay
from modernize.web.look.upload import UploadForm
from modernize.web.pages.import_list import ImportList
from modernize.web.pages.import_record import show_record
from modernize.web.pages.run_live import keep_looking
from modernize.web.services import imports
from modernize.web.services.paging import LARGEST, Listed
from modernize.web.settings import ConsoleSettings, settings_of

#: Seconds between two looks: while something is imported, and while nothing is.
BUSY_SECONDS, IDLE_SECONDS = 0.7, 5.0
_STEP = 100
"""Imports that are listed at once."""

COLUMNS = (
    Column("row_number", "Row", "number"),
    Column("external_id", "Key in the source"),
    Column("import_name", "Import"),
    Column("result", "Result", "chip"),
    Column("reason", "Reason", "wraps", sort=False),
)
FILTERS = ("import_id", "result", "reason", "search")


@page("/imports")
async def data_import(caller: Caller, request: Request) -> None:
    ui.add_head_html('<link rel="stylesheet" href="/look/imports.css">')
    await _DataImport(caller, settings_of(request), _filters(request)).draw(
        request.query_params.get("record")
    )


def _filters(request: Request) -> dict[str, str]:
    given = request.query_params
    return {name: given[name] for name in FILTERS if given.get(name)}


class _DataImport:
    """The page for one person."""

    def __init__(self, caller: Caller, settings: ConsoleSettings, filters: dict[str, str]) -> None:
        self._caller = caller
        self._settings = settings
        self._filters = filters
        self._counts: dict[str, int] = {}
        self._most = _STEP

    async def draw(self, record: str | None) -> None:
        self._figures = parts.box("div")
        self._notice = parts.box("div", "slot")
        self._drawer, self._dialog = Overlay("drawer"), Overlay("ask")
        note = "A file's rows become raw records; its columns' mappings wait for approval, and assets come from those."
        with parts.section("Imports", note=note, actions=self._actions):
            self._list = ImportList(self._caller, self._cancel, self._older)
        found = await self._read()
        with parts.box("div", id="records"), parts.section("Raw records"):
            with parts.box("div", "filters", role="search", aria_label="Filter the raw records"):
                self._controls(await self._offered(found.rows), found.rows)
            self._grid = Grid(
                "records",
                "/api/imports/records",
                COLUMNS,
                caption="Raw records of the imported files",
                filters=self._filters,
                sort="import_name",
                size=25,
                opened=self._open,
                nothing="No raw record fits these filters.",
            )
        self._list.show(found.rows, found.total)
        if record:
            await self._open(record)
        self._look_now = keep_looking(self._look)

    async def _read(self, *, noted: bool = True) -> Listed:
        found = await ask(imports.overview, self._caller, self._settings, self._most, noted=noted)
        if found.figures != self._counts:
            self._counts = found.figures
            self._figures.clear()
            with self._figures:
                _figures(found.figures)
        return found.latest

    async def _look(self) -> float | None:
        try:
            found = await self._read(noted=False)
        except NotSignedIn:
            to_sign_in()
            return None
        except Unavailable:
            return IDLE_SECONDS
        except ConsoleError as error:
            with self._notice:
                parts.problem(error.message)
            return None
        ended = self._list.show(found.rows, found.total)
        for row in found.rows:
            if row["id"] in ended:
                say(_ended(row), bad=row["status"] != "completed")
        if ended:
            self._grid.reload()
        return BUSY_SECONDS if any(row["under_way"] for row in found.rows) else IDLE_SECONDS

    def _actions(self) -> None:
        if self._caller.may("import:create"):
            button("Upload a file", self._ask_file, kind="primary", action="import:create")

    async def _ask_file(self) -> None:
        flows = await act(imports.waiting_flows, self._caller)
        if flows is None:
            return
        offered = [{"id": str(each["id"]), "name": each["name"]} for each in flows]
        with self._dialog.showing("Upload a file"):
            UploadForm(self._caller.identity.csrf_token, offered, DEFAULT, self._begun)

    async def _begun(self, import_id: str) -> None:
        self._dialog.close()
        found = await act(imports.one_import, self._caller, UUID(import_id))
        if found:
            say(f"{found['file_name']} is being imported: {found['total_records']:,} rows.")
        self._look_now()

    async def _cancel(self, import_id: UUID) -> None:
        if await act(imports.cancel, self._caller, self._settings, import_id):
            self._look_now()

    def _older(self) -> None:
        self._most = min(self._most + _STEP, LARGEST)
        self._look_now()

    async def _open(self, record_id: str) -> None:
        try:
            wanted = UUID(record_id)
        except ValueError:
            say(f'The address names the record "{record_id}", which is not an id.', bad=True)
            return
        found = await act(imports.one_record, self._caller, wanted)
        if found:
            show_record(self._drawer, found)

    async def _offered(self, rows: list[dict[str, Any]]) -> dict[str, str]:
        """The imports to choose from: the latest, and the one that the address names."""
        offered = {str(row["id"]): str(row["name"]) for row in rows}
        wanted = self._filters.get("import_id", "")
        if wanted and wanted not in offered:
            with suppress(ValueError, NotFound):
                found = await ask(imports.one_import, self._caller, UUID(wanted))
                offered[wanted] = found["name"]
        return offered

    def _controls(self, offered: dict[str, str], rows: list[dict[str, Any]]) -> None:
        def setter(name: str) -> Callable[[str], None]:
            def change(value: str) -> None:
                self._filters[name] = value
                self._grid.show(self._filters)

            return change

        given = self._filters
        choice("Import", {"": "All", **offered}, setter("import_id"), value=given.get("import_id", ""))
        results = {"": "Any", "valid": "Accepted", "refused": "Rejected"}
        choice("Result", results, setter("result"), value=given.get("result", ""))
        codes = sorted({code for row in rows for code in row["reasons"]} | {given.get("reason", "")} - {""})
        reasons = {"": "Any", **{code: title(code) for code in codes}}
        choice("Reason", reasons, setter("reason"), value=given.get("reason", ""))
        field(
            "Search",
            setter("search"),
            value=given.get("search", ""),
            kind="search",
            hint="Any value",
            live=True,
        )


def _figures(counts: dict[str, int]) -> None:
    with parts.figures():
        parts.figure("Imports", counts["imports"], show="data_imports")
        parts.figure("Raw records", counts["records"], show="raw_import_records")
        parts.figure("Accepted", counts["valid"], href="/imports?result=valid#records")
        share = f"{100 * counts['refused'] / counts['records']:.1f}% of all" if counts["records"] else ""
        parts.figure("Rejected", counts["refused"], href="/imports?result=refused#records", note=share,
                     tone="warn" if counts["refused"] else "neutral")  # fmt: skip


def _ended(row: dict[str, Any]) -> str:
    if row["status"] == "completed":
        return (
            f"{row['file_name']} is imported: {row['valid_records']:,} rows accepted, {row['failed_records']:,} "
            f"rejected. {row['pending_mappings']} mappings wait for approval."
        )
    return str(
        row["error_message"] or f"The import of {row['file_name']} was cancelled; nothing of it was kept."
    )
