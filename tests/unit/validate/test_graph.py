"""Cycles are found whatever their length, and nothing else is."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from reseed.validate.graph import circles, components, cycles


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


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=40))
def test_an_edge_lies_on_a_cycle_exactly_when_its_ends_are_of_one_component(
    edges: list[tuple[int, int]],
) -> None:
    sources = np.array([source for source, _ in edges], dtype=np.int32)
    targets = np.array([target for _, target in edges], dtype=np.int32)
    component_of = components(sources, targets, 10)
    found = [frozenset(int(node) for node in group) for group in circles(sources, targets, component_of)]
    assert set(found) == set(cycles(edges))
    on_one = [any({source, target} <= group for group in found) for source, target in edges]
    assert (component_of[sources] == component_of[targets]).tolist() == on_one
