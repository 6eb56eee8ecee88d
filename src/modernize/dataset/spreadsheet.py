"""A small Excel workbook as bytes that are the same on every machine.

openpyxl writes the time of saving into the file, and its XML differs between versions and with lxml at hand; the file's
digest is part of the dataset. One sheet of text and numbers needs five parts of Office Open XML (ECMA-376), stored
without compression because deflate's output differs between zlib builds.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from typing import TypeAlias
from xml.sax.saxutils import escape, quoteattr

Cell: TypeAlias = "str | int | float | None"

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
# The earliest time a ZIP archive can hold.
_EPOCH = (1980, 1, 1, 0, 0, 0)

_CONTENT_TYPES = (
    f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPE}.worksheet+xml"/>'
    "</Types>"
)


def archive(title: str, sheet_xml: str) -> bytes:
    """An `.xlsx` file around the XML of its one sheet.

    Args:
        title: the sheet's name.
    """
    parts = {
        "[Content_Types].xml": _CONTENT_TYPES,
        "_rels/.rels": _relation("officeDocument", "xl/workbook.xml"),
        "xl/workbook.xml": (
            f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
            f'<sheet name={quoteattr(title)} sheetId="1" r:id="rId1"/></sheets></workbook>'
        ),
        "xl/_rels/workbook.xml.rels": _relation("worksheet", "worksheets/sheet1.xml"),
        "xl/worksheets/sheet1.xml": sheet_xml,
    }
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for name, text in parts.items():
            entry = zipfile.ZipInfo(name, _EPOCH)
            # Otherwise the archive says on which system it was made.
            entry.create_system = 0
            archive.writestr(entry, text.encode())
    return file.getvalue()


def _relation(kind: str, target: str) -> str:
    return (
        f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/{kind}" Target="{target}"/></Relationships>'
    )


def sheet(rows: Sequence[Sequence[Cell]]) -> str:
    """The XML of a sheet.

    Args:
        rows: cells as text or numbers, the header first; None is an empty cell.
    """
    lines = "".join(_row(number, row) for number, row in enumerate(rows, start=1))
    return f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetData>{lines}</sheetData></worksheet>'


def _row(number: int, row: Sequence[Cell]) -> str:
    cells = "".join(_cell(f"{_column(place)}{number}", value) for place, value in enumerate(row))
    return f'<row r="{number}">{cells}</row>'


def _cell(reference: str, value: Cell) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return f'<c r="{reference}" t="inlineStr"><is><t>{escape(value)}</t></is></c>'
    return f'<c r="{reference}"><v>{value}</v></c>'


def _column(place: int) -> str:
    """`A` for 0, as far as `Z`."""
    return chr(ord("A") + place)
