"""Files to import, written for one test each."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl


def write_csv(path: Path, rows: Sequence[Mapping[str, Any]], delimiter: str = ",") -> Path:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, fieldnames=list(rows[0]), delimiter=delimiter, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    path.write_text(text.getvalue(), encoding="utf-8", newline="")
    return path


def write_xlsx(path: Path, rows: Sequence[Sequence[Any]], title: str = "Sheet") -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    book.save(path)
    return path


def with_parts(path: Path, parts: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    """The same archive with parts added or replaced."""
    with zipfile.ZipFile(path) as archive:
        kept = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, contents in {**kept, **parts}.items():
            archive.writestr(name, contents)
    return path


def servers(count: int) -> list[dict[str, Any]]:
    """Rows of a CMDB; every hundredth is wrong in one of three ways."""
    rows = []
    for number in range(1, count + 1):
        row = {
            "sys_id": f"{number:032x}",
            "name": f"srv-{number:06d}",
            "sys_class_name": "cmdb_ci_linux_server" if number % 2 else "cmdb_ci_win_server",
            "fqdn": f"srv-{number:06d}.corp.example.com",
            "ip_address": f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}",
            "serial_number": f"SN{number:08d}",
            "os": "Red Hat Enterprise Linux 8.10" if number % 2 else "Windows Server 2019",
            "cpu_count": str(number % 16 + 1),
            "ram_mb": str((number % 64 + 1) * 1024),
            "environment": ("PRD", "TST", "DEV")[number % 3],
            "business_criticality": "2 - High",
            "install_date": f"{number % 28 + 1:02d}.05.2019",
            "cost_center": f"CC-{number % 50}",
        }
        if number % 100 == 0:
            row.update(({"fqdn": ""}, {"ip_address": "10.0.0.256"}, {"cpu_count": "-4"})[number // 100 % 3])
        rows.append(row)
    return rows
