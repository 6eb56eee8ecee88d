"""Every kind of bad file is refused in one clear sentence, before anything could be stored of it."""

from __future__ import annotations

import json
import random
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.import_files import with_parts, write_xlsx

from modernize.importing.inspection import inspect
from modernize.importing.limits import DEFAULT, Limits
from modernize.importing.reading import clean_name
from modernize.importing.refused import FileRefused

ROWS = [["hostname", "ip"], ["web-1", "10.0.0.1"], ["web-2", "10.0.0.2"]]
SMALL = Limits(
    size=200_000,
    rows=50,
    columns=5,
    cells=500,
    cell=100,
    record=2_000,
    members=20,
    member_size=400_000,
    unpacked=600_000,
    ratio=50,
    ratio_from=20_000,
)


def refused(
    path: Path, name: str | None = None, limits: Limits = DEFAULT, sheet: str | None = None
) -> FileRefused:
    with pytest.raises(FileRefused) as error:
        inspect(path, name or path.name, limits, sheet)
    for problem in error.value.problems:
        assert (name or path.name) in problem.sentence
        assert problem.sentence.count("expected") >= 1
        assert len(problem.sentence) < 1200
    return error.value


def codes(error: FileRefused) -> list[str]:
    return [problem.code for problem in error.problems]


