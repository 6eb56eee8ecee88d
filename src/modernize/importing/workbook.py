"""Excel workbooks: the first sheet with a header, or the one that is named, once the archive is found harmless."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, TypeAlias

from modernize.importing.archive import Archive
from modernize.importing.limits import Limits
from modernize.importing.refused import SAVE_AGAIN, FileRefused, refused
from modernize.importing.sheet_xml import inspect_parts
from modernize.importing.table import Row, Table, header_problems
from modernize.models.enums import FileFormat

MIME_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK\x03\x04"
_HEADER_WITHIN = 20
_PANIC = "PanicException"

Cells: TypeAlias = "Callable[[], Iterator[list[Any]]]"
"""Gives the rows of a sheet from its first one, each time anew."""


def open_xlsx(path: Path, name: str, limits: Limits, sheet: str | None = None) -> Table:
    """A sheet of a workbook as a table.

    Args:
        sheet: name of the sheet; without one the first that has a header.

    Raises:
        FileRefused: damaged, encrypted, a ZIP bomb, with formulas or macros, or without a table.
    """
    _require_workbook(path, name)
    with Archive(path, name, limits) as archive:
        if "xl/workbook.xml" not in {part.lstrip("/") for part in archive.parts}:
            raise refused(
                "wrong_content",
                name,
                "an Excel workbook, as its name says",
                "another ZIP archive",
                "upload the .xlsx file itself",
            )
        problems = tuple(inspect_parts(archive, limits))
    if problems:
        raise FileRefused(problems)
    found, others, cells = _sheet(path, name, sheet)
    header, names = _header(cells)
    columns = tuple(str(_plain(cell) or "").strip() for cell in names[: _width(cells, header)])
    note = f'Sheet "{found}" was read; the workbook has others, too.'
    return Table(
        FileFormat.XLSX,
        MIME_TYPE,
        columns,
        {"sheet": found, "header_row": header + 1},
        partial(_rows, cells, header, columns),
        (note,) if others else (),
        header_problems(name, columns, limits.columns),
    )


def _require_workbook(path: Path, name: str) -> None:
    with path.open("rb") as file:
        start = file.read(8)
    if start.startswith(_COMPOUND):
        raise refused(
            "encrypted",
            name,
            "an Excel workbook without a password",
            "an encrypted one, or one in the old .xls form",
            "remove the password, save it as .xlsx and upload again",
        )
    if not start.startswith(_ZIP):
        raise refused(
            "wrong_content",
            name,
            "an Excel workbook, as its name says",
            "something else",
            "name it by what it is, or save it as .xlsx, and upload again",
        )


def _sheet(path: Path, name: str, wanted: str | None) -> tuple[str, bool, Cells]:
    """The sheet's name, whether there are others, and what gives its rows of cells.

    Raises:
        FileRefused: there is no such sheet, or none with a table, or the reader gives up.
    """
    # The import takes its time, and a text file needs it not.
    from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum

    try:
        with CalamineWorkbook.from_path(path) as workbook:
            names = [each.name for each in workbook.sheets_metadata if each.typ == SheetTypeEnum.WorkSheet]
            if wanted is not None and wanted not in names:
                raise refused(
                    "no_such_sheet",
                    name,
                    f'a sheet named "{wanted[:80]}"',
                    ", ".join(f'"{each}"' for each in names[:10]) or "no sheet",
                    "choose one of these and upload again",
                )
            for each in [wanted] if wanted is not None else names:
                cells = workbook.get_sheet_by_name(each).iter_rows
                if any(_filled(row) for row in cells()):
                    return each, len(names) > 1, cells
    except FileRefused:
        raise
    except BaseException as error:
        # A panic in the reader arrives as an exception of a class that cannot be imported.
        if not isinstance(error, CalamineError | ValueError | OSError) and type(error).__name__ != _PANIC:
            raise
        raise refused("malformed", name, "a whole Excel workbook", "a damaged one", SAVE_AGAIN) from None
    raise refused(
        "empty", name, "a sheet with a header and rows", "empty sheets", "fill one in and upload again"
    )


def _header(cells: Cells) -> tuple[int, list[Any]]:
    """The header and its row from 0: the first of several texts beside each other, or else the first with anything."""
    filled = ((place, row) for place, row in enumerate(cells()) if _filled(row))
    first = next(filled)
    for place, row in (first, *islice(filled, _HEADER_WITHIN)):
        names = [cell for cell in row if cell not in ("", None)]
        if len(names) > 1 and all(isinstance(cell, str) for cell in names):
            return place, row
    return first


def _width(cells: Cells, header: int) -> int:
    """Columns up to the last one that holds anything from the header on: formatting alone makes no column."""
    width = 0
    for row in islice(cells(), header, None):
        for at in range(len(row) - 1, width - 1, -1):
            if row[at] not in ("", None):
                width = at + 1
                break
    return width


def _rows(cells: Cells, header: int, columns: Sequence[str]) -> Iterator[Row]:
    number = 0
    for place, row in enumerate(islice(cells(), header + 1, None), header + 2):
        if _filled(row):
            number += 1
            values = (*map(_plain, row), *([None] * (len(columns) - len(row))))
            yield Row(number, f"row {place:,}", dict(zip(columns, values, strict=False)))


def _filled(row: Sequence[Any]) -> bool:
    return any(
        cell is not None and cell != "" and not (isinstance(cell, str) and not cell.strip()) for cell in row
    )


def _plain(cell: Any) -> Any:
    """A cell as JSON has it: whole numbers whole, days and times as ISO 8601 writes them, nothing for empty."""
    match cell:
        case "" | None:
            return None
        case bool() | int() | str():
            return cell
        case float():
            return int(cell) if cell.is_integer() and abs(cell) < 2**53 else cell
        case datetime():
            return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ")
        case date() | time():
            return cell.isoformat()
        case timedelta():
            return str(cell)
    return str(cell)
