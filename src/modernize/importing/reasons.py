"""Why a row is refused, in words: the codes, what each says, and how an entry of `validation_errors` is written."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from reseed.records import JSON

MESSAGES: Mapping[str, str] = {
    "missing_hostname": "A server has no host name.",
    "missing_name": "The row has neither a name nor a host name.",
    "invalid_ip": "{value} is not an IPv4 address.",
    "duplicate_serial": "Serial number {value} is that of row {other} already.",
    "known_serial": "Serial number {value} is that of {other} in the inventory already.",
    "unknown_type": "{value} is none of the kinds of asset that the inventory knows.",
    "unknown_os": "{value} names no operating system and version that the catalog knows.",
    "negative_cpu": "{value} is not a positive number of CPUs.",
    "invalid_memory": "{value} is not a positive amount of memory in the column's unit.",
    "invalid_storage": "{value} is not an amount of storage in the column's unit.",
    "invalid_cost": "{value} is not an amount of money.",
    "invalid_date": "{value} is not a date in the column's format.",
    "wrong_encoding": "{value} holds UTF-8 text that was read as Latin-1.",
    "unknown_environment": "{value} is none of the environments agreed on.",
    "unknown_criticality": "{value} is none of the levels of criticality.",
}
"""Reason code -> what it says. `{value}` is the refused value, `{other}` what it repeats."""

TITLES: Mapping[str, str] = {
    "missing_hostname": "No host name",
    "missing_name": "No name",
    "invalid_ip": "Bad IP address",
    "duplicate_serial": "Serial twice in file",
    "known_serial": "Serial in inventory",
    "unknown_type": "Unknown kind",
    "unknown_os": "Unknown OS",
    "negative_cpu": "CPUs not positive",
    "invalid_memory": "Bad memory size",
    "invalid_storage": "Bad storage size",
    "invalid_cost": "Bad cost",
    "invalid_date": "Bad date",
    "wrong_encoding": "Wrong encoding",
    "unknown_environment": "Unknown environment",
    "unknown_criticality": "Unknown criticality",
}
"""Reason code -> its name in lists."""

_SHOWN = 120


def title(code: str) -> str:
    """A reason's name; a code that is not ours is told as it is."""
    return TITLES.get(code, code.replace("_", " ").capitalize())


def refusal(code: str, field: str, value: Any, other: object = "") -> dict[str, JSON]:
    """One entry of `validation_errors`: code, field, value, message.

    Args:
        field: the column as the file names it. other: the row or the asset that a duplicate repeats.
    """
    shown = value if isinstance(value, str | int | float) else json.dumps(value, ensure_ascii=False)
    text = str(shown)
    text = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
    message = MESSAGES[code].format(value=f'"{text}"', other=other)
    return {"code": code, "field": field, "value": value, "message": message}
