"""How tenants are divided into partitions, and how a load is told."""

from __future__ import annotations

import pytest

from reseed.seed.advance import Advance, clock
from reseed.seed.ledger import Standing
from reseed.seed.partitions import MOST_TENANTS, ROWS, Loaded, split


@pytest.mark.parametrize(
    ("tenants", "rows", "at_once"),
    [
        (range(1, 1000), 527, 113),
        (range(7), 10**9, 1),
        (range(10_000), 1, MOST_TENANTS),
        (range(3, 4), 0, 256),
    ],
)
def test_every_tenant_is_in_one_partition_of_a_bounded_size(tenants: range, rows: int, at_once: int) -> None:
    parts = list(split(tenants, rows))
    assert [tenant for part in parts for tenant in part] == list(tenants)
    assert max(map(len, parts)) == min(at_once, len(tenants))
    assert at_once == 1 or at_once * rows <= ROWS


def test_rate_and_time_left_are_those_of_this_attempt(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    now = iter([0.0, 100.0, 110.0, 130.0])
    monkeypatch.setattr("reseed.seed.advance.time.monotonic", lambda: next(now))
    advance = Advance(told.append, _began=next(now))
    advance.begin(Standing(10, 4, {"a": 4_000}))
    advance.add(Loaded(range(1), {"a": 600, "b": 400}, 1.0))
    advance.reach(Standing(10, 8, {"a": 8_000}))
    advance.reach(Standing(10, 8, {"a": 8_000}))
    assert told == [
        "4 of 10 partitions are loaded already",
        "5 of 10 partitions, 5,000 rows, 100 rows/s, 50 s left",
        "8 of 10 partitions, 8,000 rows, 133 rows/s, 15 s left",
    ]


def test_times_are_spelled_for_people() -> None:
    assert [clock(0.4), clock(59.4), clock(59.6), clock(125)] == ["0 s", "59 s", "1 min 00 s", "2 min 05 s"]