TEXT: dict[str, tuple[str, bytes, str]] = {
    "nothing at all": ("a.csv", b"", "empty"),
    "blank lines": ("a.csv", b"\n\n  \n", "empty"),
    "header only": ("a.csv", b"hostname,ip\n", "header_only"),
    "quote never closed": ("a.csv", b'hostname,ip\n"web,10.0.0.1\nweb-2,10.0.0.2\n', "broken_quoting"),
    "text beside a quote": ("a.csv", b'hostname,ip\n"web"x,10.0.0.1\n', "broken_quoting"),
    "quote that swallows all": ("a.csv", b'hostname,ip\n"web,' + b"x,1\n" * 900, "broken_quoting"),
    "rows too short": ("a.csv", b"hostname,ip\nweb,10.0.0.1\nweb-2\n", "ragged_rows"),
    "rows too long": ("a.csv", b"hostname,ip\nweb,10.0.0.1,x\n", "ragged_rows"),
    "header twice": ("a.csv", b"hostname,Hostname\na,b\n", "duplicate_header"),
    "header blank": ("a.csv", b"hostname,,ip\na,b,c\n", "blank_header"),
    "NUL bytes": ("a.csv", b"hostname,ip\nweb\x00,10.0.0.1\n", "nul_bytes"),
    "binary": ("a.csv", b"hostname,ip\n\x01\x02,10.0.0.1\n", "binary"),
    "UTF-16 without mark": ("a.csv", "hostname,ip\nweb,10.0.0.1\n".encode("utf-16-le"), "nul_bytes"),
    "UTF-32": ("a.csv", "hostname,ip\nweb,10.0.0.1\n".encode("utf-32"), "wrong_encoding"),
    "no encoding": ("a.csv", b"hostname,ip\nweb\x81,10.0.0.1\n", "wrong_encoding"),
    "broken mark": ("a.csv", b"\xef\xbb\xbfhostname,ip\nweb\xff,10.0.0.1\n", "malformed"),
    "odd UTF-16": ("a.csv", "hostname,ip\nweb,1".encode("utf-16") + b"x", "malformed"),
    "a workbook": ("a.csv", b"PK\x03\x04rest", "wrong_content"),
    "a PDF": ("a.csv", b"%PDF-1.7 rest", "wrong_content"),
    "a web page": ("a.csv", b"<!DOCTYPE html><html>", "wrong_content"),
    "JSON in CSV": ("a.csv", b'[{"hostname": "a"}]', "wrong_content"),
    "no name column": ("a.csv", b"hostnme,ip adress\nweb,10.0.0.1\n", "missing_column"),
    "formula": ("a.csv", b"hostname,ip\n=cmd|' /C calc'!A0,10.0.0.1\n", "formula"),
    "formula after a tab": ("a.csv", b'hostname,ip\n"\t=1+1",10.0.0.1\n', "formula"),
    "formula in the header": ("a.csv", b"hostname,=1+1\nweb,10.0.0.1\n", "formula"),
    "too many rows": ("a.csv", b"hostname\n" + b"web\n" * 51, "too_many_rows"),
    "too many columns": ("a.csv", b"hostname,a,b,c,d,e\nweb,1,2,3,4,5\n", "too_many_columns"),
    "cell too long": ("a.csv", b"hostname\n" + b"x" * 101 + b"\n", "too_long_cell"),
    "line too long": ("a.csv", b"hostname\n" + b"x" * 2_001 + b"\n", "too_long_row"),
    "too large": ("a.csv", b"hostname\n" + b"webserver\n" * 20_000, "too_large"),
    "no ending": ("a", b"hostname\nweb\n", "wrong_ending"),
    "macros by name": ("a.xlsm", b"PK\x03\x04", "wrong_ending"),
    "old Excel by name": ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "wrong_ending"),
    "JSON cut off": ("a.json", b'[{"hostname": "a"}, {"hostname": "b', "malformed"),
    "JSON cut off between": ("a.json", b'[{"hostname": "a"},', "malformed"),
    "JSON with more behind": ("a.json", b'[{"hostname": "a"}] x', "malformed"),
    "JSON of numbers": ("a.json", b"[1, 2]", "malformed"),
    "JSON scalar": ("a.json", b'"text"', "malformed"),
    "JSON without array": ("a.json", b'{"a": 1}', "malformed"),
    "JSON with two arrays": ("a.json", b'{"a": [{"hostname": "x"}], "b": [{"y": 1}]}', "several_arrays"),
    "JSON empty array": ("a.json", b"[]", "header_only"),
    "JSON key twice": ("a.json", b'[{"hostname": "a", "hostname": "b"}]', "duplicate_header"),
    "JSON not a number": ("a.json", b'[{"hostname": "a", "cpu": NaN}]', "malformed"),
    "JSON infinite": ("a.json", b'[{"hostname": "a", "cpu": 1e999}]', "malformed"),
    "JSON long number": ("a.json", b'[{"hostname": "a", "cpu": 1' + b"0" * 500 + b"}]", "malformed"),
    "JSON too deep": ("a.json", b'[{"hostname": ' + b'{"a":' * 20 + b"1" + b"}" * 20 + b"}]", "too_deep"),
    "JSON far too deep": ("a.json", b'{"a": ' + b"[" * 60_000 + b"]" * 60_000 + b"}", "too_deep"),
    "JSON NUL": ("a.json", b'[{"hostname": "a\\u0000"}]', "nul_bytes"),
    "JSON half a character": ("a.json", b'[{"hostname": "a\\ud800"}]', "nul_bytes"),
    "JSON formula": ("a.json", b'[{"hostname": "a", "tags": ["=1+1"]}]', "formula"),
    "JSON in Latin-1": ("a.json", '[{"hostname": "münchen"}]'.encode("latin-1"), "wrong_encoding"),
    "JSON many fields": ("a.json", json.dumps([{f"k{n}": 1 for n in range(9)}]).encode(), "too_many_columns"),
    "CSV in JSON": ("a.json", b"hostname,ip\nweb,10.0.0.1\n", "malformed"),
    "workbook in JSON": ("a.json", b"PK\x03\x04rest", "wrong_content"),
    "text in a workbook": ("a.xlsx", b"hostname,ip\nweb,10.0.0.1\n", "wrong_content"),
    "encrypted workbook": ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "encrypted"),
    "damaged workbook": ("a.xlsx", b"PK\x03\x04" + b"\0" * 600, "malformed"),
}


@pytest.mark.parametrize("case", TEXT)
def test_files_that_are_refused(case: str, tmp_path: Path) -> None:
    name, contents, code = TEXT[case]
    path = tmp_path / "upload"
    path.write_bytes(contents)
    assert code in codes(refused(path, name, SMALL))


def xlsx(tmp_path: Path) -> Path:
    return write_xlsx(tmp_path / "book.xlsx", ROWS)


