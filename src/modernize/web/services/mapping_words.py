"""A mapping's rule as people say it, and what it makes of the sample values."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from modernize.importing.transformation import field, transform
from modernize.models.enums import TransformationType
from reseed.records import JSON

Rule = Mapping[str, Any]

_NAMED = 1
"""How many pairs of a translation are named in words; the others are counted."""

_DATE_PARTS = {
    "%Y": "YYYY", "%y": "YY", "%m": "MM", "%d": "DD", "%b": "Mon", "%B": "Month",
    "%H": "hh", "%I": "hh", "%M": "mm", "%S": "ss", "%p": "am/pm",
}  # fmt: skip
_STEPS = {"strip": "outer spaces removed", "lowercase": "in lower case"}


@dataclass(frozen=True, slots=True)
class Preview:
    """What a rule makes of one sample value. `problem`: why it makes nothing of it, else empty."""

    sample: JSON
    result: JSON
    problem: str = ""


def in_words(kind: TransformationType, rule: Rule | None) -> str:
    """The transformation as one short sentence; a rule of a shape nobody knows is shown as it is stored."""
    try:
        return _WORDS[kind](rule or {})
    except (KeyError, TypeError, AttributeError):
        return f"{kind.value.replace('_', ' ').capitalize()}: {json.dumps(rule, ensure_ascii=False)}"


def spoken_samples(samples: Sequence[JSON]) -> str:
    """The sample values in one line."""
    return ", ".join(sample if isinstance(sample, str) else json.dumps(sample) for sample in samples)


def preview(mapping: Mapping[str, Any], raws: Sequence[Mapping[str, Any]] = ()) -> Iterator[Preview]:
    """The rule applied to each sample value.

    Args:
        mapping: source_field, sample_values, transformation_type, transformation_rule.
        raws: rows in which the samples stand, for a rule that looks at several fields of a row.
    """
    source = mapping["source_field"]
    for sample in mapping["sample_values"]:
        raw = next((raw for raw in raws if field(raw, source) == sample), {source: sample})
        yield _applied(raw, sample, mapping)


def _applied(raw: Mapping[str, Any], sample: JSON, mapping: Mapping[str, Any]) -> Preview:
    kind, rule = mapping["transformation_type"], mapping["transformation_rule"]
    missing = [name for name in (rule or {}).get("fields", ()) if field(raw, name) is None]
    if missing:
        return Preview(sample, None, f"No row at hand has this value and {', '.join(missing)}.")
    try:
        result = transform(raw, mapping["source_field"], kind, rule)
    except KeyError:
        return Preview(sample, None, "The rule does not know this value.")
    except (ValueError, ArithmeticError, TypeError, IndexError, re.error):
        return Preview(sample, None, "The rule cannot be applied to this value.")
    return Preview(sample, result, "" if result is not None else "The rule finds nothing in this value.")


def _direct(rule: Rule) -> str:
    return "Copied as it is"


def _unit_conversion(rule: Rule) -> str:
    steps = [
        f"{verb} {rule[name]:,}"
        for name, verb in (("multiply_by", "times"), ("divide_by", "divided by"))
        if name in rule
    ]
    return f"{rule['from']} to {rule['to']}: {' and '.join(steps)}"


def _enum_mapping(rule: Rule) -> str:
    pairs = [f"{value} → {label}" for value, label in rule["values"].items()]
    more = len(pairs) - _NAMED
    return "Translated: " + ", ".join(pairs[:_NAMED]) + (f" and {more} more" if more > 0 else "")


def _split(rule: Rule) -> str:
    return f"Part {rule['take']} of what matches {rule['pattern']}"


def _date_format(rule: Rule) -> str:
    return f"Date {_dated(rule['from'])} to {_dated(rule['to'])}"


def _dated(form: str) -> str:
    return re.sub("%[A-Za-z]", lambda found: _DATE_PARTS.get(found[0], found[0]), form)


def _concatenation(rule: Rule) -> str:
    return f'{" and ".join(rule["fields"])}, joined with "{rule["separator"]}"'


def _normalization(rule: Rule) -> str:
    steps = [_STEPS.get(step, step) for step in rule.get("steps", ())]
    if "to" in rule:
        steps.append(f"read as {'a whole number' if rule['to'] == 'integer' else rule['to']}")
    said = ", ".join(steps)
    return said[:1].upper() + said[1:]


_WORDS: Mapping[TransformationType, Callable[[Rule], str]] = {
    TransformationType.DIRECT: _direct,
    TransformationType.UNIT_CONVERSION: _unit_conversion,
    TransformationType.ENUM_MAPPING: _enum_mapping,
    TransformationType.SPLIT: _split,
    TransformationType.DATE_FORMAT: _date_format,
    TransformationType.CONCATENATION: _concatenation,
    TransformationType.NORMALIZATION: _normalization,
}
