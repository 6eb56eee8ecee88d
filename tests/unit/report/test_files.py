"""The five files: all of them, whole, private, and without secrets."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reseed.errors import StorageError
from reseed.records import Report
from reseed.report import from_json, masked, without_passwords, write_all


def test_every_form_is_written_and_nothing_else(failed: Report, tmp_path: Path) -> None:
    folder = tmp_path / "run folder" / "reports"
    files = write_all(failed, folder)
    names = ["ISSUES.md", "VALIDATION_REPORT.html", "VALIDATION_REPORT.md", "junit.xml", "report.json"]
    assert sorted(file.name for file in files) == names
    assert sorted(file.name for file in folder.iterdir()) == names
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}


def test_writing_twice_replaces(failed: Report, passed: Report, tmp_path: Path) -> None:
    write_all(failed, tmp_path)
    write_all(passed, tmp_path)
    assert from_json((tmp_path / "report.json").read_text()).passed
    assert len(list(tmp_path.iterdir())) == 5


def test_a_folder_that_is_a_file_is_a_clear_error(failed: Report, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    with pytest.raises(StorageError, match=r"taken.*cannot be written"):
        write_all(failed, tmp_path / "taken")


def test_a_full_disk_is_a_clear_error_and_keeps_the_old_file(passed: Report, tmp_path: Path) -> None:
    resource = pytest.importorskip("resource")
    write_all(passed, tmp_path)
    before = (tmp_path / "report.json").read_bytes()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    # A limit on the size of files fails a write as a full disk does: with an OSError part of the way.
    resource.setrlimit(resource.RLIMIT_FSIZE, (64, hard))
    try:
        with pytest.raises(StorageError, match="cannot be written"):
            write_all(replace(passed, title="new"), tmp_path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert (tmp_path / "report.json").read_bytes() == before
    assert len(list(tmp_path.iterdir())) == 5


def test_a_page_needs_no_network(failed: Report, tmp_path: Path) -> None:
    write_all(failed, tmp_path)
    page = (tmp_path / "VALIDATION_REPORT.html").read_text()
    assert not re.search(r"<(script|link|iframe|object)\b|url\(|@import|\bsrcset=", page)
    # Pictures lie beside it.
    assert re.findall(r'\b(?:src|href)="([^"#]+)', page) == ["screenshots/viewer/asset-inventory.png"] * 2


SECRETS = st.text(alphabet="abcdefghijklmnopqrstuvwxyz0123456789!$%*-_.~@:", min_size=3)


@given(SECRETS)
def test_a_password_in_a_url_is_masked(secret: str) -> None:
    assert (
        masked(f"at postgresql://me:{secret}@db.test:5432/app now")
        == "at postgresql://me:***@db.test:5432/app now"
    )


def test_passwords_are_masked_everywhere(failed: Report, tmp_path: Path) -> None:
    url = "postgresql://me:s3cr3t@db.test/app"
    finding = replace(
        failed.findings[1],
        question=f"Is {url} up?",
        actual=[url],
        rows=({"password_hash": "s3cr3t", "dsn": "host=db.test password='s3cr3t'"},),
        sql=f"-- {url}",
    )
    leaky = replace(
        failed,
        title=url,
        findings=(finding,),
        facts={"url": {"deep": [url]}},
        sections=(("Servers", ("url",), ((url,),)),),
    )
    assert all("s3cr3t" not in file.read_text() for file in write_all(leaky, tmp_path))


def test_a_report_without_secrets_is_left_as_it_is(failed: Report) -> None:
    assert without_passwords(failed) == failed
