"""Where the things of a graph stand: in columns from left to right, members of a circle in a small ring.

What a thing needs stands to the right of it. Each kind has a band of columns, and inside a band the longest path
decides. Columns stand as near to each other as their labels allow: only what is at the same height needs the room.
Lengths are in pixels of the drawing's natural size.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

ROW, MARGIN = 20.0, 24.0
GAP = 26.0
"""Between a label and the dot to the right of it, for the tips of arrows."""

LEAST_STEP, LEAST_BAND = 58.0, 84.0
"""From column to column, so that arrows are seen to go to the right; and from band to band, for their headings."""

TALLEST = 38
"""Rows of a column; a longer one goes on in a column beside it."""

_LEAST_RADIUS, _ROOM_ON_RING = 24.0, 30.0
_SWEEPS = 6

Edge = tuple[str, str]
Around = Callable[[list[Edge]], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Ring:
    """A circle of assets, drawn as one."""

    x: float
    y: float
    radius: float
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """Places by node, the bands that have nodes with the x of their first column, and the size of it all."""

    places: Mapping[str, tuple[float, float]]
    rings: tuple[Ring, ...]
    bands: Mapping[int, float]
    width: float
    height: float


@dataclass(slots=True)
class _Group:
    """A node, or the members of a circle, placed as one block."""

    members: tuple[str, ...]
    band: int = 0
    step: int = 0
    before: frozenset[int] = frozenset()
    after: frozenset[int] = frozenset()
    wide: float = 0.0
    x: float = 0.0
    y: float = 0.0

    @property
    def radius(self) -> float:
        if len(self.members) == 1:
            return 0.0
        return max(_LEAST_RADIUS, len(self.members) * _ROOM_ON_RING / (2 * math.pi))

    @property
    def left(self) -> float:
        """How far it reaches to the left of its middle: labels of a circle's members stand on both sides of it."""
        return self.radius + (self.wide if len(self.members) > 2 else 0.0)

    @property
    def right(self) -> float:
        return self.radius + self.wide

    @property
    def height(self) -> float:
        return ROW + (2 * self.radius + ROW / 2 if self.radius else 0.0)


def lay_out(
    bands: Mapping[str, int],
    edges: Iterable[Edge],
    around: Around,
    widths: Mapping[str, float] | None = None,
) -> Layout:
    """Place every node once, each to the right of all that need it unless they lie on one circle.

    Args:
        bands: node -> the band it belongs to, counted from the left; the order of the nodes decides between equals.
        edges: (source, target) pairs of these nodes; the source needs the target.
        around: the order in which the members of a circle stand on its ring, by the edges inside it.
        widths: of the labels, which stand to the right of their nodes.
    """
    groups = _grouped(list(bands), [(source, target) for source, target in edges if source != target], around)
    for group in groups:
        group.wide = max((widths or {}).get(member, 0.0) for member in group.members)
    _step(groups, bands)
    columns = _columns(groups)
    _order(columns, groups)
    columns = [part for column in columns for part in _split(column, groups)]
    _settle_heights(columns, groups)
    _settle_columns(columns, groups)
    return _layout(columns, groups)


def _grouped(nodes: Sequence[str], edges: Sequence[Edge], around: Around) -> list[_Group]:
    number = {node: index for index, node in enumerate(nodes)}
    pairs = np.array([(number[source], number[target]) for source, target in edges], dtype=np.int64).reshape(
        -1, 2
    )
    matrix = csr_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(len(nodes), len(nodes)))
    labels = connected_components(matrix, directed=True, connection="strong")[1].tolist() if nodes else []
    index = {label: place for place, label in enumerate(dict.fromkeys(labels))}
    group_of = {node: index[label] for node, label in zip(nodes, labels, strict=True)}
    inside: dict[int, list[Edge]] = {}
    before: dict[int, set[int]] = {}
    after: dict[int, set[int]] = {}
    for source, target in edges:
        one, other = group_of[source], group_of[target]
        if one == other:
            inside.setdefault(one, []).append((source, target))
        else:
            before.setdefault(other, set()).add(one)
            after.setdefault(one, set()).add(other)
    members: dict[int, list[str]] = {}
    for node in nodes:
        members.setdefault(group_of[node], []).append(node)
    return [
        _Group(
            tuple(around(inside[place]) if place in inside else members[place]),
            before=frozenset(before.get(place, ())),
            after=frozenset(after.get(place, ())),
        )
        for place in range(len(index))
    ]


