"""The import files are real, their rows are what the tables say, and every refusal is deserved."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections import Counter
from collections.abc import Mapping

import openpyxl
import pytest
from tests.unit.modernize.demo_rows import DATASET, Row, rows
from tests.unit.modernize.judge import JUDGES, at, flattened, judged

from modernize.dataset.files import ImportFile, import_file
from modernize.dataset.inventory import inventory
from modernize.dataset.sources import source_rows
from modernize.dataset.tenant import Tenant

SOURCES = {"cmdb": "cmdb", "cloud_inventory": "cloud", "manual": "manual"}


def files(tenant: int) -> Mapping[str, ImportFile]:
    """The files of any tenant by import type; the demo tenant's are those that `files()` gives."""
    who = Tenant(DATASET.seed, DATASET.as_of, tenant)
    items = inventory(who)
    return {
        kind: import_file(who, source, source_rows(who, items, source)) for kind, source in SOURCES.items()
    }


def read(kind: str, contents: bytes) -> list[Row]:
    """The file as anybody's reader sees it."""
    if kind == "cmdb":
        return list(csv.DictReader(io.StringIO(contents.decode("utf-8"))))
    if kind == "cloud_inventory":
        resources: list[Row] = json.loads(contents)["resources"]
        return resources
    sheet = openpyxl.load_workbook(io.BytesIO(contents), read_only=True)["Sites"]
    header, *lines = sheet.iter_rows(values_only=True)
    return [dict(zip(map(str, header), line, strict=True)) for line in lines]


