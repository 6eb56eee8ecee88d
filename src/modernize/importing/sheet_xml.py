"""What a workbook's XML holds besides values: formulas and their cells, DDE, entities, and cells far out.

The reader of values sees none of these: it gives the last result of a formula as if it were a value, and makes room
for every cell up to the farthest one. So every part is parsed here first, with an expat parser that knows no entities.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TypeAlias
from xml.parsers import expat

from modernize.importing.archive import Archive
from modernize.importing.limits import Limits
from modernize.importing.refused import SAVE_AGAIN, Problem, refused

Handler: TypeAlias = "Callable[[str, dict[str, str]], None]"

_CELL = re.compile(r"\$?([A-Za-z]{1,3})\$?(\d{1,7})")
_ACTIVE_ELEMENTS = {"ddeLink": "a DDE link", "oleLink": "an OLE link", "control": "a control"}
_MACRO_TYPE = re.compile(rb"macroEnabled|vbaProject|macrosheet", re.IGNORECASE)
_REMOVE = "replace them by their values (Paste Special, Values) and upload again"


@dataclass(slots=True)
class _Seen:
    """What one part of the workbook held."""

    formulas: list[str] = field(default_factory=list)
    count: int = 0
    rows: int = 0
    farthest: int = 0
    columns: int = 0
    cells: int = 0


def inspect_parts(archive: Archive, limits: Limits) -> Iterator[Problem]:
    """Parse every XML part of a workbook.

    Yields:
        what is wrong with a sheet although it can be read: formulas, named by cell.

    Raises:
        FileRefused: a part is not well-formed, declares entities, or reaches too far.
    """
    for part in archive.parts:
        if part.endswith("/"):
            continue
        if not part.lower().endswith((".xml", ".rels", ".vml")):
            for _ in archive.inflate(part):
                pass
            continue
        seen = _parse(archive, part, limits)
        if seen.count:
            yield _formulas(archive.name, part, seen)


def _parse(archive: Archive, part: str, limits: Limits) -> _Seen:
    seen = _Seen()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = lambda *_: _refuse_entities(archive.name, part)
    parser.EntityDeclHandler = lambda *_: _refuse_entities(archive.name, part)
    if "/worksheets/" in f"/{part}" or part.lower().endswith("sheet.xml"):
        parser.StartElementHandler = _sheet_elements(archive.name, part, seen, limits)
    else:
        parser.StartElementHandler = _other_elements(archive.name, part)
    try:
        for piece in archive.inflate(part):
            parser.Parse(piece, False)
        parser.Parse(b"", True)
    except expat.ExpatError:
        raise refused(
            "malformed",
            f"{archive.name}, part {part[:80]}",
            "well-formed XML",
            f"a break in line {parser.CurrentLineNumber:,}",
            SAVE_AGAIN,
        ) from None
    return seen


def _sheet_elements(name: str, part: str, seen: _Seen, limits: Limits) -> Handler:
    cell = ""

    def start(element: str, attributes: dict[str, str]) -> None:
        nonlocal cell
        local = element.rpartition(" ")[2]
        if local == "c":
            cell = attributes.get("r", "")
            seen.cells += 1
            _reach(name, part, seen, cell, limits)
        elif local == "row":
            seen.rows += 1
            number = attributes.get("r", "")
            at = int(number) if number.isascii() and number.isdigit() and len(number) < 9 else seen.rows
            if max(at, seen.rows) > limits.rows + _ABOVE_THE_TABLE:
                _refuse_rows(name, limits)
        elif local == "f":
            seen.count += 1
            if len(seen.formulas) < limits.shown:
                seen.formulas.append(cell or f"the {seen.cells}th cell")
        elif local in _ACTIVE_ELEMENTS:
            _refuse_active(name, part, _ACTIVE_ELEMENTS[local])

    return start


_ABOVE_THE_TABLE = 100


def _reach(name: str, part: str, seen: _Seen, cell: str, limits: Limits) -> None:
    if seen.cells > limits.cells:
        _refuse_cells(name, seen.cells, limits)
    if not cell:
        return
    found = _CELL.fullmatch(cell)
    if found is None:
        raise refused(
            "malformed",
            f"{name}, part {part[:80]}",
            "cells named like B7",
            f'"{cell[:20]}"',
            SAVE_AGAIN,
        )
    letters, digits = found.groups()
    column = 0
    for letter in letters.upper():
        column = column * 26 + ord(letter) - 64
    if column > limits.columns:
        raise refused(
            "too_many_columns",
            f"{name}, cell {cell}",
            f"at most {limits.columns} columns",
            f"column {column:,}",
            "delete what stands beside the table and upload again",
            [cell],
        )
    if int(digits) > limits.rows + _ABOVE_THE_TABLE:
        _refuse_rows(name, limits)
    # The reader of values makes room for a rectangle up to the farthest cells.
    seen.farthest, seen.columns = max(seen.farthest, int(digits)), max(seen.columns, column)
    if seen.farthest * seen.columns > limits.cells:
        _refuse_cells(name, seen.farthest * seen.columns, limits)


def _other_elements(name: str, part: str) -> Handler:
    def start(element: str, attributes: dict[str, str]) -> None:
        local = element.rpartition(" ")[2]
        if local in _ACTIVE_ELEMENTS:
            _refuse_active(name, part, _ACTIVE_ELEMENTS[local])
        kind = attributes.get("ContentType", "")
        if _MACRO_TYPE.search(kind.encode()):
            raise refused(
                "macros",
                name,
                "a workbook of values",
                f"macros ({kind[:80]})",
                "save it as .xlsx without macros and upload again",
            )

    return start


def _refuse_rows(name: str, limits: Limits) -> None:
    raise refused(
        "too_many_rows",
        name,
        f"at most {limits.rows:,} rows",
        "more",
        "split it into several files and upload them one by one",
    )


def _refuse_cells(name: str, found: int, limits: Limits) -> None:
    raise refused(
        "too_many_cells",
        name,
        f"at most {limits.cells:,} cells in the rectangle of a sheet",
        f"{found:,} or more",
        "remove the columns that are not needed, or split it, and upload again",
    )


def _refuse_active(name: str, part: str, found: str) -> None:
    raise refused(
        "active_content", f"{name}, part {part[:80]}", "values", found, "remove it and upload again"
    )


def _refuse_entities(name: str, part: str) -> None:
    raise refused(
        "xml_entities",
        f"{name}, part {part[:80]}",
        "XML as Excel writes it",
        "a document type with entities, which can expand without bound",
        SAVE_AGAIN,
    )


def _formulas(name: str, part: str, seen: _Seen) -> Problem:
    sheet = part.rpartition("/")[2].removesuffix(".xml")
    more = f" and {seen.count - len(seen.formulas):,} more" if seen.count > len(seen.formulas) else ""
    return Problem(
        "formula",
        f"{name}, {sheet}",
        "values",
        f"formulas in {', '.join(seen.formulas)}{more}",
        _REMOVE,
        tuple(f"{sheet}!{cell}" for cell in seen.formulas),
    )