def _step(groups: list[_Group], bands: Mapping[str, int]) -> None:
    """Band and step of each group, after those that need it (Kahn's algorithm)."""
    waiting = {place: len(group.before) for place, group in enumerate(groups)}
    ready = [place for place, number in waiting.items() if not number]
    for place in ready:
        group = groups[place]
        earlier = [groups[other] for other in group.before]
        group.band = max([bands[member] for member in group.members] + [other.band for other in earlier])
        group.step = max((other.step + 1 for other in earlier if other.band == group.band), default=0)
        for other in sorted(group.after):
            waiting[other] -= 1
            if not waiting[other]:
                ready.append(other)


def _columns(groups: list[_Group]) -> list[list[int]]:
    columns: dict[tuple[int, int], list[int]] = {}
    for place, group in enumerate(groups):
        columns.setdefault((group.band, group.step), []).append(place)
    return [columns[key] for key in sorted(columns)]


def _order(columns: list[list[int]], groups: list[_Group]) -> None:
    """Bring neighbours to the same height, so that fewer edges cross (the barycentre heuristic of Sugiyama)."""
    height = {place: (index + 0.5) / len(column) for column in columns for index, place in enumerate(column)}
    for sweep in range(_SWEEPS):
        for column in columns if sweep % 2 == 0 else reversed(columns):
            wanted = {place: _mean(groups[place], height, height[place]) for place in column}
            column.sort(key=wanted.__getitem__)
            for index, place in enumerate(column):
                height[place] = (index + 0.5) / len(column)


def _mean(group: _Group, height: Mapping[int, float], alone: float) -> float:
    """The mean height of a group's neighbours; `alone` for one without."""
    around = [height[other] for other in group.before | group.after]
    return sum(around) / len(around) if around else alone


def _split(column: list[int], groups: list[_Group]) -> list[list[int]]:
    parts: list[list[int]] = [[]]
    used = 0.0
    for place in column:
        if parts[-1] and used + groups[place].height > TALLEST * ROW:
            parts.append([])
            used = 0.0
        parts[-1].append(place)
        used += groups[place].height
    return parts


def _settle_heights(columns: list[list[int]], groups: list[_Group]) -> None:
    tall = max((sum(groups[place].height for place in column) for column in columns), default=0.0)
    for column in columns:
        room = (tall - sum(groups[place].height for place in column)) / len(column)
        y = 0.0
        for place in column:
            group = groups[place]
            group.y = y + (room + group.height) / 2
            y += room + group.height
    for sweep in range(_SWEEPS):
        for column in columns if sweep % 2 == 0 else reversed(columns):
            _settle([groups[place] for place in column], groups, tall)


def _settle_columns(columns: list[list[int]], groups: list[_Group]) -> None:
    """Each column as far to the left as what stands beside its nodes lets it be; all of one column at one place."""
    placed: list[_Group] = []
    before, reached = -1, 0.0
    for column in columns:
        here = [groups[place] for place in column]
        left, band = max(group.left for group in here), here[0].band
        step = LEAST_BAND if band != before else LEAST_STEP
        x = MARGIN + left if not placed else reached + step + left
        for group in here:
            for other in placed:
                if abs(group.y - other.y) < (group.height + other.height) / 2:
                    x = max(x, other.x + other.right + GAP + group.left)
        for group in here:
            group.x = x
        placed += here
        before, reached = band, x + max(group.radius for group in here)


def _settle(column: list[_Group], groups: list[_Group], tall: float) -> None:
    """Each group as near to the height of its neighbours as the order of its column lets it be."""
    heights = dict(enumerate(group.y for group in groups))
    for group in column:
        group.y = _mean(group, heights, group.y)
    column[0].y = max(column[0].y, column[0].height / 2)
    for above, group in pairwise(column):
        group.y = max(group.y, above.y + (above.height + group.height) / 2)
    column[-1].y = min(column[-1].y, tall - column[-1].height / 2)
    for below, group in pairwise(reversed(column)):
        group.y = min(group.y, below.y - (below.height + group.height) / 2)


def _layout(columns: list[list[int]], groups: list[_Group]) -> Layout:
    places: dict[str, tuple[float, float]] = {}
    rings: list[Ring] = []
    for group in groups:
        y = group.y + MARGIN
        if not group.radius:
            places[group.members[0]] = (group.x, y)
            continue
        rings.append(Ring(group.x, y, group.radius, group.members))
        for index, member in enumerate(group.members):
            angle = 2 * math.pi * index / len(group.members) - math.pi / 2
            places[member] = (group.x + group.radius * math.cos(angle), y + group.radius * math.sin(angle))
    found: dict[int, float] = {}
    for column in columns:
        first = groups[column[0]]
        found.setdefault(first.band, first.x - max(groups[place].left for place in column))
    right = max((group.x + group.radius + group.wide for group in groups), default=0.0)
    bottom = max((group.y + group.height / 2 for group in groups), default=0.0)
    return Layout(places, tuple(rings), found, right + MARGIN, bottom + 2 * MARGIN)
