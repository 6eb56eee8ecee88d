"""What speaks against a plan of waves: each kind of warning, what it names, and when it is silent."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import pytest

from modernize.web.services.planning_warnings import (
    LISTED,
    NAMED,
    SOON,
    Moved,
    WaveLoad,
    circles_split,
    dependent_first,
    first_of,
    needed_retired,
    not_ready,
    over_capacity,
)

TODAY = date(2026, 1, 15)


def moved(name: str, wave: int | None) -> Moved:
    return Moved(uuid4(), name, wave)


def wave(**changes: object) -> WaveLoad:
    usual = WaveLoad(uuid4(), 2, "Portal", TODAY + timedelta(days=10), 10, 5)
    return replace(usual, **changes)  # type: ignore[arg-type]


def test_an_asset_that_moves_before_what_it_needs_is_named_with_all_of_that() -> None:
    shop = moved("Shop", 1)
    (warning,) = dependent_first(
        [(shop, moved("orders", 3)), (shop, moved("stock", 2)), (shop, moved("mail", 1))]
    )
    assert warning.message == (
        "Shop moves in wave 1, before orders (wave 3) and stock (wave 2), which it cannot work without."
    )
    assert [asset.name for asset in warning.assets] == ["Shop", "orders", "stock"]


@pytest.mark.parametrize("waves", [(2, 2), (3, 1), (None, 2), (2, None)])
def test_what_moves_together_later_or_not_at_all_is_no_matter(waves: tuple[int | None, int | None]) -> None:
    assert dependent_first([(moved("Shop", waves[0]), moved("orders", waves[1]))]) == []


def test_many_needs_are_counted_after_the_first_few() -> None:
    shop = moved("Shop", 1)
    (warning,) = dependent_first([(shop, moved(f"srv-{number}", 2)) for number in range(1000)])
    assert "and 994 more" in warning.message
    assert (len(warning.assets), warning.number) == (NAMED, 1001)


def test_a_circle_in_two_waves_or_half_in_none_is_split() -> None:
    whole = [moved("a", 2), moved("b", 2)]
    (warning,) = circles_split([whole, [moved("Billing", 3), moved("CRM", None)]])
    assert warning.message == "Billing and CRM need each other in a circle, but are in no wave and wave 3."


def test_what_is_retired_but_needed_names_who_needs_it() -> None:
    server = moved("srv", None)
    (warning,) = needed_retired([(moved("lb", 2), server), (moved("Shop", 2), server)])
    assert warning.message == "srv is to be retired, but lb and Shop cannot work without it."


def test_a_wave_is_over_capacity_from_one_asset_too_many() -> None:
    assert over_capacity([wave(assigned=10), wave(assigned=12, over=True)]) == []
    (warning,) = over_capacity([wave(assigned=11)])
    assert warning.message == "Wave 2, Portal, has 11 assets, 1 more than the 10 its team can move."


@pytest.mark.parametrize(
    ("starts", "words"),
    [
        (TODAY + SOON, "starts in 30 days"),
        (TODAY, "starts today"),
        (TODAY - timedelta(days=1), "was to start on 2026-01-14"),
    ],
)
def test_assets_that_are_not_ready_matter_when_the_wave_starts_soon(starts: date, words: str) -> None:
    soon = wave(starts=starts)
    (warning,) = not_ready([soon], {soon.id: [moved("Shop", 2)]}, {soon.id: 1}, TODAY)
    assert warning.message == f"Wave 2, Portal, {words}, and Shop is not ready."
    assert warning.wave_id == soon.id


def test_assets_of_a_wave_that_is_far_away_or_over_have_time() -> None:
    waves = [wave(starts=TODAY + SOON + timedelta(days=1)), wave(over=True)]
    assert not_ready(waves, {}, {one.id: 3 for one in waves}, TODAY) == []


def test_of_very_many_warnings_the_first_are_listed_and_the_rest_is_counted() -> None:
    need = moved("orders", 2)
    found = dependent_first([(moved(f"app-{number:03}", 1), need) for number in range(LISTED + 83)])
    listed = first_of(found)
    assert listed[:-1] == found[:LISTED]
    assert (listed[-1].message, listed[-1].number) == ("83 more of this kind are not listed.", 83)
    assert first_of(found[:LISTED]) == found[:LISTED]
