"""Why a row of the three files was refused, in words that name the field and its value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from modernize.dataset.sources import SourceRow
from modernize.importing.reasons import refusal
from modernize.importing.transformation import field
from reseed.records import JSON

# Reason -> the field of each source that it is about.
_FIELDS: Mapping[str, Mapping[str, str]] = {
    "missing_hostname": {"cmdb": "fqdn", "cloud": "guest.hostName", "manual": "Server name"},
    "invalid_ip": {"cmdb": "ip_address", "cloud": "guest.ipAddress", "manual": "IP"},
    "duplicate_serial": {"cmdb": "serial_number", "cloud": "uuid"},
    "unknown_os": {"cmdb": "os", "cloud": "guest.osFullName", "manual": "Operating system"},
    "negative_cpu": {"cmdb": "cpu_count", "cloud": "hardware.numCpu", "manual": "CPUs"},
    "invalid_memory": {"cmdb": "ram_mb", "cloud": "hardware.memoryBytes", "manual": "RAM (GB)"},
    "invalid_date": {"cmdb": "install_date", "cloud": "createdAt", "manual": "Bought"},
    "wrong_encoding": {"cmdb": "name", "cloud": "guest.hostName", "manual": "Site"},
    "unknown_environment": {"cmdb": "environment", "cloud": "tags.environment", "manual": "Prod/Test"},
}


def refusals(source: str, row: SourceRow, rows: Sequence[SourceRow]) -> list[dict[str, JSON]]:
    """One entry for each reason: code, field, value, message. Empty for a valid row.

    Args:
        rows: all rows of the file, to say which one a duplicate repeats.
    """
    return [_refusal(source, row, rows, reason) for reason in row.reasons]


def _refusal(source: str, row: SourceRow, rows: Sequence[SourceRow], reason: str) -> dict[str, JSON]:
    name = _FIELDS[reason][source]
    value = field(row.raw, name)
    other = next((number for number, each in enumerate(rows, 1) if field(each.raw, name) == value), 0)
    return refusal(reason, name, value, other)
