"""The import files themselves, byte for byte, and the one that cannot be read."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Any

from modernize.dataset import timeline
from modernize.dataset.sources import Raw, SourceRow
from modernize.dataset.spreadsheet import archive, sheet
from modernize.dataset.tenant import Tenant
from modernize.models.enums import FileFormat, ImportType

_SCAN = "network_scan_dc2.csv"
_SCANNED = 24
# Where the scanner's host list came from an older tool, names are Latin-1.
_LATIN_1_ROWS = (17, 23)


@dataclass(frozen=True)
class ImportFile:
    """One file: its name, its rows, its bytes.

    Attributes:
        text: all of the file that depends on its rows; of a workbook, the XML of its sheet.
    """

    name: str
    format: FileFormat
    type: ImportType
    mime_type: str
    rows: tuple[SourceRow, ...]
    text: str

    @cached_property
    def contents(self) -> bytes:
        return as_file(self.format, self.text)

    @cached_property
    def sha256(self) -> str:
        return sha256(self.contents).hexdigest()


@dataclass(frozen=True, slots=True)
class BrokenFile:
    """A file that is not valid UTF-8: where, and how its last row ends."""

    name: str
    contents: bytes
    bad_rows: tuple[dict[str, Any], ...]
    fields_expected: int
    fields_found: int


def import_file(tenant: Tenant, source: str, rows: tuple[SourceRow, ...]) -> ImportFile:
    """The file of an import, from its rows."""
    raws = [row.raw for row in rows]
    exported = timeline.started(tenant, timeline.flow_by_source(source)).date().isoformat()
    match source:
        case "cmdb":
            name = f"servicenow_cmdb_{tenant.company.slug}.csv"
            return ImportFile(name, FileFormat.CSV, ImportType.CMDB, "text/csv", rows, _csv(raws))
        case "cloud":
            name = f"private_cloud_inventory_{tenant.company.slug}.json"
            text = _json(raws, source="VMware Aria Operations", exported=exported)
            return ImportFile(
                name, FileFormat.JSON, ImportType.CLOUD_INVENTORY, "application/json", rows, text
            )
    name = f"regional_sites_survey_{tenant.company.slug}.xlsx"
    mime_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return ImportFile(name, FileFormat.XLSX, ImportType.MANUAL, mime_type, rows, _excel(raws))


def as_file(file_format: FileFormat, text: str) -> bytes:
    """The bytes of a file with such text."""
    return archive("Sites", text) if file_format is FileFormat.XLSX else text.encode()


def broken_scan(tenant: Tenant) -> BrokenFile:
    """The file of the failed flow: two rows in another encoding, the last one cut off."""
    header = ["address", "name", "mac", "open_ports", "first_seen"]
    lines = [",".join(header).encode()]
    bad = []
    for number in range(1, _SCANNED + 1):
        row = _scanned(tenant, number)
        if number in _LATIN_1_ROWS:
            lines.append(row.encode("latin-1"))
            offset = sum(len(line) + 1 for line in lines[:-1]) + row.index("ü")
            bad.append({"row": number, "byte_offset": offset, "byte": "0xFC"})
        else:
            lines.append(row.replace("ü", "u").encode())
    cut = ",".join(_scanned(tenant, _SCANNED + 1).split(",")[:3])
    return BrokenFile(_SCAN, b"\n".join([*lines, cut.encode()]), tuple(bad), len(header), 3)


def _scanned(tenant: Tenant, number: int) -> str:
    mac = tenant.mark("mac", "scanned", number)
    name = f"{tenant.company.code}-dc2-prüf-{number:02d}"
    day = timeline.started(tenant, timeline.flow_by_source("scan"))
    return f"{tenant.company.network}.40.{number + 10},{name},00:50:56:{mac},22;443,{day:%Y-%m-%d}"


def _csv(rows: Sequence[Raw]) -> str:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, fieldnames=list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def _json(rows: Sequence[Raw], **head: str) -> str:
    return json.dumps({**head, "resources": list(rows)}, indent=2, ensure_ascii=False) + "\n"


def _excel(rows: Sequence[Raw]) -> str:
    return sheet([list(rows[0]), *(list(row.values()) for row in rows)])
