"""A list as a file that people open elsewhere: CSV or a workbook. No cell of it can become a formula."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from ipaddress import IPv4Address, IPv6Address
from typing import IO, Any
from uuid import UUID

from fastapi.responses import Response, StreamingResponse
from openpyxl import Workbook

from modernize.importing.formulas import neutral

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_IN_MEMORY = 4 * 1024 * 1024
_PIECE = 64 * 1024

Lines = Iterable[Sequence[Any]]
"""The names of the columns, then the rows."""


def as_csv(lines: Lines, name: str) -> Response:
    """Lines as a CSV file, in UTF-8 with a mark that spreadsheets understand."""
    file = _file()
    text = io.TextIOWrapper(file, "utf-8-sig", newline="")
    csv.writer(text).writerows(map(_cells, lines))
    text.detach()
    return _sent(file, "text/csv; charset=utf-8", f"{name}.csv")


def as_workbook(lines: Lines, name: str) -> Response:
    """Lines as a workbook of one sheet; numbers stay numbers."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(name)
    sheet.freeze_panes = "A2"
    for line in lines:
        sheet.append(_cells(line))
    file = _file()
    book.save(file)
    return _sent(file, WORKBOOK, f"{name}.xlsx")


def _file() -> IO[bytes]:
    # Written whole before any of it is sent: whoever loads it slowly keeps no connection to the database meanwhile.
    return tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)


def _sent(file: IO[bytes], media_type: str, file_name: str) -> Response:
    file.seek(0)
    headers = {"Content-Disposition": f'attachment; filename="{file_name}"'}
    return StreamingResponse(_pieces(file), media_type=media_type, headers=headers)


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while piece := file.read(_PIECE):
            yield piece


def _cells(line: Sequence[Any]) -> list[Any]:
    return [_cell(value) for value in line]


def _cell(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, UUID | IPv4Address | IPv6Address):
        return str(value)
    return neutral(value) if isinstance(value, str) else value
