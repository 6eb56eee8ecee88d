"""The graph as integers: walks by distance and direction, circles, and an overview that is bounded."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID, uuid5

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from modernize.web.services.dependency_network import Direction, Network, circles, overview, reach
from reseed.validate import cycles

SPACE = UUID(int=7)


def asset(name: str) -> UUID:
    return uuid5(SPACE, name)


def network(edges: Sequence[tuple[str, str]], intended: bytes = b"") -> Network:
    return Network.of(
        b"".join(asset(source).bytes for source, _ in edges),
        b"".join(asset(target).bytes for _, target in edges),
        intended,
    )


EDGES = [("lb", "web"), ("web", "app"), ("app", "db"), ("db", "srv"), ("app", "mail"), ("mail", "app")]


@pytest.mark.parametrize(
    ("direction", "depth", "expected"),
    [
        (Direction.NEEDS, 1, {"app", "db", "mail"}),
        (Direction.NEEDS, None, {"app", "db", "mail", "srv"}),
        (Direction.NEEDED_BY, 1, {"app", "web", "mail"}),
        (Direction.NEEDED_BY, 2, {"app", "web", "mail", "lb"}),
        (Direction.BOTH, 1, {"app", "web", "db", "mail"}),
        (Direction.BOTH, None, {"lb", "web", "app", "db", "srv", "mail"}),
    ],
)
def test_a_walk_goes_as_far_and_as_it_is_told(
    direction: Direction, depth: int | None, expected: set[str]
) -> None:
    graph = network(EDGES)
    start = graph.number(asset("app"))
    assert start is not None
    found = reach(graph, start, direction, depth)
    assert {graph.uuid(number) for number in found.numbers} == {asset(name) for name in expected}
    assert graph.uuid(found.numbers[0]) == asset("app")
    assert list(found.hops) == sorted(found.hops)


def test_a_circle_is_declared_only_when_all_of_its_edges_are() -> None:
    (circle,) = circles(network(EDGES, bytes([0, 0, 0, 0, 1, 1])))
    assert set(circle.members) == {asset("app"), asset("mail")}
    assert (circle.edges, circle.intended) == (2, True)
    assert not circles(network(EDGES, bytes([0, 0, 0, 0, 1, 0])))[0].intended


def test_an_overview_is_bounded_and_goes_on_where_the_graph_falls_apart() -> None:
    edges = [(f"hub {hub}", f"leaf {hub} {number}") for hub in range(4) for number in range(5)]
    graph = network(edges)
    assert len(overview(graph, 10).numbers) == 10
    every = overview(graph, 100).numbers
    assert len(every) == len(set(every.tolist())) == len(graph) == 24


def test_an_empty_graph_has_neither_walks_nor_circles() -> None:
    graph = network([])
    assert len(graph) == 0
    assert circles(graph) == []
    assert graph.number(asset("app")) is None
    assert len(overview(graph, 10).numbers) == 0


NAMES = some.sampled_from([f"n{number}" for number in range(12)])


@settings(max_examples=80, deadline=None)
@given(some.lists(some.tuples(NAMES, NAMES).filter(lambda pair: pair[0] != pair[1]), max_size=30))
def test_circles_are_those_that_the_validation_finds(edges: list[tuple[str, str]]) -> None:
    found = {frozenset(circle.members) for circle in circles(network(edges))}
    assert found == {frozenset(asset(name) for name in cycle) for cycle in cycles(edges)}
