"""The workbook writer: what is written is what a spreadsheet program reads, byte for byte the same each time."""

from __future__ import annotations

import io
import zipfile

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modernize.dataset.spreadsheet import Cell, archive, sheet

HEADER = ("Site & Room", "CPUs <physical>", 'Say "what"')
END = ("end", "end", "end")
# XML 1.0 has no control characters, and readers take blanks at the ends away.
texts = st.text(st.characters(codec="utf-8", exclude_categories=("C",)), min_size=1).filter(
    lambda text: text == text.strip()
)
cells = st.one_of(st.none(), texts, st.integers(-(10**9), 10**9))


def read(contents: bytes) -> list[tuple[object, ...]]:
    found = openpyxl.load_workbook(io.BytesIO(contents))["Sites"]
    return list(found.iter_rows(values_only=True))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(cells, cells, cells), max_size=5))
def test_a_reader_finds_what_was_written(rows: list[tuple[Cell, ...]]) -> None:
    assert read(archive("Sites", sheet([HEADER, *rows, END]))) == [HEADER, *rows, END]


@pytest.mark.parametrize(("written", "found"), [(0.25, 0.25), (1.0, 1), (12, 12), (None, None)])
def test_numbers_stay_numbers_and_empty_stays_empty(written: Cell, found: object) -> None:
    assert read(archive("Sites", sheet([(written, "x")]))) == [(found, "x")]


def test_the_file_tells_neither_when_nor_where_it_was_made() -> None:
    contents = archive("Sites", sheet([HEADER]))
    assert contents == archive("Sites", sheet([HEADER]))
    with zipfile.ZipFile(io.BytesIO(contents)) as packed:
        assert packed.testzip() is None
        for entry in packed.infolist():
            assert entry.date_time == (1980, 1, 1, 0, 0, 0)
            assert entry.compress_type == zipfile.ZIP_STORED
            assert entry.create_system == 0