@pytest.fixture(params=SOURCES)
def kind(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


def imported(kind: str, tenant: int) -> Row:
    return next(row for row in rows("data_imports", tenant) if row["import_type"] == kind)


def records(kind: str, tenant: int) -> list[Row]:
    owner = imported(kind, tenant)["id"]
    return [row for row in rows("raw_import_records", tenant) if row["data_import_id"] == owner]


def mappings(kind: str, tenant: int) -> list[Row]:
    owner = imported(kind, tenant)["id"]
    return [row for row in rows("import_field_mappings", tenant) if row["data_import_id"] == owner]


def test_the_demo_files_are_those_that_the_imports_name() -> None:
    given = DATASET.files()
    for kind, file in files(0).items():
        row = imported(kind, 0)
        assert given[row["file_name"]] == file.contents
        assert row["file_name"].endswith("." + row["file_format"])


def test_size_digest_and_columns_are_the_files_own(kind: str, tenant: int) -> None:
    file, row = files(tenant)[kind], imported(kind, tenant)
    assert row["file_size"] == len(file.contents)
    assert row["sha256"] == hashlib.sha256(file.contents).hexdigest()
    first = read(kind, file.contents)[0]
    assert row["source_columns"] == list(flattened(first))


def test_every_row_of_the_file_is_a_record_in_its_order(kind: str, tenant: int) -> None:
    found = records(kind, tenant)
    assert [row["row_number"] for row in found] == list(range(1, len(found) + 1))
    assert [row["raw_data"] for row in found] == read(kind, files(tenant)[kind].contents)


def test_totals_agree_with_the_records(kind: str, tenant: int) -> None:
    row, found = imported(kind, tenant), records(kind, tenant)
    valid = sum(record["is_valid"] for record in found)
    assert (row["total_records"], row["valid_records"], row["failed_records"]) == (
        len(found),
        valid,
        len(found) - valid,
    )
    reasons = Counter(error["code"] for record in found for error in record["validation_errors"])
    metrics = row["processing_metrics"]
    assert metrics["rejected_by_reason"] == reasons
    assert metrics["duration_seconds"] * metrics["records_per_second"] == pytest.approx(len(found), rel=0.02)
    assert row["error_details"]["refused_rows"] == [
        record["row_number"] for record in found if not record["is_valid"]
    ]


def test_rows_and_mappings_stay_within_the_promised_ranges(tenant: int) -> None:
    found = {kind: len(records(kind, tenant)) for kind in SOURCES}
    assert 60 <= found["cmdb"] <= 70
    assert 50 <= found["cloud_inventory"] <= 60
    assert 30 <= found["manual"] <= 40
    for kind in SOURCES:
        assert 10 <= len(mappings(kind, tenant)) <= 12
        assert all(0.7 <= float(row["confidence"]) <= 0.95 for row in mappings(kind, tenant))


def test_only_the_flow_that_waits_for_people_has_pending_mappings(tenant: int) -> None:
    pending = {kind for kind in SOURCES for row in mappings(kind, tenant) if row["status"] == "pending"}
    assert pending == {"manual"}


def test_every_refusal_is_true_and_no_valid_row_has_a_defect(kind: str, tenant: int) -> None:
    found = records(kind, tenant)
    expected = judged(kind, [row["raw_data"] for row in found])
    actual = [{error["code"] for error in row["validation_errors"]} for row in found]
    assert actual == expected
    assert any(actual)


def test_a_refusal_quotes_the_value_it_is_about(kind: str, tenant: int) -> None:
    for record in records(kind, tenant):
        for error in record["validation_errors"]:
            assert at(record["raw_data"], error["field"]) == error["value"]
            assert error["value"] in (None, "") or str(error["value"]) in error["message"]


def test_the_demo_tenant_shows_every_kind_of_defect() -> None:
    seen = {error["code"] for row in rows("raw_import_records", 0) for error in row["validation_errors"]}
    assert seen == set(JUDGES) | {"duplicate_serial"}


def test_cleansed_rows_have_the_approved_targets_and_no_other(kind: str, tenant: int) -> None:
    approved = {row["target_field"] for row in mappings(kind, tenant) if row["status"] == "approved"}
    for record in records(kind, tenant):
        assert (record["cleansed_data"] is None) == (not record["is_valid"])
        if record["is_valid"]:
            assert record["cleansed_data"].keys() == approved


def test_samples_are_values_of_valid_rows(kind: str, tenant: int) -> None:
    valid = [record["raw_data"] for record in records(kind, tenant) if record["is_valid"]]
    for mapping in mappings(kind, tenant):
        samples = mapping["sample_values"]
        assert samples
        assert all(any(at(raw, mapping["source_field"]) == sample for raw in valid) for sample in samples)


def test_raw_row_cleansed_row_and_asset_say_the_same(tenant: int) -> None:
    """The story of the demo: what the file said is what the inventory shows, in the inventory's units and words."""
    known = {row["id"]: row for row in rows("raw_import_records", tenant)}
    assets = rows("assets", tenant)
    for asset in assets:
        record = known[asset["raw_import_record_id"]]
        assert record["is_valid"]
        for target, value in record["cleansed_data"].items():
            shown = asset[target].isoformat() if hasattr(asset[target], "isoformat") else asset[target]
            assert shown == value, (asset["name"], target)
    sources = Counter(known[asset["raw_import_record_id"]]["data_import_id"] for asset in assets)
    assert set(sources) == {imported("cmdb", tenant)["id"], imported("cloud_inventory", tenant)["id"]}


def test_every_valid_cmdb_row_became_an_asset(tenant: int) -> None:
    traced = {row["raw_import_record_id"] for row in rows("assets", tenant)}
    assert {row["id"] for row in records("cmdb", tenant) if row["is_valid"]} <= traced


def test_units_words_and_dates_were_really_changed() -> None:
    """By hand, from the file: memory in MB, a class name, an environment, a day-first date, a full host name."""
    record = next(row for row in records("cmdb", 0) if row["raw_data"]["name"] == "dmc-hr-db-01")
    assert record["raw_data"]["ram_mb"] == "32768"
    assert record["raw_data"]["install_date"] == "13.05.2014"
    assert record["cleansed_data"] == {
        "name": "dmc-hr-db-01",
        "asset_type": "server",
        "hostname": "dmc-hr-db-01",
        "ip_address": "10.20.30.17",
        "os_name": "Windows Server",
        "os_version": "2012 R2",
        "cpu_cores": 4,
        "memory_gb": 32,
        "environment": "production",
        "criticality": "high",
        "installed_on": "2014-05-13",
    }


def test_a_matched_asset_is_the_one_that_the_second_row_tells_of(tenant: int) -> None:
    second = {row["row_number"]: row for row in records("cloud_inventory", tenant)}
    matched = [row for row in rows("assets", tenant) if "confirmed_by" in row["attributes"]]
    assert matched
    for asset in matched:
        told = second[asset["attributes"]["confirmed_by"]["row_number"]]
        assert told["is_valid"]
        assert told["raw_data"]["name"] == asset["name"]
        assert told["raw_data"]["uuid"] == asset["serial_number"]
        assert told["cleansed_data"]["ip_address"] == asset["ip_address"]


def test_the_scan_that_failed_is_broken_as_the_flow_says() -> None:
    flow = next(row for row in rows("discovery_flows", 0) if row["status"] == "failed")
    details = flow["error_details"]
    contents = DATASET.files()[details["file"]]
    assert details["file_size"] == len(contents)
    assert all(name in flow["error_message"] for name in (details["file"], "17", "23"))
    lines = contents.split(b"\n")
    undecodable = [number for number, line in enumerate(lines) if not decodes(line)]
    assert undecodable == [bad["row"] for bad in details["rows"]]
    for bad in details["rows"]:
        assert contents[bad["byte_offset"]] == int(bad["byte"], 16)
    expected = details["truncated_row"]
    assert len(lines[0].split(b",")) == expected["fields_expected"]
    assert len(lines[-1].split(b",")) == expected["fields_found"]


def decodes(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
