"""Cycles of a directed graph, as strongly connected components."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
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
    number = {node: index for index, node in enumerate(nodes)}
    sources = np.array([number[source] for source, _ in pairs], dtype=np.int32)
    targets = np.array([number[target] for _, target in pairs], dtype=np.int32)
    found = [
        frozenset(nodes[place] for place in group)
        for group in circles(sources, targets, components(sources, targets, len(nodes)))
    ]
    return tuple(sorted(found, key=lambda group: (-len(group), sorted(map(str, group)))))


def components(sources: npt.NDArray[Any], targets: npt.NDArray[Any], nodes: int) -> npt.NDArray[np.int32]:
    """For each of some nodes, numbered from 0, the number of its strongly connected component.

    An edge lies on a cycle exactly when both its ends are in one component.

    Args:
        sources, targets: numbers of the nodes that each edge leads from and to.
    """
    if not nodes:
        return np.empty(0, dtype=np.int32)
    matrix = coo_array((np.ones(len(sources), dtype=np.int8), (sources, targets)), shape=(nodes, nodes))
    _, component_of = connected_components(matrix.tocsr(), directed=True, connection="strong")
    found: npt.NDArray[np.int32] = component_of
    return found


def circles(
    sources: npt.NDArray[Any], targets: npt.NDArray[Any], component_of: npt.NDArray[np.int32]
) -> list[npt.NDArray[np.intp]]:
    """The members of each component that contains a cycle, as numbers of nodes."""
    if not len(component_of):
        return []
    lies_on_one = component_of[sources] == component_of[targets]
    circular = np.unique(component_of[sources[lies_on_one]])
    members = np.flatnonzero(np.isin(component_of, circular))
    by_component = members[np.argsort(component_of[members], kind="stable")]
    bounds = np.flatnonzero(np.diff(component_of[by_component])) + 1
    return np.split(by_component, bounds) if len(by_component) else []
