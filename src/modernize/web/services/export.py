"""A list as a file that people open elsewhere: CSV, streamed, or a workbook. No cell of it can become a formula."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from ipaddress import IPv4Address, IPv6Address
from itertools import chain
from typing import Any
from uuid import UUID

from fastapi.responses import Response, StreamingResponse
from openpyxl import Workbook

from modernize.importing.formulas import neutral

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_PIECE = 64 * 1024


def as_csv(rows: Iterable[dict[str, Any]], name: str) -> Response:
    """Rows as a CSV file, in UTF-8 with a mark that spreadsheets understand; sent while they are read."""
    first, rows = _begun(rows)
    return StreamingResponse(
        _csv_pieces(first, rows), media_type="text/csv; charset=utf-8", headers=_attached(f"{name}.csv")
    )


def as_workbook(rows: Iterable[dict[str, Any]], name: str) -> Response:
    """Rows as a workbook of one sheet; numbers stay numbers."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(name)
    sheet.freeze_panes = "A2"
    first, rows = _begun(rows)
    sheet.append(list(first))
    for row in rows:
        sheet.append([_cell(value) for value in row.values()])
    file = tempfile.SpooledTemporaryFile(max_size=4 * 1024 * 1024)  # noqa: SIM115 - closed when it has been sent
    book.save(file)
    file.seek(0)
    return StreamingResponse(_file_pieces(file), media_type=WORKBOOK, headers=_attached(f"{name}.xlsx"))


def _begun(rows: Iterable[dict[str, Any]]) -> tuple[list[str], Iterator[dict[str, Any]]]:
    """The names of the fields, and the rows from the first on: a refusal comes before anything has been sent."""
    iterator = iter(rows)
    first = next(iterator, None)
    if first is None:
        return ["nothing fits the filters"], iter(())
    return list(first), chain((first,), iterator)


def _csv_pieces(head: list[str], rows: Iterator[dict[str, Any]]) -> Iterator[str]:
    buffer = io.StringIO()
    buffer.write("\ufeff")
    writer = csv.writer(buffer)
    writer.writerow(head)
    for row in rows:
        writer.writerow([_cell(value) for value in row.values()])
        if buffer.tell() > _PIECE:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()


def _file_pieces(file: tempfile.SpooledTemporaryFile[bytes]) -> Iterator[bytes]:
    with file:
        while piece := file.read(_PIECE):
            yield piece


def _cell(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, UUID | IPv4Address | IPv6Address):
        return str(value)
    return neutral(value) if isinstance(value, str) else value


def _attached(file_name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{file_name}"'}
