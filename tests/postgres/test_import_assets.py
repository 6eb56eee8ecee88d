"""Accepted rows of an upload become assets, once people have decided by which mappings; all of them, or nothing."""

from __future__ import annotations

import csv
import io
import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from reseed import database
from tests.console import Console
from tests.waiting import until

from .validated import failed, site_on

if TYPE_CHECKING:
    from starlette.testclient import TestClient

ROWS = (
    (
        "web-01",
        "cmdb_ci_linux_server",
        "web-01.example.com",
        "10.9.0.1",
        "SN-1",
        "Ubuntu 22.04",
        "4",
        "8192",
        "PRD",
    ),
    (
        "web-02",
        "cmdb_ci_win_server",
        "web-02.example.com",
        "10.9.0.2",
        "SN-2",
        "Windows Server 2019",
        "8",
        "16384",
        "",
    ),
    ("orders-db", "cmdb_ci_db_postgresql", "db-01.example.com", "10.9.0.3", "SN-3", "", "", "", "TST"),
    ("ledger-db", "database", "db-02.example.com", "10.9.0.4", "SN-4", "", "", "", "TST"),
    ("edge-fw", "network firewall", "fw-01.example.com", "10.9.0.5", "SN-5", "", "", "", "PRD"),
    (
        "web-01",
        "cmdb_ci_linux_server",
        "web-09.example.com",
        "10.9.0.9",
        "SN-9",
        "Ubuntu 22.04",
        "2",
        "4096",
        "PRD",
    ),
    (
        "broken",
        "cmdb_ci_linux_server",
        "broken.example.com",
        "10.9.0.999",
        "SN-8",
        "Ubuntu 22.04",
        "2",
        "4096",
        "PRD",
    ),
)
HEAD = (
    "name",
    "sys_class_name",
    "fqdn",
    "ip_address",
    "serial_number",
    "os",
    "cpu_count",
    "ram_mb",
    "environment",
)


#: What is true of flows, imports and assets however they came to be.
FITS = (
    *("flows.phases_in_order", "flows.status_follows", "flows.progress_follows"),
    *("imports.status_fits", "mappings.fit_phase", "records.cleansed_rightly"),
    *("assets.found_by_flow", "assets.from_accepted_rows", "integrity.foreign_keys", "tenancy.no_leaks"),
)


@pytest.fixture
def analyst(shared_console: Console) -> TestClient:
    return shared_console.signed_in("ANALYST")


def uploaded(analyst: TestClient, rows: Any = ROWS, name: str = "new_servers.csv") -> dict[str, Any]:
    """The import of a file, once it is read."""
    text = io.StringIO()
    csv.writer(text).writerows([HEAD, *rows])
    answer = analyst.post("/api/imports", files={"file": (name, text.getvalue().encode(), "text/csv")})
    assert answer.status_code == 202, answer.text
    return ended(analyst, answer.json()["id"])


def ended(analyst: TestClient, import_id: str) -> dict[str, Any]:
    def look() -> Any:
        row = analyst.get(f"/api/imports/{import_id}").json()
        return None if row["under_way"] or row["being_added"] else row

    return dict(until(look))


def approve_all(analyst: TestClient, import_id: str, but: str = "") -> None:
    """Every mapping of an import is approved; the one to the field `but` is rejected."""
    wanted = {"data_import_id": import_id, "status": "pending"}
    rows = analyst.get("/api/mappings", params=wanted).json()["rows"]
    assert rows
    rejected = [row["id"] for row in rows if row["target_field"] == but]
    approved = [row["id"] for row in rows if row["target_field"] != but]
    sent = {"status": "approved", "seen": "pending", "mapping_ids": approved}
    assert analyst.post("/api/mappings/decisions", json=sent).status_code == 200
    if but:
        sent = {"status": "rejected", "seen": "pending", "mapping_ids": rejected, "note": "It is wrong."}
        assert analyst.post("/api/mappings/decisions", json=sent).status_code == 200


def add(analyst: TestClient, import_id: str, **otherwise: str) -> Any:
    return analyst.post(f"/api/imports/{import_id}/assets", json=otherwise)


