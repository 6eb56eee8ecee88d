"""Where a dependency graph's assets stand: in columns, each once, nothing pointing back, circles in rings."""

from __future__ import annotations

import math
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as some

from modernize.web.look import network_layout
from modernize.web.look.network_layout import TALLEST, Layout
from modernize.web.services.dependency_network import in_order

SIZES = some.integers(min_value=1, max_value=40)


def lay_out(
    bands: dict[str, int], edges: list[tuple[str, str]], widths: dict[str, float] | None = None
) -> Layout:
    return network_layout.lay_out(bands, edges, in_order, widths)


def chain(*names: str) -> list[tuple[str, str]]:
    return list(pairwise(names))


def test_what_an_asset_needs_stands_to_its_right_in_the_band_of_its_kind() -> None:
    bands = {"lb": 0, "shop": 1, "billing": 1, "orders-db": 2, "srv": 3}
    layout = lay_out(bands, [*chain("lb", "shop", "billing", "orders-db", "srv"), ("shop", "srv")])
    across = [layout.places[name][0] for name in ("lb", "shop", "billing", "orders-db", "srv")]
    assert across == sorted(set(across))
    assert list(layout.bands) == [0, 1, 2, 3]


def test_members_of_a_circle_stand_on_one_ring_in_the_order_in_which_they_need_each_other() -> None:
    layout = lay_out(dict.fromkeys("abcd", 1), [("a", "c"), ("c", "b"), ("b", "a"), ("a", "d")])
    (ring,) = layout.rings
    assert ring.members == ("a", "c", "b")
    for member in ring.members:
        x, y = layout.places[member]
        assert math.isclose(math.hypot(x - ring.x, y - ring.y), ring.radius)
    assert layout.places["d"][0] > ring.x + ring.radius


def test_a_kind_that_something_needs_from_the_right_moves_to_the_right_of_it() -> None:
    """A server that calls an application: the application is then drawn behind it, not the arrow turned back."""
    layout = lay_out({"application": 1, "server": 3}, [("server", "application")])
    assert layout.places["application"][0] > layout.places["server"][0]


def test_a_long_column_goes_on_beside_itself() -> None:
    bands = {"app": 1, **{f"srv-{number}": 3 for number in range(3 * TALLEST)}}
    layout = lay_out(bands, [("app", f"srv-{number}") for number in range(3 * TALLEST)])
    assert len({round(x) for x, _ in layout.places.values()}) == 4
    assert layout.height < 30 * (TALLEST + 4)


def test_nothing_is_drawn_of_nothing() -> None:
    assert lay_out({}, []).places == {}


@some.composite
def graphs(draw: some.DrawFn) -> tuple[dict[str, int], list[tuple[str, str]], dict[str, float]]:
    names = [f"n{number}" for number in range(draw(SIZES))]
    name = some.sampled_from(names)
    return (
        {one: draw(some.integers(0, 3)) for one in names},
        draw(some.lists(some.tuples(name, name), max_size=80)),
        {one: draw(some.floats(0, 150)) for one in names},
    )


@settings(max_examples=80, deadline=None)
@given(graphs())
def test_every_node_is_placed_once_and_no_edge_points_back_except_inside_a_circle(
    graph: tuple[dict[str, int], list[tuple[str, str]], dict[str, float]],
) -> None:
    bands, edges, widths = graph
    layout = lay_out(bands, edges, widths)
    assert set(layout.places) == set(bands)
    assert len({(round(x, 3), round(y, 3)) for x, y in layout.places.values()}) == len(bands)
    assert_within(layout)
    ring_of = {member: ring for ring in layout.rings for member in ring.members}
    reachable = closure(edges)
    for source, target in edges:
        together = source == target or (source in reachable.get(target, set()))
        if together:
            assert source == target or ring_of[source] is ring_of[target]
        else:
            assert layout.places[source][0] < layout.places[target][0]


def assert_within(layout: Layout) -> None:
    for x, y in layout.places.values():
        assert 0 <= x <= layout.width
        assert 0 <= y <= layout.height


def closure(edges: list[tuple[str, str]]) -> dict[str, set[str]]:
    """Everything each node comes to, worked out the slow way."""
    found: dict[str, set[str]] = {}
    for source, target in edges:
        found.setdefault(source, set()).add(target)
    while True:
        more = {
            node: near.union(*(found.get(other, set()) for other in near)) for node, near in found.items()
        }
        if more == found:
            return found
        found = more


@settings(max_examples=60, deadline=None)
@given(graphs())
def test_no_name_is_written_over_another_thing(
    graph: tuple[dict[str, int], list[tuple[str, str]], dict[str, float]],
) -> None:
    bands, edges, widths = graph
    layout = lay_out(bands, edges, widths)
    in_rings = {member for ring in layout.rings for member in ring.members}
    alone = [(place, widths[name]) for name, place in layout.places.items() if name not in in_rings]
    for (x, y), wide in alone:
        for (other, at), _ in alone:
            assert other <= x or abs(at - y) >= network_layout.ROW - 0.001 or other >= x + wide


def test_columns_with_nothing_side_by_side_stand_close_together() -> None:
    bands = {"a": 0, "b": 1, **{f"srv-{number}": 3 for number in range(12)}}
    edges = [("a", "srv-0"), ("b", "srv-11")]
    layout = lay_out(bands, edges, dict.fromkeys(bands, 140.0))
    assert layout.places["b"][0] - layout.places["a"][0] < 140
