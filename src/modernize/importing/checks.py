"""The rules a row is judged by: those that the columns of its file call for, in the order reasons are told."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

from modernize.importing.inspection import Inspection
from modernize.importing.proposals import Proposal
from modernize.importing.reasons import refusal
from modernize.importing.table import Row
from modernize.importing.transformation import field as value_at
from modernize.importing.values import (
    CLOSED,
    asset_type,
    is_address,
    is_amount,
    is_count,
    is_date,
    is_misread,
    is_system,
)
from modernize.models.enums import AssetType
from reseed.records import JSON

Serials: TypeAlias = Mapping[str, tuple[str, str | None]]
"""Serial number in the inventory -> the asset's name and host name."""

Reason: TypeAlias = dict[str, JSON]
Check: TypeAlias = "Callable[[Row, Serials], Reason | None]"

_BY_VALUE: Mapping[str, tuple[str, Callable[[Any], bool]]] = {
    "ip": ("invalid_ip", is_address),
    "cpu": ("negative_cpu", is_count),
    "memory": ("invalid_memory", lambda value: is_amount(value, positive=True)),
    "storage": ("invalid_storage", lambda value: is_amount(value, positive=False)),
    "cost": ("invalid_cost", lambda value: is_amount(value, positive=False)),
}
_CLOSED_CODES = {
    "type": "unknown_type",
    "environment": "unknown_environment",
    "criticality": "unknown_criticality",
}
_ORDER = (
    *("ip", "serial", "os", "cpu", "memory", "storage", "cost", "date"),
    *("encoding", "type", "environment", "criticality"),
)
_HAVE_HOSTNAMES = (AssetType.SERVER, AssetType.NETWORK_DEVICE)


def checks(inspection: Inspection, proposals: tuple[Proposal, ...]) -> tuple[Check, ...]:
    """The rules for the rows of one file. They remember serial numbers, so they are for one pass."""
    source = {name: column.source for name, column in inspection.recognised.known.items()}
    kinds = {column.field.kind: column.source for column in inspection.recognised.known.values()}
    forms = {each.source: each.rule["from"] for each in proposals if each.kind == "date" and each.rule}

    def made() -> Iterator[Check]:
        yield _named(source)
        for kind in _ORDER:
            if kind == "encoding":
                yield _misread
            elif kind in kinds:
                yield _check(kind, kinds[kind], source, forms)

    return tuple(made())


def text(value: Any) -> str:
    """A value as text; nothing is empty."""
    return "" if value is None else str(value).strip()


def _check(kind: str, column: str, source: Mapping[str, str], forms: Mapping[str, str]) -> Check:
    if kind in _BY_VALUE:
        code, right = _BY_VALUE[kind]
        return _by_value(code, column, right)
    if kind in CLOSED:
        meant = CLOSED[kind]
        return _by_value(_CLOSED_CODES[kind], column, lambda value: meant(text(value)) is not None)
    if kind == "date":
        form = forms.get(column, "%Y-%m-%d")
        return _by_value("invalid_date", column, lambda value: is_date(text(value), form))
    if kind == "serial":
        return _serial(column, source)
    return _system(column, source.get("os_version"))


def _by_value(code: str, column: str, right: Callable[[Any], bool]) -> Check:
    def check(row: Row, _: Serials) -> Reason | None:
        value = value_at(row.raw, column)
        if value is None or value == "" or right(value):
            return None
        return refusal(code, column, value)

    return check


def _named(source: Mapping[str, str]) -> Check:
    """A server or a network device needs a host name where the file has such a column; anything needs some name."""
    hostname, name, kind = source.get("hostname"), source.get("name"), source.get("asset_type")

    def check(row: Row, _: Serials) -> Reason | None:
        value = value_at(row.raw, hostname) if hostname else None
        if text(value):
            return None
        meant = asset_type(text(value_at(row.raw, kind))) if kind else AssetType.SERVER
        if hostname and (meant is None or meant in _HAVE_HOSTNAMES):
            return refusal("missing_hostname", hostname, value)
        if name and text(value_at(row.raw, name)):
            return None
        return refusal("missing_name", name or hostname or "", value_at(row.raw, name) if name else value)

    return check


def _serial(column: str, source: Mapping[str, str]) -> Check:
    """No other row has it, and no other machine of the inventory: the same machine seen again is welcome."""
    seen: dict[str, int] = {}
    names = [source[field] for field in ("name", "hostname") if field in source]

    def check(row: Row, inventory: Serials) -> Reason | None:
        value = value_at(row.raw, column)
        serial = text(value)
        if not serial:
            return None
        first = seen.setdefault(serial, row.number)
        if first != row.number:
            return refusal("duplicate_serial", column, value, first)
        known = inventory.get(serial)
        if known is None or {_label(text(value_at(row.raw, each))) for each in names} & set(
            map(_label, known)
        ):
            return None
        return refusal("known_serial", column, value, known[0])

    return check


def _label(name: str | None) -> str | None:
    """A host name without its domain, in lower case; nothing for nothing."""
    return name.partition(".")[0].casefold() if name else None


def _system(column: str, version: str | None) -> Check:
    def check(row: Row, _: Serials) -> Reason | None:
        value = value_at(row.raw, column)
        if value is None or value == "":
            return None
        told = text(value)
        if version and (number := text(value_at(row.raw, version))):
            told = f"{told} {number}"
        return None if is_system(told) else refusal("unknown_os", column, value)

    return check


def _misread(row: Row, _: Serials) -> Reason | None:
    return _misread_in(row.raw, "")


def _misread_in(raw: Mapping[str, Any], prefix: str) -> Reason | None:
    """The first text of a row that was read in a wrong encoding."""
    for name, value in raw.items():
        if isinstance(value, str):
            if not value.isascii() and is_misread(value):
                return refusal("wrong_encoding", prefix + name, value)
        elif isinstance(value, dict) and (found := _misread_in(value, f"{prefix}{name}.")):
            return found
    return None
