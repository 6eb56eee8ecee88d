"""/api/imports: imports and their records page by page, an upload with its progress, the refused rows as a file."""

from __future__ import annotations

import re
from datetime import datetime
from functools import partial
from typing import Annotated, Any, Literal
from uuid import UUID

from anyio import to_thread
from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel
from starlette.requests import ClientDisconnect

from modernize.importing.limits import DEFAULT
from modernize.importing.refused import FileRefused
from modernize.models.enums import FileFormat, ImportStatus, ImportType
from modernize.web.access.caller import Caller
from modernize.web.access.dependency import needs
from modernize.web.api.export import as_csv
from modernize.web.api.receiving import Form, received
from modernize.web.api.refusals import files
from modernize.web.api.shapes import Paged, Slice, Text, sliced
from modernize.web.errors import Invalid
from modernize.web.services import import_records, imports
from modernize.web.services.import_records import RecordFilter
from modernize.web.settings import settings_of

router = APIRouter(prefix="/imports", tags=["imports"])

Reader = Annotated[Caller, needs("import:read")]
Creator = Annotated[Caller, needs("import:create")]


class RecordQuery(Paged):
    """Which raw records to list; what is not given does not filter."""

    import_id: UUID | None = None
    result: Literal["valid", "refused"] | None = None
    reason: Text | None = None
    search: Text | None = None


class Added(BaseModel):
    """What became of an import's accepted rows: assets, or left out, by reason."""

    added: int
    left_out: dict[str, int]


class ImportRow(BaseModel):
    """An import. While `under_way`, `percent` and the counts grow; `reasons` says how many rows each reason refused.

    While `being_added` to the inventory `rows_added` grows; `problem` says why the last attempt added nothing.
    """

    id: UUID
    name: str
    file_name: str
    file_format: FileFormat
    file_size: int
    mime_type: str
    sha256: str
    import_type: ImportType
    source_system: str
    source_columns: list[str]
    parse_options: dict[str, Any]
    status: ImportStatus
    under_way: bool
    cancel_requested: bool
    percent: float
    total_records: int
    valid_records: int
    failed_records: int
    reasons: dict[str, int]
    duration_seconds: float | None
    records_per_second: float | None
    notes: list[str]
    error_message: str | None
    discovery_flow_id: UUID
    flow: str
    pending_mappings: int
    can_be_added: bool
    being_added: bool
    rows_added: int
    added: Added | None
    problem: str | None
    imported_by_name: str | None
    started_at: datetime | None
    completed_at: datetime | None


class RecordRow(BaseModel):
    """A raw record as lists show it. `reason`: every reason in words; empty for a valid one."""

    id: UUID
    data_import_id: UUID
    import_name: str
    row_number: int
    external_id: str | None
    result: Literal["valid", "refused"]
    reason: str


class RecordDetail(BaseModel):
    """A raw record as found, and as cleansed or with the reasons for its refusal."""

    id: UUID
    data_import_id: UUID
    import_name: str
    file_name: str
    row_number: int
    external_id: str | None
    raw_data: dict[str, Any]
    cleansed_data: dict[str, Any] | None
    is_valid: bool
    validation_errors: list[dict[str, Any]]
    asset_id: UUID | None
    asset_name: str | None


@router.get("")
def list_imports(caller: Reader, request: Request, query: Annotated[Paged, Query()]) -> Slice[ImportRow]:
    """One page of the imports, the latest first unless told otherwise."""
    imports.settle(caller, settings_of(request))
    return sliced(ImportRow, imports.list_imports(caller, query.paging()))


@router.get("/records")
def list_records(caller: Reader, query: Annotated[RecordQuery, Query()]) -> Slice[RecordRow]:
    """One page of raw records, of one import or of all."""
    valid = None if query.result is None else query.result == "valid"
    wanted = RecordFilter(query.import_id, valid, query.reason, query.search)
    return sliced(RecordRow, import_records.list_records(caller, wanted, query.paging()))


@router.get("/records/{record_id}")
def one_record(caller: Reader, record_id: UUID) -> RecordDetail:
    """One raw record."""
    return RecordDetail(**import_records.one_record(caller, record_id))


_FORM = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {
                            "type": "string",
                            "format": "binary",
                            "description": "a .csv, .json or .xlsx file",
                        },
                        "title": {
                            "type": "string",
                            "description": "name of the import; the file's name otherwise",
                        },
                        "source_system": {"type": "string", "description": "what made the file"},
                        "flow_id": {
                            "type": "string",
                            "format": "uuid",
                            "description": "a flow that waits for a file",
                        },
                        "flow_name": {
                            "type": "string",
                            "description": "name of the new flow where none is given",
                        },
                        "sheet": {
                            "type": "string",
                            "description": "of a workbook; the first with a header otherwise",
                        },
                    },
                }
            }
        },
    }
}


@router.post("", status_code=202, openapi_extra=_FORM)
async def upload(caller: Creator, request: Request) -> ImportRow:
    """Upload a file and import it. Answers when the whole file was looked through and its rows are being stored."""
    try:
        form = await received(request.stream(), request.headers.get("content-type", ""), DEFAULT)
    except FileRefused as error:
        problems = tuple(problem.sentence for problem in error.problems)
        raise Invalid(problems[0], problems=problems) from error
    except ClientDisconnect as error:
        raise Invalid("The upload was broken off before all of it had come; send it again.") from error
    try:
        given = _upload(form)
    except Invalid:
        form.discard()
        raise
    found = await to_thread.run_sync(partial(imports.upload, caller, settings_of(request), given))
    return ImportRow(**found)


@router.get("/{import_id}")
def one_import(caller: Reader, request: Request, import_id: UUID) -> ImportRow:
    """One import, with its progress."""
    imports.settle(caller, settings_of(request))
    return ImportRow(**imports.one_import(caller, import_id))


@router.post("/{import_id}/cancel")
def cancel(caller: Creator, request: Request, import_id: UUID) -> ImportRow:
    """Have an import that is under way end; nothing of it stays."""
    return ImportRow(**imports.cancel(caller, settings_of(request), import_id))


@router.get("/{import_id}/refused.csv", response_class=Response, responses=files("text/csv"))
def refused(caller: Reader, import_id: UUID) -> Response:
    """The refused rows with their reasons, as a CSV file; cells cannot become formulas."""
    with import_records.refused_rows(caller, import_id) as (file_name, lines):
        name = re.sub(r"[^A-Za-z0-9_.-]", "_", file_name.rpartition(".")[0])
        return as_csv(lines, f"{name or 'import'}-refused")


def _upload(form: Form) -> imports.Upload:
    """The form as the service takes it.

    Raises:
        Invalid: a field breaks a rule.
    """
    fields = form.fields
    long = [
        name for name in ("title", "source_system", "flow_name", "sheet") if len(fields.get(name, "")) > 120
    ]
    if long:
        raise Invalid(f"{', '.join(long)}: expected at most 120 characters; shorten it.")
    flow = fields.get("flow_id", "")
    try:
        flow_id = UUID(flow) if flow else None
    except ValueError as error:
        raise Invalid(f'flow_id: expected the id of a flow, found "{flow[:60]}".') from error
    assert form.path is not None  # noqa: S101 - a form without a file was refused
    return imports.Upload(
        path=form.path,
        name=form.name,
        size=form.size,
        sha256=form.sha256,
        title=fields.get("title", ""),
        source_system=fields.get("source_system", ""),
        flow_id=flow_id,
        flow_name=fields.get("flow_name", ""),
        sheet=fields.get("sheet") or None,
    )
