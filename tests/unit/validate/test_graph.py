"""Cycles are found whatever their length, and nothing else is."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from reseed.validate.graph import cycles


def test_a_chain_has_no_cycle() -> None:
    assert cycles([("web", "app"), ("app", "database")]) == ()


def test_no_edges_have_no_cycle() -> None:
    assert cycles([]) == ()


def test_cycles_of_different_lengths_are_found_largest_first() -> None:
    edges = [("a", "b"), ("b", "a"), ("c", "d"), ("d", "e"), ("e", "c"), ("a", "c"), ("e", "z")]
    assert cycles(edges) == (frozenset("cde"), frozenset("ab"))


def test_a_node_that_needs_itself_is_a_cycle_of_one() -> None:
    assert cycles([("a", "b"), ("b", "b")]) == (frozenset("b"),)


@given(st.sets(st.tuples(st.integers(0, 12), st.integers(0, 12)), max_size=60))
def test_members_are_exactly_the_nodes_that_reach_themselves(edges: set[tuple[int, int]]) -> None:
    reach: dict[int, set[int]] = {node: set() for edge in edges for node in edge}
    for source, target in edges:
        reach[source].add(target)
    for middle in reach:
        for source in reach:
            if middle in reach[source]:
                reach[source] |= reach[middle]
    looping = {node for node in reach if node in reach[node]}
    assert set().union(*cycles(edges)) == looping
