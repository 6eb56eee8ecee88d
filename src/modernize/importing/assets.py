"""Accepted rows -> assets: approved mappings fill their fields; what else an asset needs is told or concluded."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from ipaddress import ip_address
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import INET

from modernize.importing.transformation import transform
from modernize.models import Asset
from modernize.models.enums import (
    AssetType,
    Criticality,
    DatabaseEngine,
    Environment,
    NetworkRole,
    OsFamily,
    TransformationType,
)
from reseed.records import JSON

LEFT_OUT: Mapping[str, str] = {
    "no_name": "no name",
    "unfit": "a value does not fit its field",
    "no_engine": "a database of an unknown engine",
    "no_role": "a network device of an unknown kind",
    "known": "in the inventory already",
}
"""Why an accepted row becomes no asset: code -> words."""

# What a person decides later, and what says where the row came from, no file can fill.
_NOT_FILLED = frozenset(
    (
        *("id", "client_account_id", "engagement_id", "created_at", "updated_at", "status", "attributes"),
        *("six_r_strategy", "migration_wave_id", "readiness_score", "readiness_status", "blockers"),
        *("discovery_flow_id", "raw_import_record_id", "discovered_at", "last_seen_at"),
    )
)
_COLUMNS: Mapping[str, Any] = {
    column.name: column for column in Asset.__table__.c if column.name not in _NOT_FILLED
}

_INTEGERS_END = 2**31

_ENGINES = (
    (DatabaseEngine.SQL_SERVER, re.compile(r"sql ?server|mssql")),
    (DatabaseEngine.POSTGRESQL, re.compile(r"postgres|pgsql")),
    (DatabaseEngine.MYSQL, re.compile(r"mysql|mariadb")),
    (DatabaseEngine.ORACLE, re.compile(r"oracle|\bora")),
    (DatabaseEngine.DB2, re.compile(r"\bdb2")),
)
_ROLES = (
    (NetworkRole.LOAD_BALANCER, re.compile(r"balancer|(?:^|[^a-z])lb(?:[^a-z]|$)|big-ip")),
    (NetworkRole.FIREWALL, re.compile(r"firewall|fortigate|fortios|pan-os|(?:^|[^a-z])fw(?:[^a-z]|$)")),
    (NetworkRole.ROUTER, re.compile(r"router|(?:^|[^a-z])rt(?:[^a-z]|$)|ios xr")),
    (NetworkRole.SWITCH, re.compile(r"switch|(?:^|[^a-z])sw(?:[^a-z]|$)|nx-os|netgear")),
)
_FAMILIES = (
    (OsFamily.WINDOWS, re.compile(r"windows")),
    (OsFamily.UNIX, re.compile(r"aix|hp-ux|solaris|freebsd|macos")),
    (OsFamily.APPLIANCE, re.compile(r"esx|big-ip|fortios|pan-os|junos|cisco|nx-os|arubaos|arista")),
    (OsFamily.LINUX, re.compile(r"linux|rhel|centos|ubuntu|debian|suse|sles|fedora|rocky|alma")),
)


@dataclass(frozen=True, slots=True)
class Approved:
    """An approved mapping: which column of the file fills which column of assets, and how."""

    source: str
    target: str
    type: TransformationType
    rule: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Otherwise:
    """What a person says of rows whose file does not: their kind, and the environment they run in."""

    asset_type: AssetType = AssetType.SERVER
    environment: Environment = Environment.PRODUCTION


@dataclass(frozen=True, slots=True)
class Candidate:
    """A row and what it becomes.

    Attributes:
        record: id of the raw record. cleansed: its values by the approved mappings.
        asset: columns of the asset; None where it becomes none. left_out: then why, a code of `LEFT_OUT`.
    """

    record: UUID
    cleansed: dict[str, JSON]
    asset: dict[str, Any] | None
    left_out: str = ""


class _Unfit(Exception):
    """A value that its field cannot take."""


def candidates(
    rows: Sequence[tuple[UUID, Mapping[str, Any]]], mappings: Sequence[Approved], otherwise: Otherwise
) -> Iterator[Candidate]:
    """What accepted rows become, in their order.

    Args:
        rows: id and raw data of each. mappings: the approved ones of their import.
    """
    for record, raw in rows:
        cleansed: dict[str, JSON] = {}
        try:
            for each in mappings:
                cleansed[each.target] = _transformed(raw, each)
            asset = _filled(cleansed)
        except _Unfit:
            yield Candidate(record, {**{each.target: None for each in mappings}, **cleansed}, None, "unfit")
            continue
        asset["name"] = asset.get("name") or asset.get("hostname")
        asset["asset_type"] = asset.get("asset_type") or otherwise.asset_type
        asset["environment"] = asset.get("environment") or otherwise.environment
        asset.setdefault("criticality", Criticality.MEDIUM)
        reason = _concluded(asset, raw)
        yield Candidate(record, cleansed, None if reason else asset, reason)


def _transformed(raw: Mapping[str, Any], mapping: Approved) -> JSON:
    try:
        return transform(raw, mapping.source, mapping.type, mapping.rule)
    except (ValueError, KeyError, TypeError, IndexError, ArithmeticError, re.error) as error:
        raise _Unfit(mapping.target) from error


def _filled(cleansed: Mapping[str, JSON]) -> dict[str, Any]:
    """The values as the columns of assets take them; fields that no file can fill are passed over."""
    return {
        target: _as(_COLUMNS[target], value)
        for target, value in cleansed.items()
        if target in _COLUMNS and value is not None and value != ""
    }


def _as(column: Any, value: Any) -> Any:
    try:
        return _taken(column.type, value)
    except (ValueError, TypeError, InvalidOperation) as error:
        raise _Unfit(column.name) from error


def _taken(kind: sa.types.TypeEngine[Any], value: Any) -> Any:
    if isinstance(kind, sa.Enum):
        return kind.enum_class(value) if kind.enum_class else value
    if isinstance(kind, sa.Integer):
        number = Decimal(str(value))
        if number != int(number) or not 0 < number < _INTEGERS_END:
            raise ValueError(value)
        return int(number)
    if isinstance(kind, sa.Numeric):
        number = round(Decimal(str(value)), kind.scale or 0)
        if not 0 <= number < 10 ** ((kind.precision or 0) - (kind.scale or 0)):
            raise ValueError(value)
        return number
    if isinstance(kind, sa.Date):
        return date.fromisoformat(str(value))
    if isinstance(kind, INET):
        return str(ip_address(str(value)))
    return str(value)


def _concluded(asset: dict[str, Any], raw: Mapping[str, Any]) -> str:
    """Fill in what the other values tell; why it cannot be an asset where one is missing, else empty."""
    if not asset["name"]:
        return "no_name"
    if asset.get("memory_gb") == 0:
        return "unfit"
    if asset.get("os_name") and "os_family" not in asset:
        asset["os_family"] = _first(_FAMILIES, str(asset["os_name"]).lower())
    kind, said = asset["asset_type"], _all_said(raw)
    role, engine = asset.pop("network_role", None), asset.pop("database_engine", None)
    if kind is AssetType.NETWORK_DEVICE:
        asset["network_role"] = role or _first(_ROLES, said)
        return "" if asset["network_role"] else "no_role"
    if kind is AssetType.DATABASE:
        asset["database_engine"] = engine or _first(_ENGINES, said)
        return "" if asset["database_engine"] else "no_engine"
    return ""


def _all_said(raw: Any) -> str:
    """Every text of a row, lower case."""
    if isinstance(raw, Mapping):
        return " ".join(map(_all_said, raw.values()))
    if isinstance(raw, list):
        return " ".join(map(_all_said, raw))
    return raw.lower() if isinstance(raw, str) else ""


def _first(known: Sequence[tuple[Any, re.Pattern[str]]], text: str) -> Any:
    return next((member for member, pattern in known if pattern.search(text)), None)
