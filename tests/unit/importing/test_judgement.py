"""Rows are judged as the demo dataset says its own files are to be judged: same rows, same reasons, same words."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from modernize.dataset import demo_dataset
from modernize.importing.inspection import inspect
from modernize.importing.judgement import Judge, Verdict

FILES = {"cmdb": "servicenow_cmdb", "cloud_inventory": "private_cloud", "manual": "regional_sites"}


def judged(
    path: Path, name: str, inventory: dict[str, tuple[str, str | None]] | None = None
) -> list[Verdict]:
    inspection = inspect(path, name)
    return Judge(inspection).judge(list(inspection.table.read()), inventory or {})


@pytest.fixture(scope="module")
def demo() -> Any:
    return demo_dataset(20260115, datetime(2026, 1, 15, 9, tzinfo=UTC))


@pytest.mark.parametrize("kind", FILES)
def test_the_demo_files_are_judged_as_the_dataset_says(kind: str, tmp_path: Path, demo: Any) -> None:
    name, contents = next((n, c) for n, c in demo.files().items() if n.startswith(FILES[kind]))
    path = tmp_path / name
    path.write_bytes(contents)
    imports = demo.batch("data_imports", range(1)).to_pylist()
    wanted = {row["id"]: row["import_type"] for row in imports}
    records = [
        row
        for row in demo.batch("raw_import_records", range(1)).to_pylist()
        if wanted[row["data_import_id"]] == kind
    ]
    found = judged(path, name)
    assert len(found) == len(records)
    for verdict, record in zip(found, records, strict=True):
        assert verdict.row.number == record["row_number"]
        assert verdict.row.raw == json.loads(record["raw_data"])
        assert list(verdict.reasons) == json.loads(record["validation_errors"])
        if record["cleansed_data"]:
            seeded = json.loads(record["cleansed_data"])
            assert verdict.cleansed is not None
            assert {target: verdict.cleansed[target] for target in seeded} == seeded