def formulas(tmp_path: Path) -> Path:
    return write_xlsx(tmp_path / "book.xlsx", [*ROWS, ["=A2", "=1+1"]])


def second_sheet(tmp_path: Path) -> Path:
    book = openpyxl.load_workbook(xlsx(tmp_path))
    book.create_sheet("Other")["B2"] = "=HYPERLINK(A1)"
    book.save(tmp_path / "book.xlsx")
    return tmp_path / "book.xlsx"


def elsewhere(tmp_path: Path) -> Path:
    """The sheet with the formula lies where no sheet usually does."""
    path = formulas(tmp_path)
    with zipfile.ZipFile(path) as archive:
        kept = {name: archive.read(name) for name in archive.namelist()}
    kept["xl/notes.dat"] = kept.pop("xl/worksheets/sheet1.xml")
    relations = kept["xl/_rels/workbook.xml.rels"]
    kept["xl/_rels/workbook.xml.rels"] = relations.replace(b"worksheets/sheet1.xml", b"notes.dat")
    with zipfile.ZipFile(path, "w") as archive:
        for name, contents in kept.items():
            archive.writestr(name, contents)
    return path


def macros(tmp_path: Path) -> Path:
    return with_parts(xlsx(tmp_path), {"xl/vbaProject.bin": b"x"})


def macro_type(tmp_path: Path) -> Path:
    types = (
        b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/xl/'
        b'workbook.xml" ContentType="application/vnd.ms-excel.sheet.macroEnabled.main+xml"/></Types>'
    )
    return with_parts(xlsx(tmp_path), {"[Content_Types].xml": types})


def external(tmp_path: Path) -> Path:
    return with_parts(xlsx(tmp_path), {"xl/externalLinks/externalLink1.xml": b"<externalLink/>"})


def dde(tmp_path: Path) -> Path:
    return with_parts(
        xlsx(tmp_path), {"xl/other.xml": b'<x><ddeLink ddeService="cmd" ddeTopic="/C calc"/></x>'}
    )


def entities(tmp_path: Path) -> Path:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>'
    return with_parts(xlsx(tmp_path), {"xl/sharedStrings.xml": bomb})


def entities_in_utf_16(tmp_path: Path) -> Path:
    bomb = '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'
    return with_parts(xlsx(tmp_path), {"xl/styles.xml": bomb.encode("utf-16")})


def bomb_by_ratio(tmp_path: Path) -> Path:
    return with_parts(xlsx(tmp_path), {"xl/media/image1.png": b"\0" * 300_000})


def bomb_by_size(tmp_path: Path) -> Path:
    return with_parts(xlsx(tmp_path), {"xl/media/image1.png": random.Random(1).randbytes(4_000) * 101})


def bomb_in_sum(tmp_path: Path) -> Path:
    parts = {f"xl/media/image{number}.png": bytes(range(250)) * 76 * 3 for number in range(12)}
    return with_parts(xlsx(tmp_path), parts)


def bomb_that_lies(tmp_path: Path) -> Path:
    """The directory says 100 bytes, and their checksum, where 300,000 come out."""
    path = bomb_by_ratio(tmp_path)
    contents = bytearray(path.read_bytes())
    found = contents.rfind(b"xl/media/image1.png")
    contents[found - 30 : found - 26] = struct.pack("<I", zlib.crc32(bytes(100)))
    contents[found - 22 : found - 18] = struct.pack("<I", 100)
    path.write_bytes(contents)
    with zipfile.ZipFile(path) as archive:
        assert archive.read("xl/media/image1.png") == bytes(100)
    return path


def many_parts(tmp_path: Path) -> Path:
    return with_parts(xlsx(tmp_path), {f"xl/media/{number}.png": b"x" for number in range(20)})


def nested(tmp_path: Path) -> Path:
    return with_parts(xlsx(tmp_path), {"xl/more.zip": b"PK\x03\x04"})


def other_archive(tmp_path: Path) -> Path:
    path = tmp_path / "book.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "hello")
    return path


