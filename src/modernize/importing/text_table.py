"""CSV files: delimiter found by looking, rows streamed, every ragged row named at once."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TextIO

from modernize.importing.encoding import encoding_of
from modernize.importing.limits import Limits
from modernize.importing.refused import EXPORT_AGAIN, FileRefused, Problem, refused
from modernize.importing.table import Row, Table, header_problems
from modernize.models.enums import FileFormat

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
_LOOKED_AT = 40
_BEGINNINGS = {
    b"PK\x03\x04": "a ZIP archive or an Excel workbook",
    b"\xd0\xcf\x11\xe0": "an old Excel or an encrypted Office file",
    b"%PDF": "a PDF document",
    b"\x1f\x8b": "a gzip archive",
    b"SQLite format 3": "a SQLite database",
    b"PAR1": "a Parquet file",
}


def open_csv(path: Path, name: str, limits: Limits) -> Table:
    """A CSV file as a table.

    Raises:
        FileRefused: it is no text, has no rows, or cannot be told apart into columns.
    """
    _require_text(path, name)
    encoding = encoding_of(path, name)
    delimiter = _delimiter(path, encoding.name, name, limits)
    header = next(_records(path, encoding.name, delimiter, name, limits), None)
    if header is None:
        raise refused("empty", name, "a header and rows", "blank lines only", EXPORT_AGAIN)
    columns = tuple(cell.strip() for cell in header[1])
    notes = [encoding.note] if encoding.note else []
    if delimiter != ",":
        notes.append(f"Columns are separated by {DELIMITERS[delimiter]}s.")
    return Table(
        FileFormat.CSV,
        "text/csv",
        columns,
        {"encoding": encoding.name, "delimiter": delimiter, "header_row": header[0]},
        partial(_rows, path, encoding.name, delimiter, name, limits, columns),
        tuple(notes),
        header_problems(name, columns, limits.columns),
    )


def _require_text(path: Path, name: str) -> None:
    with path.open("rb") as file:
        start = file.read(512)
    for beginning, kind in _BEGINNINGS.items():
        if start.startswith(beginning):
            raise refused(
                "wrong_content",
                name,
                "CSV text, as its name says",
                kind,
                "name or export it rightly and upload again",
            )
    text = start.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if text.startswith((b"<!doctype", b"<html", b"<?xml")):
        raise refused(
            "wrong_content",
            name,
            "CSV text, as its name says",
            "a web page or XML",
            "export it as CSV and upload again",
        )
    if text.startswith((b"{", b"[{")):
        raise refused(
            "wrong_content", name, "CSV text, as its name says", "JSON", "name it .json and upload again"
        )


def _open(path: Path, encoding: str) -> TextIO:
    return path.open(encoding=encoding, newline="")


def _delimiter(path: Path, encoding: str, name: str, limits: Limits) -> str:
    """The delimiter by which the first rows have most columns, and the same number of them."""
    with _open(path, encoding) as file:
        try:
            lines = list(islice(_lines(file, name, limits), _LOOKED_AT))
        except FileRefused:
            # An oversized line or quote is told by the reading itself, with its place.
            return ","

    def score(delimiter: str) -> tuple[float, int]:
        rows = [row for row in csv.reader(lines, delimiter=delimiter) if row]
        if not rows or len(rows[0]) < 2:
            return (0.0, 0)
        alike = sum(len(row) == len(rows[0]) for row in rows) / len(rows)
        return (round(alike, 1), len(rows[0]))

    csv.field_size_limit(limits.record + 1)
    try:
        return max(DELIMITERS, key=score)
    except csv.Error:
        return ","


def _lines(file: TextIO, name: str, limits: Limits) -> Iterator[str]:
    number = 0
    while line := file.readline(limits.record + 1):
        number += 1
        if len(line) > limits.record:
            raise refused(
                "too_long_row",
                f"{name}, line {number:,}",
                f"at most {limits.record:,} characters",
                "more",
                "shorten it or export the file again, then upload it",
            )
        yield line


def _records(
    path: Path, encoding: str, delimiter: str, name: str, limits: Limits
) -> Iterator[tuple[int, list[str]]]:
    """Every record that is not blank, with the line it begins in."""
    csv.field_size_limit(limits.record + 1)
    began, length, ended = 1, 0, 0

    def counted(file: TextIO) -> Iterator[str]:
        nonlocal length, ended
        for line in _lines(file, name, limits):
            length += len(line)
            ended += 1
            if length > limits.record:
                raise refused(
                    "broken_quoting",
                    f"{name}, line {began:,}",
                    f"a row of at most {limits.record:,} characters",
                    "more, as when a quote that opens is never closed",
                    "close the quote or export the file again, then upload it",
                )
            yield line

    with _open(path, encoding) as file:
        reader = csv.reader(counted(file), delimiter=delimiter, strict=True)
        while True:
            began, length = ended + 1, 0
            try:
                record = next(reader)
            except StopIteration:
                return
            except csv.Error:
                raise refused(
                    "broken_quoting",
                    f"{name}, line {began:,}",
                    "quotes that open and close around whole values",
                    "a quote that is never closed, or text beside one",
                    "double the quotes within values or export the file again, then upload it",
                    [str(began)],
                ) from None
            if any(cell.strip() for cell in record):
                yield began, record


def _rows(
    path: Path, encoding: str, delimiter: str, name: str, limits: Limits, columns: tuple[str, ...]
) -> Iterator[Row]:
    ragged: list[tuple[int, int]] = []
    number = 0
    for number, (line, record) in enumerate(
        islice(_records(path, encoding, delimiter, name, limits), 1, None), 1
    ):
        if len(record) != len(columns):
            ragged.append((line, len(record)))
            if len(ragged) == limits.shown:
                break
            continue
        yield Row(number, f"line {line:,}", dict(zip(columns, record, strict=True)))
    if ragged:
        raise FileRefused([_ragged(name, ragged, len(columns), more=len(ragged) == limits.shown)])


def _ragged(name: str, ragged: list[tuple[int, int]], expected: int, *, more: bool) -> Problem:
    told = ", ".join(f"{count} in line {line:,}" for line, count in ragged)
    return Problem(
        "ragged_rows",
        name,
        f"{expected} values in every row, as in the header",
        f"{told}{' and perhaps more' if more else ''}",
        "complete these rows, quote values that hold the delimiter, and upload again",
        tuple(f"line {line}" for line, _ in ragged),
    )
