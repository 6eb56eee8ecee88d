"""Counter-based streams: a row's value depends on seed, table, column and row number alone."""

from __future__ import annotations

import subprocess
import sys
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reseed.seed import Stream, stable_id

STREAM = Stream(20260115, "assets", "monthly_cost")
LAST = 400
GOLDEN = ["7097bbb8fa5961dc", "4a02a5dcd181f1a2", "1bf16bba91dc4a46", "b5619006d4e4d407", "bf7218aa46378f62"]

rows = st.tuples(st.integers(0, LAST), st.integers(0, LAST)).map(lambda ends: range(min(ends), max(ends)))


@given(rows)
def test_any_slice_has_the_bytes_of_the_whole(some: range) -> None:
    whole = STREAM.words(range(LAST))
    assert STREAM.words(some).tobytes() == whole[some.start : some.stop].tobytes()


@given(st.integers(0, LAST))
def test_two_slices_in_any_order_make_the_whole(cut: int) -> None:
    second = STREAM.words(range(cut, LAST))
    first = STREAM.words(range(cut))
    assert np.concatenate((first, second)).tobytes() == STREAM.words(range(LAST)).tobytes()


@given(rows, st.integers(-(2**40), 2**40), st.integers(1, 2**32))
def test_integers_stay_within_both_ends_and_slice_like_words(some: range, low: int, span: int) -> None:
    drawn = STREAM.integers(some, low, low + span - 1)
    assert all(low <= value <= low + span - 1 for value in drawn)
    assert (
        drawn.tolist() == STREAM.integers(range(LAST), low, low + span - 1)[some.start : some.stop].tolist()
    )


@given(rows)
def test_uniform_stays_below_its_upper_end(some: range) -> None:
    drawn = STREAM.uniform(some, 0.94, 1.06)
    assert all(0.94 <= value < 1.06 for value in drawn)
    assert drawn.tolist() == STREAM.uniform(range(LAST), 0.94, 1.06)[some.start : some.stop].tolist()


def test_the_words_are_these_on_every_machine_and_with_every_numpy() -> None:
    assert [f"{word:016x}" for word in STREAM.words(range(5))] == GOLDEN
    assert [f"{word:016x}" for word in STREAM.words(range(2, 5))] == GOLDEN[2:]


@pytest.mark.parametrize(
    "other",
    [
        Stream(20260116, "assets", "monthly_cost"),
        Stream(20260115, "asset", "smonthly_cost"),
        Stream(20260115, "assets", "cloud_monthly_cost"),
    ],
)
def test_another_seed_table_or_column_is_another_stream(other: Stream) -> None:
    assert other.words(range(64)).tobytes() != STREAM.words(range(64)).tobytes()


def test_every_integer_of_a_range_comes_about_as_often_as_the_others() -> None:
    counted = np.bincount(STREAM.integers(range(60_000), 0, 5), minlength=6)
    assert counted.sum() == 60_000
    # 10,000 each are expected; five standard deviations are about 456.
    assert all(abs(int(count) - 10_000) < 456 for count in counted)


def test_a_choice_takes_options_and_nothing_else() -> None:
    assert set(STREAM.choice(range(200), ["rehost", "retire", "retain"])) == {"rehost", "retire", "retain"}


def test_weights_are_followed_and_a_weight_of_zero_is_never_taken() -> None:
    drawn = STREAM.weighted(range(40_000), ["often", "seldom", "never"], [3, 1, 0])
    assert set(drawn) == {"often", "seldom"}
    assert abs(drawn.count("often") / len(drawn) - 0.75) < 0.02


@pytest.mark.parametrize("weights", [[1], [1, -1], [0, 0]])
def test_weights_that_do_not_fit_are_refused(weights: list[int]) -> None:
    with pytest.raises(ValueError, match="weights"):
        STREAM.weighted(range(3), ["a", "b"], weights)


@pytest.mark.parametrize("some", [range(0, 10, 2), range(-1, 3)])
def test_only_row_numbers_from_0_upwards_are_read(some: range) -> None:
    with pytest.raises(ValueError, match="row numbers"):
        STREAM.words(some)


@pytest.mark.parametrize(("low", "high"), [(1, 0), (0, 2**32)])
def test_a_range_without_values_or_with_too_many_is_refused(low: int, high: int) -> None:
    with pytest.raises(ValueError, match="values to choose from"):
        STREAM.integers(range(3), low, high)


def test_a_stable_id_is_the_same_everywhere_and_keeps_its_parts_apart() -> None:
    assert stable_id("assets", "tenant", 1) == stable_id("assets", "tenant", "1")
    assert stable_id("assets", "a", "bc") != stable_id("assets", "ab", "c")
    assert stable_id("assets", "x") != stable_id("waves", "x")
    assert stable_id("assets", "x").version == 5
    script = "from reseed.seed import stable_id; print(stable_id('assets', 'x'))"
    elsewhere = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert UUID(elsewhere.stdout.strip()) == stable_id("assets", "x")