def test_accepted_rows_become_assets_by_the_approved_mappings(
    shared_console: Console, analyst: TestClient
) -> None:
    found = uploaded(analyst)
    assert (found["valid_records"], found["failed_records"], found["can_be_added"]) == (6, 1, False)
    assert add(analyst, found["id"]).status_code == 409

    approve_all(analyst, found["id"], but="memory_gb")
    assert analyst.get(f"/api/imports/{found['id']}").json()["can_be_added"]
    answer = add(analyst, found["id"], environment="development")
    assert answer.status_code == 202, answer.text
    done = ended(analyst, found["id"])
    # One of the same name and kind, and one whose engine nothing tells.
    assert done["added"] == {"added": 4, "left_out": {"known": 1, "no_engine": 1}}
    assert not done["can_be_added"]
    assert add(analyst, found["id"]).status_code == 409

    with shared_console.everything() as connection:
        assets = database.dict_rows(
            connection,
            "SELECT a.name, asset_type::text AS kind, environment::text, os_family::text, network_role::text,"
            " database_engine::text, cpu_cores, memory_gb, hostname, host(ip_address) AS ip, r.row_number AS row"
            " FROM assets a JOIN raw_import_records r ON r.id = a.raw_import_record_id"
            " WHERE r.data_import_id = %s ORDER BY row_number",
            (found["id"],),
        )
        cleansed = database.dict_rows(
            connection,
            "SELECT cleansed_data FROM raw_import_records WHERE data_import_id = %s AND row_number = 1",
            (found["id"],),
        )[0]["cleansed_data"]
        flow = database.dict_rows(
            connection,
            "SELECT f.current_phase::text, f.progress, array_agg(p.status::text ORDER BY ordinal) AS phases"
            " FROM discovery_flows f JOIN flow_phases p ON p.discovery_flow_id = f.id"
            " WHERE f.id = %s GROUP BY f.id, 1, 2",
            (found["discovery_flow_id"],),
        )[0]
    assert [tuple(asset.values()) for asset in assets] == [
        ("web-01", "server", "production", "linux", None, None, 4, None, "web-01", "10.9.0.1", 1),
        ("web-02", "server", "development", "windows", None, None, 8, None, "web-02", "10.9.0.2", 2),
        ("orders-db", "database", "test", None, None, "postgresql", None, None, "db-01", "10.9.0.3", 3),
        (
            "edge-fw",
            "network_device",
            "production",
            None,
            "firewall",
            None,
            None,
            None,
            "fw-01",
            "10.9.0.5",
            5,
        ),
    ]
    assert "memory_gb" not in cleansed
    assert cleansed["cpu_cores"] == 4
    assert flow["current_phase"] == "asset_inventory"
    assert flow["phases"] == ["completed"] * 4 + ["pending"] * 2
    assert float(flow["progress"]) == 66.67

    row = analyst.get("/api/mappings", params={"data_import_id": found["id"]}).json()["rows"][0]
    decision = {"status": "pending", "seen": row["status"], "note": ""}
    answer = analyst.put(f"/api/mappings/{row['id']}/decision", json=decision)
    assert answer.status_code == 409
    assert "in the inventory" in answer.json()["detail"]


def test_many_rows_are_added_while_it_is_said_how_far(analyst: TestClient) -> None:
    rows = [
        (f"many-{n}", "linux server", f"many-{n}.example.com", f"10.8.{n // 250}.{n % 250}", f"M-{n}", "Ubuntu 22.04",
         "2", "4096", "PRD")
        for n in range(5000)
    ]  # fmt: skip
    found = uploaded(analyst, rows, "many.csv")
    approve_all(analyst, found["id"])
    before = analyst.get("/api/assets", params={"limit": 1}).json()["total"]
    assert add(analyst, found["id"]).json()["being_added"]
    seen = set()

    def look() -> Any:
        row = analyst.get(f"/api/imports/{found['id']}").json()
        seen.add(row["rows_added"])
        # Nobody sees a part of a file.
        total = analyst.get("/api/assets", params={"limit": 1}).json()["total"]
        assert total in (before, before + len(rows))
        return not row["being_added"]

    until(look)
    assert len(seen) > 2
    assert ended(analyst, found["id"])["added"] == {"added": len(rows), "left_out": {}}
    assert analyst.get("/api/assets", params={"limit": 1}).json()["total"] == before + len(rows)


def test_a_killed_process_adds_nothing_and_can_be_started_again(analyst: TestClient) -> None:
    rows = [
        (f"killed-{n}", "linux server", f"killed-{n}.example.com", f"10.7.{n // 250}.{n % 250}", f"K-{n}",
         "Ubuntu 22.04", "2", "4096", "PRD")
        for n in range(5000)
    ]  # fmt: skip
    found = uploaded(analyst, rows, "killed.csv")
    approve_all(analyst, found["id"])
    before = analyst.get("/api/assets", params={"limit": 1}).json()["total"]
    assert add(analyst, found["id"]).status_code == 202
    os.kill(until(_adding), signal.SIGKILL)

    after = ended(analyst, found["id"])
    assert "ended unexpectedly" in after["problem"]
    assert analyst.get("/api/assets", params={"limit": 1}).json()["total"] == before
    assert after["can_be_added"]
    assert add(analyst, found["id"]).status_code == 202
    done = ended(analyst, found["id"])
    assert (done["added"]["added"], done["problem"]) == (len(rows), None)


def test_the_survey_that_waits_for_decisions_can_be_added(
    shared_console: Console, analyst: TestClient, tmp_path: Path
) -> None:
    """An import of the dataset: what nobody decided yet is decided, its rows are added, and all of it still fits."""
    rows = analyst.get("/api/imports").json()["rows"]
    survey = next(row for row in rows if row["pending_mappings"] and row["valid_records"] == 28)
    approve_all(analyst, survey["id"])
    assert add(analyst, survey["id"]).status_code == 202
    done = ended(analyst, survey["id"])
    assert done["status"] == "completed"
    assert done["added"]["added"] > 0
    assert done["added"]["added"] + sum(done["added"]["left_out"].values()) == 28
    assert failed(site_on(shared_console.target, shared_console.project, tmp_path), *FITS) == {}


def test_nobody_adds_what_is_not_theirs(shared_console: Console, analyst: TestClient) -> None:
    found = uploaded(analyst, ROWS[:1], "theirs.csv")
    assert add(shared_console.signed_in("VIEWER"), found["id"]).status_code == 403
    assert add(shared_console.signed_in("ANALYST", 1), found["id"]).status_code == 404
    assert add(analyst, found["id"], environment="moon").status_code == 422


def _adding() -> int | None:
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if b"modernize.importing.adding" in file.read_bytes() and os.getpid() == _parent(file.parent):
                return int(file.parent.name)
        except OSError:
            continue
    return None


def _parent(process: Path) -> int:
    return int(process.joinpath("stat").read_text().rpartition(")")[2].split()[1])
