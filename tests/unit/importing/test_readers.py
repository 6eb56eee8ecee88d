"""Files as people really have them: other delimiters and encodings, title rows, dates, numbers, nested records."""

from __future__ import annotations

import hashlib
import json
from datetime import date, datetime
from pathlib import Path
from uuid import UUID

import pytest
from tests.import_files import write_csv, write_xlsx

from modernize.importing import launch
from modernize.importing.inspection import Inspection, inspect
from modernize.importing.job import Job
from modernize.importing.judgement import Judge
from modernize.importing.limits import DEFAULT, Limits
from modernize.importing.refused import FileRefused

ROWS = [{"hostname": "münchen-1", "ip": "10.0.0.1"}, {"hostname": "münchen-2", "ip": "10.0.0.2"}]


def read(path: Path, sheet: str | None = None) -> tuple[Inspection, list[dict[str, object]]]:
    inspection = inspect(path, path.name, sheet=sheet)
    return inspection, [row.raw for row in inspection.table.read()]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters_are_found(tmp_path: Path, delimiter: str) -> None:
    inspection, rows = read(write_csv(tmp_path / "a.csv", ROWS, delimiter))
    assert rows == ROWS
    assert inspection.table.options["delimiter"] == delimiter


@pytest.mark.parametrize(
    ("encoding", "known_as", "is_told"),
    [
        ("utf-8", "utf-8", False),
        ("utf-8-sig", "utf-8-sig", False),
        ("utf-16", "utf-16", True),
        ("cp1252", "cp1252", True),
    ],
)
def test_encodings_are_found_and_told(tmp_path: Path, encoding: str, known_as: str, is_told: bool) -> None:
    path = write_csv(tmp_path / "a.csv", ROWS)
    path.write_bytes(path.read_text(encoding="utf-8").encode(encoding))
    inspection, rows = read(path)
    assert rows == ROWS
    assert inspection.table.options["encoding"] == known_as
    assert bool(inspection.notes) == is_told


def test_blank_lines_and_quoted_line_breaks_are_no_rows(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('\nhostname,note\n\nweb-1,"two\nlines"\n,\nweb-2,"a ""quoted"" word"\n\n')
    _, rows = read(path)
    assert [row["hostname"] for row in rows] == ["web-1", "web-2"]
    assert rows[1]["note"] == 'a "quoted" word'


def test_a_column_that_nobody_knows_is_kept_and_told(tmp_path: Path) -> None:
    inspection, rows = read(
        write_csv(tmp_path / "a.csv", [{"hostname": "a", "seriel number": "1", "colour": "red"}])
    )
    assert rows[0]["colour"] == "red"
    assert inspection.notes == (
        'Columns kept but not understood: "seriel number" (did you mean "serial_number"?), "colour".',
    )


@pytest.mark.parametrize(
    "wrap", [lambda rows: rows, lambda rows: {"head": {"n": [1, 2]}, "items": rows, "tail": []}]
)
def test_json_with_and_without_an_object_around(tmp_path: Path, wrap: object) -> None:
    rows = [
        {"hostname": f"h{number}", "os": {"name": "x" * 50, "tags": ["a", {"b": 1}]}}
        for number in range(4_000)
    ]
    path = tmp_path / "a.json"
    path.write_text(json.dumps(wrap(rows), indent=1))  # type: ignore[operator]
    inspection, found = read(path)
    assert found == rows
    assert inspection.columns == ("hostname", "os.name", "os.tags")


def test_a_sheet_below_a_title_with_days_and_numbers(tmp_path: Path) -> None:
    path = write_xlsx(
        tmp_path / "a.xlsx",
        [
            ["Servers of all sites"],
            [],
            ["hostname", "cpus", "bought", "seen", "spare"],
            ["web-1", 4.0, date(2020, 5, 17), datetime(2024, 1, 2, 3, 4), True],
            ["web-2", 2.5, None, None, None],
        ],
    )
    inspection, rows = read(path)
    assert inspection.table.options["header_row"] == 3
    first = {
        "hostname": "web-1",
        "cpus": 4,
        "bought": "2020-05-17",
        "seen": "2024-01-02 03:04:00",
        "spare": True,
    }
    assert rows[0] == first
    assert rows[1]["cpus"] == 2.5
    assert rows[1]["bought"] is None


def test_a_named_sheet_is_read(tmp_path: Path) -> None:
    import openpyxl

    path = write_xlsx(tmp_path / "a.xlsx", [["hostname"], ["first"]])
    book = openpyxl.load_workbook(path)
    book.create_sheet("Second").append(["hostname"])
    book["Second"].append(["second"])
    book.save(path)
    assert read(path)[1] == [{"hostname": "first"}]
    assert read(path, "Second")[1] == [{"hostname": "second"}]


def test_every_row_that_was_accepted_is_shown_as_an_asset(tmp_path: Path) -> None:
    row = {
        "Server": "WEB-1.corp.example.com", "IP": "10.0.0.1", "OS": "Ubuntu 22.04.3 LTS", "vCPUs": "4",
        "Memory (MB)": "8192", "Disk": "100.5", "Env": "Prod", "Priority": "P1", "Installed": "05/17/2020",
    }  # fmt: skip
    inspection, _ = read(write_csv(tmp_path / "a.csv", [row]))
    judge = Judge(inspection)
    (verdict,) = judge.judge(list(inspection.table.read()), {})
    assert verdict.cleansed == {
        "name": "WEB-1.corp.example.com",
        "hostname": "WEB-1",
        "ip_address": "10.0.0.1",
        "os_name": "Ubuntu",
        "os_version": "22.04.3 LTS",
        "cpu_cores": 4,
        "memory_gb": 8,
        "storage_gb": 100.5,
        "environment": "production",
        "criticality": "critical",
        "installed_on": "2020-05-17",
    }
    assert {proposal.target: confidence for proposal, confidence, _ in judge.mappings()}["storage_gb"] < 0.85


def job(path: Path, limits: Limits = DEFAULT) -> Job:
    nobody = UUID(int=0)
    return Job(
        database_url="postgresql://nobody@127.0.0.1:1/none",
        client_account_id=nobody,
        engagement_id=nobody,
        user_id=nobody,
        path=path,
        name="servers.csv",
        size=path.stat().st_size,
        sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
        title="Servers",
        source_system="",
        flow_id=None,
        flow_name="Servers",
        limits=limits,
    )


def test_a_file_that_takes_too_much_memory_is_refused(tmp_path: Path) -> None:
    rows = [{"hostname": f"web-{number}", "note": f"{number}" * 200} for number in range(2_000)]
    path = write_csv(tmp_path / "upload", rows)
    with pytest.raises(FileRefused, match=r"servers\.csv: expected a file that can be"):
        launch.start(job(path, Limits(memory=64 * 1024 * 1024)))
    assert not path.exists()


def test_a_database_that_does_not_answer_is_not_the_files_fault(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "upload", ROWS)
    with pytest.raises(launch.Unreachable, match="Try again"):
        launch.start(job(path))
    assert not path.exists()
