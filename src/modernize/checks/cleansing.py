"""Approved mappings applied to rows anew; what many rows have in common is worked out once."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from modernize.checks.imported import FieldMapping
from modernize.importing.transformation import transform
from modernize.models.enums import TransformationType
from reseed.records import JSON

REMEMBERED = 20_000
"""How many results of one transformation are remembered at most, so that memory does not grow with the rows."""

Step: TypeAlias = Callable[[Mapping[str, Any]], JSON]


class Cleansing:
    """Cleansed rows by the transformations of the importer itself, which depend on nothing but value and rule."""

    def __init__(self) -> None:
        self._steps: dict[FieldMapping, Step] = {}

    def steps(self, mappings: Sequence[FieldMapping]) -> list[tuple[str, Step]]:
        """(target, how its value follows from a row) of every approved mapping."""
        return [(each.target, self._step(each)) for each in mappings if each.approved]

    def _step(self, mapping: FieldMapping) -> Step:
        if mapping not in self._steps:
            self._steps[mapping] = _remembering(mapping)
        return self._steps[mapping]


def _remembering(mapping: FieldMapping) -> Step:
    source, kind = mapping.source, TransformationType(mapping.kind)
    rule = None if mapping.rule is None else json.loads(mapping.rule)
    value_of = _reader(source)
    known: dict[str | int, JSON] = {}

    def anew(raw: Mapping[str, Any]) -> JSON:
        return transform(raw, source, kind, rule)

    def as_it_is(raw: Mapping[str, Any]) -> JSON:
        value: JSON = value_of(raw)
        return None if value == "" else value

    def remembered(raw: Mapping[str, Any]) -> JSON:
        value = value_of(raw)
        # 1, 1.0 and true are one key of a dictionary, but not one value.
        if type(value) is not str and type(value) is not int:
            return anew(raw)
        if value not in known:
            if len(known) >= REMEMBERED:
                known.clear()
            known[value] = anew(raw)
        return known[value]

    # A concatenation looks at other fields as well.
    steps: Mapping[TransformationType, Step] = {
        TransformationType.CONCATENATION: anew,
        TransformationType.DIRECT: as_it_is,
    }
    return steps.get(kind, remembered)


def _reader(source: str) -> Callable[[Mapping[str, Any]], Any]:
    """`transformation.field` for one path, which is taken apart once."""
    names = source.split(".")
    if len(names) == 1:
        return lambda raw: raw.get(source)

    def nested(raw: Any) -> Any:
        if source in raw:
            return raw[source]
        value = raw
        for name in names:
            if type(value) is not dict:
                return None
            value = value.get(name)
        return value

    return nested
