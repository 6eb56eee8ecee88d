"""Is what is shown what is expected?"""

from __future__ import annotations

from decimal import Decimal

import pytest

from reseed.pages.compare import Shown, read_number, rows_shown, same, value_shown


def shown(*texts: str, visible: bool = True) -> list[Shown]:
    return [Shown(text, visible) for text in texts]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("60", 60),
        (" 60 \n", 60),
        ("1,234,567", 1234567),
        ("1 234", 1234),
        ("1\u00a0234", 1234),
        ("1\u202f234", 1234),
        ("1'234", 1234),
        ("1’234.5", Decimal("1234.5")),
        ("-3", -3),
        ("−3", -3),
        ("007", 7),
    ],
)
def test_a_number_may_have_thousands_separators(text: str, number: object) -> None:
    assert read_number(text) == number


@pytest.mark.parametrize(
    "text",
    ["", "60 assets", "$60", "60%", "1,23", "1,234 567", "1,2345", "~60", "60+", "1e3", "٣", "1.2.3", "–"],
)
def test_a_number_has_nothing_beside_it(text: str) -> None:
    assert read_number(text) is None


def test_a_text_is_shown_word_for_word_and_a_number_as_a_number() -> None:
    assert same("1,234", "1234")
    assert same("12.50", "12.5")
    assert same("two\n  words", "two words")
    assert not same("Two words", "two words")
    assert not same("7", "007")
    assert not same("61", "60")


def test_a_value_is_shown_by_every_visible_element_and_one_at_least() -> None:
    assert value_shown(shown("60"), "60") == (True, "60")
    assert value_shown([*shown("60"), *shown("59", visible=False)], "60") == (True, "60")
    assert value_shown(shown("60", "61"), "60") == (False, "60; 61")
    assert value_shown([], "60") == (False, "nothing: no element matches")
    assert value_shown(shown("60", visible=False), "60") == (False, "nothing visible; hidden: 60")
    assert value_shown(shown(""), "60") == (False, "(empty)")


@pytest.mark.parametrize(
    ("elements", "found"),
    [
        (shown("a", "c"), "2 of 3 rows; row 2 is c, expected b"),
        (shown("a", "b"), "2 of 3 rows; row 3, c, is missing"),
        (shown("a", "b", "c", "c"), "4 of 3 rows; row 4, c, is one too many"),
        (shown("a", "c", "b"), "3 rows; row 2 is c, expected b"),
        (
            [*shown("a"), *shown("b", visible=False), *shown("c")],
            "2 of 3 rows; row 2 is c, expected b; hidden: b",
        ),
        ([], "nothing: no element matches"),
    ],
)
def test_rows_are_the_visible_ones_in_order(elements: list[Shown], found: str) -> None:
    assert rows_shown(elements, ("a", "b", "c")) == (False, found)


def test_rows_that_are_as_they_should_be_are_summed_up() -> None:
    assert rows_shown(shown("a", "b", "c"), ("a", "b", "c")) == (True, "3 rows: a, b, c")
    assert rows_shown(shown(*"abcdefg"), tuple("abcdefg")) == (True, "7 rows: a, b, c, d, e, …")