def broken_xml(tmp_path: Path) -> Path:
    return with_parts(xlsx(tmp_path), {"xl/worksheets/sheet1.xml": b"<worksheet><sheetData><row>"})


def far_cell(tmp_path: Path) -> Path:
    book = openpyxl.load_workbook(xlsx(tmp_path))
    book.worksheets[0]["XFD3"] = "x"
    book.save(tmp_path / "book.xlsx")
    return tmp_path / "book.xlsx"


def nameless_cells(tmp_path: Path) -> Path:
    """One long row and many short ones, none of whose cells says where it stands."""
    rows = b"<row>" + b"<c><v>1</v></c>" * 9 + b"</row>"
    main = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    return with_parts(xlsx(tmp_path), {"xl/worksheets/sheet1.xml": main + rows + b"</sheetData></worksheet>"})


def cut_off(tmp_path: Path) -> Path:
    path = xlsx(tmp_path)
    path.write_bytes(path.read_bytes()[:-400])
    return path


def flipped(tmp_path: Path) -> Path:
    path = with_parts(xlsx(tmp_path), {"xl/media/image1.png": bytes(range(256)) * 20})
    contents = bytearray(path.read_bytes())
    at = contents.find(b"xl/worksheets/sheet1.xml") + 60
    contents[at : at + 40] = b"\xff" * 40
    path.write_bytes(contents)
    return path


def empty_sheets(tmp_path: Path) -> Path:
    return write_xlsx(tmp_path / "book.xlsx", [])


def header_only(tmp_path: Path) -> Path:
    return write_xlsx(tmp_path / "book.xlsx", ROWS[:1])


def wide(tmp_path: Path) -> Path:
    return write_xlsx(tmp_path / "book.xlsx", [["hostname", *"abcdefg"], ["web", *"1234567"]])


def tall(tmp_path: Path) -> Path:
    return write_xlsx(tmp_path / "book.xlsx", [["hostname"], *[["web"]] * 120])


def blank_header(tmp_path: Path) -> Path:
    return write_xlsx(tmp_path / "book.xlsx", [["hostname", None, "ip"], ["web", "x", "10.0.0.1"]])


def password(tmp_path: Path) -> Path:
    path = xlsx(tmp_path)
    contents = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = contents.find(mark)
        while at >= 0:
            contents[at + offset] |= 1
            at = contents.find(mark, at + 4)
    path.write_bytes(contents)
    return path


WORKBOOKS: dict[str, tuple[Callable[[Path], Path], str]] = {
    "formulas": (formulas, "formula"),
    "formula on another sheet": (second_sheet, "formula"),
    "formula in a sheet that lies elsewhere": (elsewhere, "formula"),
    "macros": (macros, "macros"),
    "macros by content type": (macro_type, "macros"),
    "external links": (external, "active_content"),
    "DDE": (dde, "active_content"),
    "entities": (entities, "xml_entities"),
    "entities in UTF-16": (entities_in_utf_16, "xml_entities"),
    "bomb by ratio": (bomb_by_ratio, "zip_bomb"),
    "bomb by size": (bomb_by_size, "zip_bomb"),
    "bomb in sum": (bomb_in_sum, "zip_bomb"),
    "bomb with a false directory": (bomb_that_lies, "zip_bomb"),
    "many parts": (many_parts, "zip_bomb"),
    "archive within": (nested, "zip_bomb"),
    "another archive": (other_archive, "wrong_content"),
    "broken XML": (broken_xml, "malformed"),
    "a cell far out": (far_cell, "too_many_columns"),
    "cells without a name": (nameless_cells, "too_many_columns"),
    "cut off": (cut_off, "malformed"),
    "flipped bits": (flipped, "malformed"),
    "empty sheets": (empty_sheets, "empty"),
    "header only": (header_only, "header_only"),
    "too many columns": (wide, "too_many_columns"),
    "too many rows": (tall, "too_many_rows"),
    "blank header": (blank_header, "blank_header"),
    "password": (password, "encrypted"),
}


