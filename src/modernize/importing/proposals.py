"""Mappings proposed for a file's columns: target, transformation and how sure, for a person to approve."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from modernize.importing.fields import UNITS, Column, catalogue
from modernize.importing.inspection import Inspection, Profile
from modernize.importing.values import CLOSED, date_form
from modernize.models.enums import TransformationType

PROPOSED_BY = "Header and sample comparison"
# No proposal is sure enough to need no look, and none is made that is hardly more than a guess.
MOST, LEAST = 0.95, 0.70
_GIB = 1024**3


@dataclass(frozen=True, slots=True)
class Proposal:
    """One column filling one field of an asset.

    Attributes:
        kind: by which its values are judged. rule: as stored with the mapping; None for `direct`.
        certainty: by the header alone. why: for the person who decides.
    """

    source: str
    target: str
    kind: str
    type: TransformationType
    rule: Mapping[str, Any] | None
    certainty: float
    why: str

    def confidence(self, accepted: float) -> float:
        """How sure, with the share of the column's values that are right for the field."""
        return round(max(LEAST, min(MOST, self.certainty - 0.25 * (1 - accepted))), 2)


def propose(inspection: Inspection) -> tuple[Proposal, ...]:
    """One for each column that was recognised and holds anything; two where a column tells two things."""
    filled = {
        name: column
        for name, column in inspection.recognised.known.items()
        if column.field.asset and inspection.profiles[column.source].filled
    }
    found = [each for column in filled.values() for each in _of(column, inspection, filled)]
    if "name" not in filled and "hostname" in filled:
        source = filled["hostname"].source
        found.append(
            _direct(
                filled["hostname"],
                "name",
                f'There is no column of names; the host name in "{source}" is one.',
            )
        )
    order = list(catalogue())
    return tuple(sorted(found, key=lambda each: order.index(each.target)))


def _of(column: Column, inspection: Inspection, filled: Mapping[str, Column]) -> Iterator[Proposal]:
    profile = inspection.profiles[column.source]
    match column.field.kind:
        case "hostname":
            yield _hostname(column, profile)
        case "os":
            yield from _system(column, profile, alone="os_version" not in filled)
        case "cpu":
            yield _count(column, profile)
        case "memory" | "storage":
            yield _size(column, profile)
        case "cost":
            yield _amount(column, profile)
        case "date":
            form = date_form(profile.distinct)
            yield replace(
                _direct(column, column.field.name, f"Most values read as dates of the form {form}."),
                type=TransformationType.DATE_FORMAT,
                rule={"from": form, "to": "%Y-%m-%d"},
            )
        case "type" | "environment" | "criticality" as kind:
            yield _closed(column, kind, profile)
        case _:
            yield _direct(column, column.field.name, f'The header "{column.source}" names the field.')


def _direct(column: Column, target: str, why: str) -> Proposal:
    return Proposal(
        column.source, target, column.field.kind, TransformationType.DIRECT, None, column.certainty, why
    )


def _hostname(column: Column, profile: Profile) -> Proposal:
    each = _direct(column, "hostname", "The label before the first dot is the host name.")
    if any("." in str(value) for value in profile.distinct):
        return replace(each, type=TransformationType.SPLIT, rule={"pattern": r"^([^.]+)", "take": 1})
    return replace(
        each,
        type=TransformationType.NORMALIZATION,
        rule={"steps": ["strip", "lowercase"]},
        why="Host names, brought to lower case.",
    )


def _system(column: Column, profile: Profile, *, alone: bool) -> Iterator[Proposal]:
    each = _direct(column, "os_name", "Names of operating systems.")
    if not alone:
        yield each
        return
    remark = any("(" in str(value) for value in profile.distinct)
    yield replace(
        each,
        type=TransformationType.SPLIT,
        rule={"pattern": r"^(.+?) v?\d", "take": 1},
        why="Product name before the version number.",
    )
    version = r"^.+? v?(\d[^(]*?)(?: ?\(.*\))?$" if remark else r"^.+? v?(\d.*)$"
    yield replace(
        each,
        target="os_version",
        type=TransformationType.SPLIT,
        rule={"pattern": version, "take": 1},
        certainty=each.certainty - 0.02,
        why="Everything from the first number on.",
    )


def _count(column: Column, profile: Profile) -> Proposal:
    each = _direct(column, column.field.name, "Whole numbers.")
    if any(isinstance(value, str) for value in profile.distinct):
        return replace(
            each,
            type=TransformationType.NORMALIZATION,
            rule={"to": "integer"},
            why="Whole numbers written as text.",
        )
    return each


def _size(column: Column, profile: Profile) -> Proposal:
    each = _direct(column, column.field.name, "")
    unit = column.unit or "gb"
    label = {"b": "B", "byte": "B", "bytes": "B"}.get(unit, unit.upper())
    factor = UNITS[unit] / _GIB
    amounts: dict[str, float] = (
        {"multiply_by": int(factor)} if factor >= 1 else {"divide_by": int(1 / factor)}
    )
    said = f"The header says {label}." if column.unit else "The header names no unit; taken as GB."
    certainty = each.certainty if column.unit else each.certainty - 0.12
    if factor == 1 and not any(isinstance(value, str) for value in profile.distinct):
        return replace(each, why=said, certainty=certainty)
    return replace(
        each,
        type=TransformationType.UNIT_CONVERSION,
        rule={"from": label, "to": "GB", **amounts},
        certainty=certainty,
        why=said,
    )


def _amount(column: Column, profile: Profile) -> Proposal:
    each = _direct(column, column.field.name, "Amounts of money, taken as US dollars.")
    if any(isinstance(value, str) for value in profile.distinct):
        rule = {"from": "USD", "to": "USD", "multiply_by": 1}
        return replace(each, type=TransformationType.UNIT_CONVERSION, rule=rule)
    return each


def _closed(column: Column, kind: str, profile: Profile) -> Proposal:
    meant = {str(value): CLOSED[kind](str(value)) for value in profile.distinct}
    known = {value: member for value, member in meant.items() if member}
    return replace(
        _direct(column, column.field.name, f"{len(known)} different values are understood."),
        type=TransformationType.ENUM_MAPPING,
        rule={"values": known},
    )
