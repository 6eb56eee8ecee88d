"""A row's fields, and a mapping's transformation rule applied to one of them: what the cleansing phase does."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from modernize.models.enums import TransformationType
from reseed.records import JSON

Rule = Mapping[str, Any]


def transform(raw: Mapping[str, Any], source: str, kind: TransformationType, rule: Rule | None) -> JSON:
    """The target value for one row.

    Args:
        raw: the row. source: its field; a dot leads into a nested object: `guest.hostName`.
        rule: as stored with the mapping; None for `direct`.

    Returns:
        None where the source is empty or missing.
    """
    value = field(raw, source)
    if value is None or value == "":
        return None
    # A concatenation looks at several fields, all others at one.
    return _RULES[kind](raw if kind is TransformationType.CONCATENATION else value, rule or {})


def field(raw: Mapping[str, Any], path: str) -> Any:
    """The value at a dotted path; a column whose own name has a dot is found as well."""
    if path in raw:
        return raw[path]
    value: Any = raw
    for name in path.split("."):
        if not isinstance(value, Mapping):
            return None
        value = value.get(name)
    return value


def columns(raw: Mapping[str, Any], prefix: str = "") -> Iterator[str]:
    """Names of a row's fields in its order, nested ones dotted."""
    for name, value in raw.items():
        if isinstance(value, dict):
            yield from columns(value, f"{prefix}{name}.")
        else:
            yield prefix + name


def _direct(value: JSON, rule: Rule) -> JSON:
    return value


def _unit_conversion(value: Any, rule: Rule) -> JSON:
    number = float(value) * rule.get("multiply_by", 1) / rule.get("divide_by", 1)
    return int(number) if number.is_integer() else round(number, 2)


def _enum_mapping(value: Any, rule: Rule) -> JSON:
    label: str = rule["values"][value]
    return label


def _split(value: Any, rule: Rule) -> JSON:
    found = re.search(rule["pattern"], str(value))
    return found.group(rule["take"]) if found else None


def _date_format(value: Any, rule: Rule) -> JSON:
    return datetime.strptime(value, rule["from"]).strftime(rule["to"])


def _concatenation(raw: Any, rule: Rule) -> JSON:
    separator: str = rule["separator"]
    return separator.join(str(field(raw, name)) for name in rule["fields"])


def _normalization(value: Any, rule: Rule) -> JSON:
    text = str(value)
    for step in rule.get("steps", ()):
        text = text.strip() if step == "strip" else text.lower()
    return int(Decimal(text)) if rule.get("to") == "integer" else text


_RULES: Mapping[TransformationType, Callable[[Any, Rule], JSON]] = {
    TransformationType.DIRECT: _direct,
    TransformationType.UNIT_CONVERSION: _unit_conversion,
    TransformationType.ENUM_MAPPING: _enum_mapping,
    TransformationType.SPLIT: _split,
    TransformationType.DATE_FORMAT: _date_format,
    TransformationType.CONCATENATION: _concatenation,
    TransformationType.NORMALIZATION: _normalization,
}
