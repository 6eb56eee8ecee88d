"""Cycles of a directed graph, as strongly connected components."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import TypeVar

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

Node = TypeVar("Node", bound=Hashable)


def cycles(edges: Iterable[tuple[Node, Node]]) -> tuple[frozenset[Node], ...]:
    """Every strongly connected component that contains a cycle, largest first.

    Args:
        edges: (from, to) pairs; an edge from a node to itself is a cycle of one.

    Returns:
        The members of each component. Two cycles that share a node are one component.
    """
    pairs = list(edges)
    nodes = list(dict.fromkeys(node for pair in pairs for node in pair))
    if not nodes:
        return ()
    number = {node: index for index, node in enumerate(nodes)}
    sources = np.array([number[source] for source, _ in pairs])
    targets = np.array([number[target] for _, target in pairs])
    matrix = coo_array(
        (np.ones(len(pairs), dtype=np.int8), (sources, targets)), shape=(len(nodes), len(nodes))
    )
    count, component_of = connected_components(matrix.tocsr(), directed=True, connection="strong")
    members: list[set[Node]] = [set() for _ in range(count)]
    for node, component in zip(nodes, component_of, strict=True):
        members[component].add(node)
    loops = {source for source, target in pairs if source == target}
    found = [frozenset(group) for group in members if len(group) > 1 or group & loops]
    return tuple(sorted(found, key=lambda group: (-len(group), sorted(map(str, group)))))
