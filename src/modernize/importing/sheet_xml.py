"""What a workbook's XML holds besides values: formulas and their cells, DDE, entities, and cells far out.

The reader of values sees none of these: it gives the last result of a formula as if it were a value, and makes room
for every cell up to the farthest one. So every part is parsed here first, with an expat parser that knows no entities.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import TypeAlias
from xml.parsers import expat

from modernize.importing.archive import Archive
from modernize.importing.limits import Limits
from modernize.importing.refused import SAVE_AGAIN, Problem, refused

Handler: TypeAlias = "Callable[[str, dict[str, str]], None]"

_LETTERS = re.compile(r"[A-Za-z]{1,3}")
_DIGITS = "0123456789"
_LONGEST_ROW = 7
_ACTIVE_ELEMENTS = {"ddeLink": "a DDE link", "oleLink": "an OLE link", "control": "a control"}
_MACRO_TYPE = re.compile(r"macroEnabled|vbaProject|macrosheet", re.IGNORECASE)
_REMOVE = "replace them by their values (Paste Special, Values) and upload again"
_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"<")
_ABOVE_THE_TABLE = 100


@dataclass(slots=True)
class _Seen:
    """What one part of the workbook held. `rows`, `columns`: how far its cells reach."""

    formulas: list[str] = field(default_factory=list)
    count: int = 0
    cells: int = 0
    rows: int = 0
    columns: int = 0


def inspect_parts(archive: Archive, limits: Limits) -> Iterator[Problem]:
    """Parse every part of a workbook that is XML, whatever it is called: a sheet may lie under any name.

    Yields:
        what is wrong with a sheet although it can be read: formulas, named by cell.

    Raises:
        FileRefused: a part is not well-formed, declares entities, or reaches too far.
    """
    for part in archive.parts:
        if part.endswith("/"):
            continue
        seen = _parse(archive, part, limits)
        if seen.count:
            yield _formulas(archive.name, part, seen)


def _parse(archive: Archive, part: str, limits: Limits) -> _Seen:
    seen = _Seen()
    pieces = archive.inflate(part)
    first = next(pieces, b"")
    is_xml = part.lower().endswith((".xml", ".rels")) or first.lstrip().startswith(_MARKS)
    if not is_xml:
        for _ in pieces:
            pass
        return seen
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = lambda *_: _refuse_entities(archive.name, part)
    parser.EntityDeclHandler = lambda *_: _refuse_entities(archive.name, part)
    elements = _Elements(archive.name, part, seen, limits)

    def root(element: str, attributes: dict[str, str]) -> None:
        parser.StartElementHandler = (
            elements.of_sheet() if _local(element) == "worksheet" else elements.of_other
        )
        parser.StartElementHandler(element, attributes)

    parser.StartElementHandler = root
    try:
        for piece in chain((first,), pieces):
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


class _Elements:
    """Looks at the elements of one part as they begin."""

    def __init__(self, name: str, part: str, seen: _Seen, limits: Limits) -> None:
        self._name = name
        self._part = part
        self._seen = seen
        self._limits = limits

    def of_sheet(self) -> Handler:
        """Called for millions of cells, so the usual cell takes the shortest way."""
        seen, limits = self._seen, self._limits
        numbers: dict[str, int] = {}
        cell = row = ""
        nameless = 0

        def start(element: str, attributes: dict[str, str]) -> None:
            nonlocal cell, row, nameless
            if element in _VALUES:
                return
            local = _local(element)
            if local == "c":
                seen.cells += 1
                cell = attributes.get("r", "")
                letters = cell.rstrip(_DIGITS)
                if letters not in numbers:
                    numbers[letters] = self._column(cell, letters)
                if (at := cell[len(letters) :]) != row:
                    row = at
                    self._row(cell, at)
                if not cell:
                    # It stands behind the one before it.
                    nameless += 1
                    self._reach(f"number {nameless} of a row", nameless)
                if seen.cells > limits.cells:
                    self._refuse_cells(seen.cells)
            elif local == "f":
                seen.count += 1
                if len(seen.formulas) < limits.shown:
                    seen.formulas.append(cell or f"cell number {seen.cells}")
            elif local == "row":
                nameless = 0
                self._row(attributes.get("r", ""), attributes.get("r", ""))
            elif local in _ACTIVE_ELEMENTS:
                _refuse_active(self._name, self._part, _ACTIVE_ELEMENTS[local])

        return start

    def of_other(self, element: str, attributes: dict[str, str]) -> None:
        local = _local(element)
        if local in _ACTIVE_ELEMENTS:
            _refuse_active(self._name, self._part, _ACTIVE_ELEMENTS[local])
        kind = attributes.get("ContentType", "")
        if _MACRO_TYPE.search(kind):
            next_step = "save it as .xlsx without macros and upload again"
            raise refused("macros", self._name, "a workbook of values", f"macros ({kind[:80]})", next_step)

    def _column(self, cell: str, letters: str) -> int:
        """The number of a column that was not seen before."""
        if not cell:
            return 0
        if not _LETTERS.fullmatch(letters):
            self._refuse_name(cell)
        number = 0
        for letter in letters.upper():
            number = number * 26 + ord(letter) - ord("A") + 1
        self._reach(cell, number)
        return number

    def _reach(self, cell: str, number: int) -> None:
        if number > self._limits.columns:
            raise refused(
                "too_many_columns",
                f"{self._name}, cell {cell}",
                f"at most {self._limits.columns} columns",
                f"column {number:,}",
                "delete what stands beside the table and upload again",
                [cell],
            )
        if number > self._seen.columns:
            self._seen.columns = number
            self._require_bounded()

    def _row(self, cell: str, digits: str) -> None:
        """A row that was not just seen; where none is named it is the next one."""
        if not cell:
            self._seen.rows += 1
        elif not digits.isascii() or not digits.isdigit() or len(digits) > _LONGEST_ROW:
            self._refuse_name(cell)
        else:
            self._seen.rows = max(self._seen.rows, int(digits))
        if self._seen.rows > self._limits.rows + _ABOVE_THE_TABLE:
            _refuse_rows(self._name, self._limits)
        self._require_bounded()

    def _require_bounded(self) -> None:
        # The reader of values makes room for a rectangle up to the farthest cells.
        if (rectangle := self._seen.rows * self._seen.columns) > self._limits.cells:
            self._refuse_cells(rectangle)

    def _refuse_name(self, cell: str) -> None:
        about = f"{self._name}, part {self._part[:80]}"
        raise refused("malformed", about, "cells and rows named like B7 and 7", f'"{cell[:20]}"', SAVE_AGAIN)

    def _refuse_cells(self, found: int) -> None:
        raise refused(
            "too_many_cells",
            self._name,
            f"at most {self._limits.cells:,} cells in the rectangle of a sheet",
            f"{found:,} or more",
            "remove the columns that are not needed, or split it, and upload again",
        )


_VALUES = frozenset(("v", "t", "is"))


def _local(element: str) -> str:
    return element if ":" not in element else element.rpartition(":")[2]


def _refuse_rows(name: str, limits: Limits) -> None:
    raise refused(
        "too_many_rows",
        name,
        f"at most {limits.rows:,} rows",
        "more",
        "split it into several files and upload them one by one",
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
