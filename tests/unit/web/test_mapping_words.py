"""A mapping's rule in words, and what it makes of sample values."""

from __future__ import annotations

from typing import Any

import pytest

from modernize.dataset import story
from modernize.dataset.imports import SOURCES
from modernize.models.enums import TransformationType
from modernize.web.services.mapping_words import Preview, in_words, preview, spoken_samples

T = TransformationType


@pytest.mark.parametrize(
    ("kind", "rule", "words"),
    [
        (T.DIRECT, None, "Copied as it is"),
        (T.UNIT_CONVERSION, {"from": "MB", "to": "GB", "divide_by": 1024}, "MB to GB: divided by 1,024"),
        (T.ENUM_MAPPING, {"values": {"PRD": "production"}}, "Translated: PRD → production"),
        (
            T.ENUM_MAPPING,
            {"values": {"P": "production", "T": "test"}},
            "Translated: P → production and 1 more",
        ),
        (T.SPLIT, {"pattern": "^([^.]+)", "take": 1}, "Part 1 of what matches ^([^.]+)"),
        (T.DATE_FORMAT, {"from": "%d.%m.%Y", "to": "%Y-%m-%d"}, "Date DD.MM.YYYY to YYYY-MM-DD"),
        (T.CONCATENATION, {"fields": ["Site", "Room"], "separator": ", "}, 'Site and Room, joined with ", "'),
        (T.NORMALIZATION, {"steps": ["strip", "lowercase"]}, "Outer spaces removed, in lower case"),
        (T.NORMALIZATION, {"to": "integer"}, "Read as a whole number"),
        (T.SPLIT, {"cut": "here"}, 'Split: {"cut": "here"}'),
    ],
)
def test_a_rule_is_said_in_words(kind: TransformationType, rule: dict[str, Any] | None, words: str) -> None:
    assert in_words(kind, rule) == words


def test_every_rule_of_the_demo_has_words() -> None:
    known = [mapping for source in SOURCES for mapping in story.mappings(source)]
    assert len(known) > 30
    for mapping in known:
        assert "{" not in in_words(mapping.type, mapping.rule), mapping


def _mapping(kind: TransformationType, rule: dict[str, Any] | None, *samples: object) -> dict[str, Any]:
    return {
        "source_field": "Size.GB",
        "sample_values": list(samples),
        "transformation_type": kind,
        "transformation_rule": rule,
    }


def test_the_preview_is_what_the_rule_makes_of_each_sample() -> None:
    mapping = _mapping(T.UNIT_CONVERSION, {"from": "MB", "to": "GB", "divide_by": 1024}, "2048", 512)
    assert list(preview(mapping)) == [Preview("2048", 2), Preview(512, 0.5)]


@pytest.mark.parametrize(
    ("kind", "rule"),
    [
        (T.UNIT_CONVERSION, {"divide_by": 1024}),
        (T.UNIT_CONVERSION, {"divide_by": 0}),
        (T.ENUM_MAPPING, {"values": {}}),
        (T.SPLIT, {"pattern": "^(\\d+)$", "take": 1}),
        (T.SPLIT, {"pattern": "(", "take": 1}),
        (T.SPLIT, {"pattern": "a", "take": 7}),
        (T.DATE_FORMAT, {"from": "%d.%m.%Y", "to": "%Y"}),
        (T.NORMALIZATION, {"to": "integer"}),
        (T.CONCATENATION, {"fields": ["Size.GB", "Room"], "separator": " "}),
    ],
)
def test_a_value_that_the_rule_does_not_fit_is_named_and_not_guessed(
    kind: TransformationType, rule: dict[str, Any]
) -> None:
    (made,) = preview(_mapping(kind, rule, "many"))
    assert made.result is None
    assert made.problem


def test_a_concatenation_looks_at_the_row_of_the_sample() -> None:
    mapping = _mapping(T.CONCATENATION, {"fields": ["Size.GB", "Room"], "separator": " in "}, 3)
    assert list(preview(mapping, [{"Size": {"GB": 3}, "Room": "A"}])) == [Preview(3, "3 in A")]


def test_samples_are_said_in_one_line() -> None:
    assert spoken_samples(["a", 3, None, {"b": 1}]) == 'a, 3, null, {"b": 1}'
