"""A judge of imported rows that knows what columns mean and shares nothing with what made the rows."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

Row = Mapping[str, Any]

FIELDS = {
    "cmdb": (
        "fqdn",
        "ip_address",
        "os",
        "cpu_count",
        "ram_mb",
        "install_date",
        "environment",
        "serial_number",
    ),
    "cloud_inventory": (
        "guest.hostName",
        "guest.ipAddress",
        "guest.osFullName",
        "hardware.numCpu",
        "hardware.memoryBytes",
        "createdAt",
        "tags.environment",
        "uuid",
    ),
    "manual": ("Server name", "IP", "Operating system", "CPUs", "RAM (GB)", "Bought", "Prod/Test", ""),
}
DATES = {"cmdb": "%d.%m.%Y", "cloud_inventory": "%Y-%m-%dT%H:%M:%SZ", "manual": "%d.%m.%Y"}
ENVIRONMENTS = {
    "cmdb": {"PRD", "STG", "TST", "DEV", "DR"},
    "cloud_inventory": {"prod", "staging", "test", "dev", "dr"},
    "manual": {"Prod", "Test"},
}
SYSTEMS = re.compile(
    r"(Red Hat Enterprise Linux|Oracle Linux Server|Ubuntu|Debian GNU/Linux|Windows Server|BIG-IP|FortiOS)"
    r" \d[\d.]*( R2)?( \(64-bit\))?"
)


def at(raw: Row, path: str) -> Any:
    if path in raw:
        return raw[path]
    value: Any = raw
    for name in path.split("."):
        value = value[name]
    return value


def flattened(raw: Row, prefix: str = "") -> Iterator[str]:
    for name, value in raw.items():
        if isinstance(value, dict):
            yield from flattened(value, f"{prefix}{name}.")
        else:
            yield prefix + name


def judged(kind: str, raws: list[Row]) -> list[set[str]]:
    verdicts = [{code for code, judge in JUDGES.items() if judge(kind, raw)} for raw in raws]
    seen: set[str] = set()
    for raw, verdict in zip(raws, verdicts, strict=True):
        serial = at(raw, FIELDS[kind][7]) if FIELDS[kind][7] else None
        if serial and serial in seen:
            verdict.add("duplicate_serial")
        if serial:
            seen.add(serial)
    return verdicts


def is_machine(kind: str, raw: Row) -> bool:
    if kind == "cmdb":
        return (
            "_server" in raw["sys_class_name"]
            or "_lb_" in raw["sys_class_name"]
            or "_ip_" in raw["sys_class_name"]
        )
    return kind == "manual" or bool(raw["kind"] == "VirtualMachine")


def missing_hostname(kind: str, raw: Row) -> bool:
    return is_machine(kind, raw) and not at(raw, FIELDS[kind][0])


def invalid_ip(kind: str, raw: Row) -> bool:
    if not is_machine(kind, raw):
        return False
    try:
        return not ipaddress.IPv4Address(at(raw, FIELDS[kind][1])).is_private
    except ValueError:
        return True


def unknown_os(kind: str, raw: Row) -> bool:
    return is_machine(kind, raw) and not SYSTEMS.fullmatch(at(raw, FIELDS[kind][2]))


def negative_cpu(kind: str, raw: Row) -> bool:
    return is_machine(kind, raw) and int(at(raw, FIELDS[kind][3])) < 1


def invalid_memory(kind: str, raw: Row) -> bool:
    return is_machine(kind, raw) and not re.fullmatch(r"[1-9]\d*", str(at(raw, FIELDS[kind][4])))


def invalid_date(kind: str, raw: Row) -> bool:
    try:
        return datetime.strptime(at(raw, FIELDS[kind][5]), DATES[kind]) > datetime(2026, 1, 15)
    except ValueError:
        return True


def unknown_environment(kind: str, raw: Row) -> bool:
    return at(raw, FIELDS[kind][6]) not in ENVIRONMENTS[kind]


def wrong_encoding(kind: str, raw: Row) -> bool:
    texts = [at(raw, name) for name in flattened(raw)]
    return any(misread(text) for text in texts if isinstance(text, str))


def misread(text: str) -> bool:
    """Whether the text is UTF-8 that somebody read as Latin-1: undoing that gives other, valid text."""
    try:
        return text.encode("latin-1").decode("utf-8") != text
    except UnicodeError:
        return False


JUDGES = {
    "missing_hostname": missing_hostname,
    "invalid_ip": invalid_ip,
    "unknown_os": unknown_os,
    "negative_cpu": negative_cpu,
    "invalid_memory": invalid_memory,
    "invalid_date": invalid_date,
    "unknown_environment": unknown_environment,
    "wrong_encoding": wrong_encoding,
}
