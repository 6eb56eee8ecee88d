"""Whether the reason for refusing a row is true of the row, judged from its import and the inventory."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from ipaddress import AddressValueError, IPv4Address
from typing import Any

from modernize.checks.imported import Import, Record
from modernize.importing.transformation import field as field_of

_DATES = {"cmdb": "%d.%m.%Y", "cloud_inventory": "%Y-%m-%dT%H:%M:%SZ", "manual": "%d.%m.%Y"}


@dataclass
class Surroundings:
    """What a reason may have to do with beside its row: the import, and the systems that the inventory knows."""

    read: Import
    systems: tuple[str, ...]
    _counted: dict[str, Counter[str]] = field(default_factory=dict)

    @cached_property
    def environments(self) -> Mapping[str, Any]:
        """The names that the import's mapping of environments knows."""
        rules = (each.rule for each in self.read.mappings if each.target == "environment")
        return json.loads(next(rules, None) or "{}").get("values") or {}

    def is_repeated(self, value: Any, path: str) -> bool:
        """Whether more than one row of the import has a value at a path."""
        if path not in self._counted:
            found = (_nested(record.raw, path) for record in self.read.records)
            self._counted[path] = Counter(_text(each) for each in found if each is not None)
        return value is not None and self._counted[path][_text(value)] > 1


def is_true(record: Record, reason: Mapping[str, Any], around: Surroundings) -> bool:
    """Whether the reason's value stands in the row, and is what the reason says about it."""
    path: str = reason["field"]
    value = field_of(record.raw, path)
    judge = _JUDGES.get(reason["code"])
    return judge is not None and bool(value == reason.get("value")) and judge(value, path, around)


def _nested(raw: Mapping[str, Any], path: str) -> Any:
    value: Any = raw
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True)


def _is_no_address(value: Any, path: str, around: Surroundings) -> bool:
    try:
        IPv4Address(str(value))
    except AddressValueError:
        return True
    return False


def _is_no_date(value: Any, path: str, around: Surroundings) -> bool:
    try:
        datetime.strptime(str(value), _DATES[around.read.kind])
    except ValueError:
        return True
    return False


def _is_misread(value: Any, path: str, around: Surroundings) -> bool:
    """UTF-8 that was read as Latin-1 turns back into UTF-8 when it is written as Latin-1."""
    text = str(value)
    try:
        return text.encode("latin-1").decode("utf-8") != text
    except UnicodeError:
        return False


def _is_not_positive(value: Any, path: str, around: Surroundings) -> bool:
    return re.fullmatch(r"[1-9]\d*(\.\d+)?", str(value)) is None


_JUDGES: Mapping[str, Callable[[Any, str, Surroundings], bool]] = {
    "missing_hostname": lambda value, path, around: value in (None, ""),
    "invalid_ip": _is_no_address,
    "duplicate_serial": lambda value, path, around: around.is_repeated(value, path),
    "unknown_os": lambda value, path, around: not str(value).startswith(around.systems),
    "negative_cpu": _is_not_positive,
    "invalid_memory": _is_not_positive,
    "invalid_date": _is_no_date,
    "wrong_encoding": _is_misread,
    "unknown_environment": lambda value, path, around: value not in around.environments,
}
