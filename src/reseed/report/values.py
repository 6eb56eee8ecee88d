"""Values as JSON and as text: whatever a database held, hostile or not, every report can show it."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping
from typing import TypeAlias

from reseed.records import JSON

Difference: TypeAlias = tuple[str, str, str]

# Characters that XML cannot hold, that move a terminal's cursor, or that turn the reading direction around.
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)

SHORT = 200
LONG = 4000


def as_json(value: object) -> JSON:
    """`value` in JSON's own types; a uuid, a time, a decimal or a NaN becomes its text."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, Mapping):
        return {str(key): as_json(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [as_json(item) for item in value]
    return str(value)


def as_text(value: object, limit: int = SHORT) -> str:
    """`value` for people: text as it is, anything else as compact JSON, cut to about `limit` characters."""
    plain = as_json(value)
    text = plain if isinstance(plain, str) else json.dumps(plain, ensure_ascii=False)
    if len(text) > limit:
        text = f"{text[:limit]} … ({len(text)} characters)"
    return visible(text)


def columns(rows: Iterable[Mapping[str, object]]) -> tuple[str, ...]:
    """Every key that some row has, in the order of first appearance."""
    return tuple(dict.fromkeys(key for row in rows for key in row))


def visible(text: str) -> str:
    """`text` with control, direction and broken characters written as escapes such as `\\x1b`."""
    return _UNPRINTABLE.sub(_escape, text.replace("\r\n", "\n"))


def _escape(match: re.Match[str]) -> str:
    code = ord(match.group())
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def differences(expected: object, actual: object) -> tuple[Difference, ...]:
    """Where two mappings differ, as (key, expected, actual); nested keys are joined by a dot.

    Empty unless both are mappings: for anything else the two values say it themselves.
    """
    if not (isinstance(expected, Mapping) and isinstance(actual, Mapping)):
        return ()
    found: list[Difference] = []
    for key in [*expected, *(key for key in actual if key not in expected)]:
        wanted, got = expected.get(key, "(absent)"), actual.get(key, "(absent)")
        if wanted == got:
            continue
        inner = differences(wanted, got)
        name = as_text(key)
        found += [(f"{name}.{rest}", one, two) for rest, one, two in inner] or [
            (name, as_text(wanted), as_text(got))
        ]
    return tuple(found)