@pytest.mark.parametrize("case", WORKBOOKS)
def test_workbooks_that_are_refused(case: str, tmp_path: Path) -> None:
    make, code = WORKBOOKS[case]
    assert code in codes(refused(make(tmp_path), None, SMALL))


def test_formulas_are_named_by_cell(tmp_path: Path) -> None:
    problem = refused(formulas(tmp_path)).problems[0]
    assert problem.places == ("sheet1!A4", "sheet1!B4")
    assert "A4, B4" in problem.sentence
    path = tmp_path / "a.csv"
    path.write_text("hostname,note\n" + "".join(f"web-{n},=1+{n}\n" for n in range(15)))
    problem = refused(path).problems[0]
    assert "line 2, note" in problem.sentence
    assert "5 more" in problem.sentence


def test_everything_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("hostnme,ip,IP,,colour\n=1+1,1,2,3,4\nx,1\n+A1,2,3,4,5\n")
    error = refused(path)
    assert set(codes(error)) == {
        "blank_header",
        "duplicate_header",
        "ragged_rows",
        "formula",
        "missing_column",
    }
    told = str(error)
    assert '"hostnme" (did you mean "hostname"?)' in told
    assert '"colour"' in told
    assert "line 2" in told
    assert "line 4" in told


def test_a_sheet_that_is_not_there_is_refused_with_those_that_are(tmp_path: Path) -> None:
    assert '"Sheet"' in str(refused(xlsx(tmp_path), None, DEFAULT, "Servers"))


def test_a_sheet_below_its_bounds_is_refused_for_its_rectangle(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "book.xlsx", [["hostname", *"abc"], *[["web"]] * 40])
    assert codes(refused(path, None, replace(SMALL, cells=100))) == ["too_many_cells"]


@pytest.mark.parametrize(
    ("given", "own"),
    [
        ("servers.csv", "servers.csv"),
        ("C:\\fakepath\\servers.csv", "servers.csv"),
        ("../../etc/passwd.csv", "passwd.csv"),
        ("a\r\nb\x00.csv", "ab.csv"),
        ("", "upload"),
        ("x" * 300 + ".xlsx", "x" * 155 + ".xlsx"),
    ],
)
def test_names_of_uploads_are_cleaned(given: str, own: str) -> None:
    assert clean_name(given) == own


VALUES = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=20,
)
BYTES = st.one_of(
    st.binary(max_size=300),
    st.text(alphabet=",;\t|\"'\n\r=+-@{}[]:\\u0d8hostname1e ", max_size=200).map(str.encode),
    VALUES.map(lambda value: json.dumps(value).encode()),
)


@given(contents=BYTES, ending=st.sampled_from((".csv", ".json", ".xlsx")))
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_bytes_do_anything_but_import_or_be_refused(contents: bytes, ending: str, tmp_path: Path) -> None:
    path = tmp_path / "upload"
    path.write_bytes(contents)
    taken_or_refused(path, f"upload{ending}")


@given(data=st.data())
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_damage_to_a_workbook_does_anything_else_either(data: st.DataObject, tmp_path: Path) -> None:
    path = tmp_path / "whole.xlsx"
    contents = bytearray((path if path.exists() else write_xlsx(path, ROWS)).read_bytes())
    for _ in range(data.draw(st.integers(1, 6))):
        contents[data.draw(st.integers(0, len(contents) - 1))] = data.draw(st.integers(0, 255))
    broken = tmp_path / "broken.xlsx"
    broken.write_bytes(contents)
    taken_or_refused(broken, "broken.xlsx")


def taken_or_refused(path: Path, name: str) -> None:
    from modernize.importing.judgement import Judge

    try:
        inspection = inspect(path, name, SMALL)
        judge = Judge(inspection)
        verdicts = judge.judge(list(inspection.table.read()), {})
    except FileRefused as error:
        assert error.problems
        return
    mappings = list(judge.mappings())
    json.dumps(
        [[verdict.row.raw, verdict.cleansed, verdict.reasons] for verdict in verdicts], allow_nan=False
    )
    assert all(0.7 <= confidence <= 0.95 and samples for _, confidence, samples in mappings)
