"""A part of the dependency graph as a drawing: places from the layout, paths of the arrows, words for each."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from modernize.models.enums import AssetType, DependencyType
from modernize.web.look import parts
from modernize.web.look.network import Dot, Halo, Heading, Line, NetworkDrawing
from modernize.web.look.network_layout import Layout, Ring, lay_out
from modernize.web.services.dependencies import Graph
from modernize.web.services.dependency_network import in_order

#: Bands of the drawing, from what others reach first to what carries everything, each with its heading.
BANDS = {
    AssetType.NETWORK_DEVICE: "Network",
    AssetType.APPLICATION: "Applications",
    AssetType.DATABASE: "Databases",
    AssetType.SERVER: "Servers",
}

_GAP, _TIP = 9.0, 11.0
_BEND = 0.28
_LETTER, _LONGEST = 6.3, 20

Point = tuple[float, float]


def draw(drawing: NetworkDrawing, graph: Graph, focus: UUID | None) -> None:
    """Show a graph in the drawing."""
    widths = {str(asset["id"]): _label(asset["name"]) for asset in graph.assets}
    bands = list(BANDS)
    layout = lay_out(
        {str(asset["id"]): bands.index(asset["asset_type"]) for asset in graph.assets},
        [(str(edge["source_asset_id"]), str(edge["target_asset_id"])) for edge in graph.dependencies],
        in_order,
        widths,
    )
    names = {str(asset["id"]): asset["name"] for asset in graph.assets}
    ring_of = {member: ring for ring in layout.rings for member in ring.members}
    drawing.show(
        (layout.width, layout.height),
        [_dot(asset, layout, ring_of, focus) for asset in graph.assets],
        [_line(edge, layout, ring_of, names) for edge in graph.dependencies],
        [Heading(x - 8, BANDS[bands[band]]) for band, x in layout.bands.items()],
        [Halo(ring.x, ring.y, ring.radius, f"cycle of {len(ring.members)}") for ring in layout.rings],
    )


def _dot(asset: Mapping[str, Any], layout: Layout, ring_of: Mapping[str, Ring], focus: UUID | None) -> Dot:
    key = str(asset["id"])
    x, y = layout.places[key]
    ring = ring_of.get(key)
    kind = parts.words(asset["network_role"] or asset["asset_type"]).lower()
    wave = f", wave {asset['wave']}" if asset["wave"] else ""
    circle = ", in a cycle" if asset["circle"] is not None else ""
    return Dot(
        id=key,
        x=x,
        y=y,
        name=asset["name"],
        kind=str(asset["asset_type"]),
        said=f"{asset['name']}, {kind}{wave}: needs {asset['needs']}, needed by {asset['needed_by']}{circle}",
        left=ring is not None and x < ring.x - 1,
        focus=asset["id"] == focus,
        circle=asset["circle"] is not None,
    )


def _line(
    edge: Mapping[str, Any], layout: Layout, ring_of: Mapping[str, Ring], names: Mapping[str, str]
) -> Line:
    source, target = str(edge["source_asset_id"]), str(edge["target_asset_id"])
    start, end = layout.places[source], layout.places[target]
    inside = source in ring_of and ring_of[source] is ring_of.get(target)
    port = f" on {edge['protocol']} {edge['port'] or ''}".rstrip() if edge["protocol"] else ""
    words = parts.words(edge["dependency_type"]).lower()
    known = " (known)" if edge["is_intended_cycle"] else ""
    circle = f", part of a cycle{known}" if edge["in_circle"] else ""
    return Line(
        source=source,
        target=target,
        path=_bow(start, end) if inside else _curve(start, end),
        kind=str(edge["dependency_type"]),
        said=f"{names[source]} {words} {names[target]}{port}, {edge['strength']}{circle}",
        soft=edge["strength"] == "soft",
        circle=edge["in_circle"],
    )


def _label(name: str) -> float:
    """How wide a name is drawn, with the space before it."""
    return 15.0 + _LETTER * min(_LONGEST, len(name))


def _curve(start: Point, end: Point) -> str:
    """From the right of one dot, behind its name, to the left of a dot further to the right."""
    (x1, y1), (x2, y2) = (start[0] + _GAP, start[1]), (end[0] - _TIP, end[1])
    reach = max(30.0, (x2 - x1) / 2)
    return f"M{x1:.1f} {y1:.1f} C{x1 + reach:.1f} {y1:.1f} {x2 - reach:.1f} {y2:.1f} {x2:.1f} {y2:.1f}"


def _bow(start: Point, end: Point) -> str:
    """Between two dots of one ring, bent to the side, so that an arrow and its opposite lie apart."""
    (x1, y1), (x2, y2) = start, end
    length = math.hypot(x2 - x1, y2 - y1) or 1.0
    across = ((y2 - y1) / length, (x1 - x2) / length)
    middle = ((x1 + x2) / 2 + across[0] * length * _BEND, (y1 + y2) / 2 + across[1] * length * _BEND)
    one, other = _towards(start, middle, _GAP), _towards(end, middle, _GAP)
    return f"M{one[0]:.1f} {one[1]:.1f} Q{middle[0]:.1f} {middle[1]:.1f} {other[0]:.1f} {other[1]:.1f}"


def _towards(start: Point, end: Point, far: float) -> Point:
    length = math.hypot(end[0] - start[0], end[1] - start[1]) or 1.0
    return (start[0] + (end[0] - start[0]) * far / length, start[1] + (end[1] - start[1]) * far / length)


_SHAPES = {
    AssetType.NETWORK_DEVICE: '<path d="M0 -8 L8 0 L0 8 L-8 0 z"/>',
    AssetType.APPLICATION: '<circle r="7"/>',
    AssetType.DATABASE: '<path d="M-6 -5 C-6 -8 6 -8 6 -5 V5 C6 8 -6 8 -6 5 z M-6 -5 C-6 -2 6 -2 6 -5"/>',
    AssetType.SERVER: '<rect x="-6.5" y="-6.5" width="13" height="13" rx="2"/>',
}


def legend() -> str:
    """HTML of the legend: shapes of assets, strokes of dependencies, and what is red."""
    shapes = "".join(
        f'<span><svg width="18" height="18" viewBox="-9 -9 18 18" aria-hidden="true">'
        f'<g class="net-dot {kind}">{shape}</g></svg>{parts.words(kind)}</span>'
        for kind, shape in _SHAPES.items()
    )
    strokes = "".join(_stroke(str(kind), parts.words(kind)) for kind in DependencyType)
    more = _stroke("calls soft", "Soft: works without for a while") + _stroke(
        "circle", "Red: part of a cycle"
    )
    return f'<div class="net-legend">{shapes}</div><div class="net-legend">{strokes}{more}</div>'


def _stroke(classes: str, words: str) -> str:
    return (
        '<span><svg width="30" height="8" viewBox="0 0 30 8" aria-hidden="true">'
        f'<g class="net-line {classes}"><path class="stroke" d="M0 4 H30"/></g></svg>{words}</span>'
    )
