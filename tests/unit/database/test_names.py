"""Private names: readable where they fit, different where they must be cut, never longer than PostgreSQL keeps."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reseed.database import private_name

NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=80)


def test_a_short_name_stays_readable() -> None:
    assert private_name("shop", "new_20260115") == "shop__new_20260115"


@given(NAMES)
def test_it_fits(public: str) -> None:
    name = private_name(public, "new_20260115T090000")
    assert len(name.encode()) <= 63
    assert name.endswith("__new_20260115T090000")


def test_long_names_that_differ_at_the_end_stay_different() -> None:
    stem = "a" * 62
    assert private_name(stem + "x", "new") != private_name(stem + "y", "new")


def test_a_tag_without_room_for_a_name() -> None:
    with pytest.raises(ValueError, match="leaves no room"):
        private_name("shop" * 20, "t" * 60)
