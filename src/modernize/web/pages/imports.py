"""Data Import: what came in and how good it was, live while it comes in, every raw record, and the upload."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any
from uuid import UUID

from fastapi import Request
from nicegui import ui

from modernize.importing.limits import DEFAULT
from modernize.importing.reasons import title
from modernize.models.enums import ImportStatus
from modernize.web.access.caller import Caller
from modernize.web.errors import ConsoleError, NotFound, NotSignedIn, Unavailable
from modernize.web.look import parts
from modernize.web.look.acting import act, ask, say, to_sign_in
from modernize.web.look.controls import button
from modernize.web.look.filters import Filters, open_from_address
from modernize.web.look.frame import page
from modernize.web.look.grid import Column, Grid
from modernize.web.look.live import keep_looking
from modernize.web.look.overlay import Overlay
from modernize.web.look.upload import UploadForm
from modernize.web.pages.import_adding import ask_adding, how_it_went
from modernize.web.pages.import_list import ImportList, at_work
from modernize.web.pages.import_record import show_record
from modernize.web.services import import_records, imports
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
    await _DataImport(caller, settings_of(request), Filters(request.query_params, FILTERS)).draw(request)


class _DataImport:
    """The page for one person."""

    def __init__(self, caller: Caller, settings: ConsoleSettings, filters: Filters) -> None:
        self._caller = caller
        self._settings = settings
        self._filters = filters
        self._counts: dict[str, int] = {}
        self._most = _STEP

    async def draw(self, request: Request) -> None:
        self._figures = parts.box("div")
        self._notice = parts.box("div", "slot")
        self._drawer, self._dialog = Overlay("drawer"), Overlay("ask")
        note = (
            "A file's rows become raw records. Once the mappings of its columns are decided, the accepted rows can be "
            "added to the inventory."
        )
        with parts.section("Imports", note=note, actions=self._actions):
            self._list = ImportList(self._caller, self._cancel, self._ask_adding, self._older)
        found = await self._read()
        with parts.box("div", id="records"), parts.section("Raw records"):
            with parts.box("div", "filters", role="search", aria_label="Filter the raw records"):
                self._controls(await self._offered(found.rows), found.rows)
            self._grid = Grid(
                "records",
                "/api/imports/records",
                COLUMNS,
                caption="Raw records of the imported files",
                filters=self._filters.values,
                sort="import_name",
                size=25,
                opened=self._open,
                nothing="No raw record fits these filters.",
            )
        self._list.show(found.rows, found.total)
        self._filters.tell(lambda _: self._grid.show(self._filters.values))
        await open_from_address(request, "record", self._open)
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
                say(_ended(row), bad=bool(row["problem"]) or row["status"] not in _GOOD)
        if ended:
            self._grid.reload()
        return BUSY_SECONDS if any(map(at_work, found.rows)) else IDLE_SECONDS

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

    def _ask_adding(self, row: Mapping[str, Any]) -> None:
        ask_adding(self._dialog, self._caller, self._settings, row, self._look_now)

    def _older(self) -> None:
        self._most = min(self._most + _STEP, LARGEST)
        self._look_now()

    async def _open(self, record_id: str) -> None:
        found = await act(import_records.one_record, self._caller, UUID(record_id))
        if found:
            show_record(self._drawer, found)

    async def _offered(self, rows: list[dict[str, Any]]) -> dict[str, str]:
        """The imports to choose from: the latest, and the one that the address names."""
        offered = {str(row["id"]): str(row["name"]) for row in rows}
        wanted = self._filters["import_id"]
        if wanted and wanted not in offered:
            with suppress(ValueError, NotFound):
                found = await ask(imports.one_import, self._caller, UUID(wanted))
                offered[wanted] = found["name"]
        return offered

    def _controls(self, offered: dict[str, str], rows: list[dict[str, Any]]) -> None:
        self._filters.choice("import_id", "Import", offered, every="All")
        self._filters.choice("result", "Result", {"valid": "Accepted", "refused": "Refused"})
        codes = {code for row in rows for code in row["reasons"]} | ({self._filters["reason"]} - {""})
        self._filters.choice("reason", "Reason", {code: title(code) for code in sorted(codes)})
        self._filters.search("Any value")


def _figures(counts: dict[str, int]) -> None:
    with parts.figures():
        parts.figure("Imports", counts["imports"], show="data_imports")
        parts.figure("Raw records", counts["records"], show="raw_import_records")
        parts.figure("Accepted", counts["valid"], href="/imports?result=valid#records")
        share = f"{100 * counts['refused'] / counts['records']:.1f}% of all" if counts["records"] else ""
        parts.figure("Refused", counts["refused"], href="/imports?result=refused#records", note=share,
                     tone="warn" if counts["refused"] else "neutral")  # fmt: skip


_GOOD = (ImportStatus.COMPLETED, ImportStatus.IN_PROGRESS)


def _ended(row: dict[str, Any]) -> str:
    if row["problem"]:
        return str(row["problem"])
    if row["added"]:
        return f"{row['file_name']}: {how_it_went(row['added'])}"
    if row["status"] == "completed":
        return (
            f"{row['file_name']} is imported: {row['valid_records']:,} rows accepted, {row['failed_records']:,} "
            f"refused. {row['pending_mappings']} mappings wait for approval."
        )
    return str(
        row["error_message"] or f"The import of {row['file_name']} was cancelled; nothing of it was kept."
    )
