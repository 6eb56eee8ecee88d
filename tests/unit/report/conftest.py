"""One failed, one passed and one empty report, as a validation of a small database would give them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reseed.records import Finding, Report

FINDINGS = (
    Finding(
        check="schema.compare_metadata",
        question="Does Alembic see no difference between models and database?",
        passed=True,
        expected=[],
        actual=[],
        measured=18,
    ),
    Finding(
        check="rows.tables",
        question="Does each table hold the rows of the definition?",
        passed=False,
        expected={"assets": 60, "users": 4, "sizes": {"linux": 20}},
        actual={"assets": 59, "users": 4, "sizes": {"linux": 19}},
        measured=63,
        rows=({"table": "assets", "rows": 59}, {"table": "a|b", "note": "<script>alert(1)</script>"}),
        sql="SELECT count(*)\nFROM assets;  -- ``` & <b>",
    ),
    Finding(
        check="rows.users",
        question="Are there exactly 4 users?",
        passed=True,
        expected=4,
        actual=4,
        measured=4,
        sql="SELECT count(*) FROM users;",
    ),
    Finding(
        check="tenancy.leaks",
        question="Does a tenant see only its own rows?",
        passed=False,
        expected=0,
        actual=1,
        measured=64,
        rows=({"id": "77777777-7777-7777-7777-777777777777", "hostname": "db\nwith a break"},),
    ),
    Finding(
        check="files.size",
        question="Has each import file its real size?",
        passed=False,
        expected=0,
        actual=0,
        measured=0,
    ),
)


@pytest.fixture(scope="session")
def failed() -> Report:
    return Report(
        title="Validation of modernize",
        database="modernize",
        measured="2026-01-15T09:00:00Z",
        findings=FINDINGS,
        facts={"run": "20260115-090000", "server": "PostgreSQL 18.1", "migrations": {"heads": 1}},
        sections=(
            ("Rows", ("table", "rows"), (("assets", 59), ("users", 4))),
            ("Warnings", ("what",), ()),
        ),
        pictures=(("VIEWER: Asset Inventory", "screenshots/viewer/asset-inventory.png"),),
    )


@pytest.fixture(scope="session")
def passed(failed: Report) -> Report:
    sound = tuple(finding for finding in FINDINGS if finding.passed)
    return replace(failed, findings=sound, left_out="Pages not run: no browser was found.", pictures=())


@pytest.fixture(scope="session")
def empty(failed: Report) -> Report:
    return replace(failed, findings=())
