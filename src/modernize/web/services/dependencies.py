"""What needs what: the list of dependencies, the graph around an asset, and assets that need each other in a circle."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from modernize.models import Asset, AssetDependency, MigrationWave
from modernize.models.enums import DependencyStrength, DependencyType
from modernize.web.access.caller import Caller, Work
from modernize.web.errors import NotFound
from modernize.web.services.dependency_network import (
    Circle,
    Direction,
    Network,
    circles,
    overview,
    reach,
)
from modernize.web.services.ownership import among, own, wave_of
from modernize.web.services.paging import Listed, Paging, listed

MOST_ASSETS = 300
"""Assets that a graph shows at once."""

MOST_EDGES = 1500
MOST_CIRCLES = 50
MOST_MEMBERS = 40
"""Members of one circle that are named; a larger one says how many more."""

SUGGESTED = 12


@dataclass(frozen=True, slots=True)
class DependencyFilter:
    """Which dependencies; what is None does not filter.

    Attributes:
        focus: only those among the assets that a walk from this one comes to.
        depth: hops of that walk; None for all. direction: which way it goes.
        search: is looked for in the names of both ends.
        intended: whether the dependency is declared as part of an intended circle.
    """

    focus: UUID | None = None
    depth: int | None = None
    direction: Direction = Direction.BOTH
    dependency_type: DependencyType | None = None
    strength: DependencyStrength | None = None
    intended: bool | None = None
    search: str | None = None


@dataclass(frozen=True, slots=True)
class NamedCircle:
    """A circle with names: at most `MOST_MEMBERS` members as rows, and how many there are."""

    members: list[dict[str, Any]]
    size: int
    edges: int
    intended: bool


@dataclass(frozen=True, slots=True)
class Graph:
    """A part of the dependency graph, small enough to be drawn.

    Attributes:
        focus: name of the asset it was walked from; None when none was asked for.
        assets: rows, the nearest first, with `hops` from the focus and `circle` (its place in `circles`, or None).
        dependencies: rows between these assets, with `in_circle`.
        assets_in_all, dependencies_in_all: how many the walk came to, and how many fit among what is shown.
        circles: of the whole engagement, the largest first, at most `MOST_CIRCLES`. circles_in_all: how many there are.
    """

    focus: str | None
    assets: list[dict[str, Any]]
    dependencies: list[dict[str, Any]]
    assets_in_all: int
    dependencies_in_all: int
    circles: list[NamedCircle]
    circles_in_all: int


_SOURCE, _TARGET = sa.orm.aliased(Asset, name="source"), sa.orm.aliased(Asset, name="target")

_OWN = (
    "dependency_type",
    "strength",
    "protocol",
    "port",
    "evidence",
    "confidence",
    "is_intended_cycle",
    "description",
)

_SORTABLE: dict[str, sa.ColumnElement[Any]] = {
    "source": _SOURCE.name,  # type: ignore[dict-item]
    "target": _TARGET.name,  # type: ignore[dict-item]
    **{name: AssetDependency.__table__.c[name] for name in _OWN if name != "description"},
    "confidence_percent": AssetDependency.__table__.c.confidence,
    "cycle": AssetDependency.__table__.c.is_intended_cycle,
}


def list_dependencies(caller: Caller, wanted: DependencyFilter, paging: Paging) -> Listed:
    """One page of the dependencies of the caller's engagement, each with the names of both ends and `in_circle`.

    Raises:
        NotFound: the engagement has no asset with the id `wanted.focus`.
    """
    with caller.working("dependency:read") as work:
        edge = AssetDependency
        query = (
            sa.select(
                edge.id,
                edge.source_asset_id,
                _SOURCE.name.label("source"),
                edge.target_asset_id,
                _TARGET.name.label("target"),
                *(edge.__table__.c[name] for name in _OWN),
            )
            .join(_SOURCE, _is(_SOURCE, edge.source_asset_id))
            .join(_TARGET, _is(_TARGET, edge.target_asset_id))
            .where(*_fits(work, wanted))
        )
        if wanted.search:
            query = query.where(
                _SOURCE.name.icontains(wanted.search, autoescape=True)
                | _TARGET.name.icontains(wanted.search, autoescape=True)
            )
        if wanted.focus:
            _require_asset(work, wanted.focus)
            network = _network(work, wanted)
            reached = _reached(network, wanted)
            if len(reached) < len(network):
                query = query.where(*_between(reached))
        found = listed(work.connection, query, paging, _SORTABLE, usual="source", last=edge.__table__.c.id)
        if found.rows:
            _mark(found.rows, _circle_of(circles(network_of(work))))
        return found


def count_by_type(caller: Caller) -> dict[str, int]:
    """Number of dependencies of each type, of those declared as intended circles (`"intended"`), and of all (`""`)."""
    with caller.working("dependency:read") as work:
        found = work.connection.execute(
            sa.select(
                AssetDependency.dependency_type,
                sa.func.count(),
                sa.func.count().filter(AssetDependency.is_intended_cycle),
            )
            .where(*own(AssetDependency, work))
            .group_by(AssetDependency.dependency_type)
        ).all()
    counts = {str(known): 0 for known in DependencyType}
    counts |= {str(kind): number for kind, number, _ in found}
    counts[""] = sum(number for _, number, _ in found)
    counts["intended"] = sum(intended for _, _, intended in found)
    return counts


def graph(caller: Caller, wanted: DependencyFilter) -> Graph:
    """The assets nearest to the focus with the dependencies between them, and every circle of the engagement.

    Without a focus: all assets that depend on something, where these are few enough, else those around the most
    connected ones.

    Raises:
        NotFound: the engagement has no asset with the id `wanted.focus`.
    """
    with caller.working("dependency:read") as work:
        focus = _require_asset(work, wanted.focus) if wanted.focus else None
        whole = _network(work, DependencyFilter())
        narrowed = wanted.dependency_type or wanted.strength or wanted.intended is not None
        network = _network(work, wanted) if narrowed else whole
        ids, hops, in_all = _shown(network, wanted)
        found = circles(whole)
        circle_of = _circle_of(found)
        assets = _assets(work, ids)
        for asset in assets:
            asset["hops"] = hops[asset["id"]]
            asset["circle"] = circle_of.get(asset["id"])
        edges, edges_in_all = _edges(work, wanted, ids)
        _mark(edges, circle_of)
        return Graph(
            focus=focus,
            assets=assets,
            dependencies=edges,
            assets_in_all=in_all,
            dependencies_in_all=edges_in_all,
            circles=_named(work, found[:MOST_CIRCLES]),
            circles_in_all=len(found),
        )


def suggest(caller: Caller, text: str) -> list[dict[str, Any]]:
    """Some assets whose name contains `text`, those that begin with it first: id, name and type."""
    with caller.working("dependency:read") as work:
        found = work.connection.execute(
            sa.select(Asset.id, Asset.name, Asset.asset_type)
            .where(*own(Asset, work), Asset.name.icontains(text, autoescape=True))
            .order_by(Asset.name.istartswith(text, autoescape=True).desc(), Asset.name, Asset.id)
            .limit(SUGGESTED)
        )
        return [dict(row) for row in found.mappings()]


def _circle_of(found: Sequence[Circle]) -> dict[UUID, int]:
    """Asset -> the place of its circle; an asset is in one at most."""
    return {member: place for place, circle in enumerate(found) for member in circle.members}


def _mark(edges: Sequence[dict[str, Any]], circle_of: Mapping[UUID, int]) -> None:
    """Say of each dependency whether it is part of a circle."""
    for edge in edges:
        circle = circle_of.get(edge["source_asset_id"])
        edge["in_circle"] = circle is not None and circle == circle_of.get(edge["target_asset_id"])


def network_of(work: Work) -> Network:
    """Every dependency of the engagement, for services that look for circles."""
    return _network(work, DependencyFilter())


def _network(work: Work, wanted: DependencyFilter) -> Network:
    # One row of three long values: a row for each edge would take ten times as long to read.
    edge = AssetDependency

    def packed(column: Any) -> sa.ColumnElement[bytes]:
        return sa.func.string_agg(column, sa.literal(b"", sa.LargeBinary), type_=sa.LargeBinary)

    yes, no = (sa.literal(byte, sa.LargeBinary) for byte in (b"\x01", b"\x00"))
    row = work.connection.execute(
        sa.select(
            packed(sa.func.uuid_send(edge.source_asset_id)),
            packed(sa.func.uuid_send(edge.target_asset_id)),
            packed(sa.case((edge.is_intended_cycle, yes), else_=no)),
        ).where(*_fits(work, wanted))
    ).one()
    return Network.of(*(bytes(value or b"") for value in row))


def _reached(network: Network, wanted: DependencyFilter) -> list[UUID]:
    assert wanted.focus is not None  # noqa: S101 - the callers' condition
    start = network.number(wanted.focus)
    if start is None:
        return [wanted.focus]
    return [network.uuid(number) for number in reach(network, start, wanted.direction, wanted.depth).numbers]


def _shown(network: Network, wanted: DependencyFilter) -> tuple[list[UUID], dict[UUID, int], int]:
    """Ids of the assets to draw, hops to each, and how many there would be without a limit."""
    if wanted.focus is None:
        found = overview(network, MOST_ASSETS)
        in_all = len(network)
    else:
        start = network.number(wanted.focus)
        if start is None:
            return [wanted.focus], {wanted.focus: 0}, 1
        found = reach(network, start, wanted.direction, wanted.depth)
        in_all = len(found.numbers)
    ids = [network.uuid(number) for number in found.numbers[:MOST_ASSETS]]
    return ids, dict(zip(ids, found.hops[:MOST_ASSETS].tolist(), strict=True)), in_all


def _assets(work: Work, ids: Sequence[UUID]) -> list[dict[str, Any]]:
    """Rows of some assets by name, with the numbers of what they need and what needs them."""
    edge = AssetDependency

    def number(end: Any) -> sa.ScalarSelect[int]:
        return (
            sa.select(sa.func.count()).where(*own(AssetDependency, work), end == Asset.id).scalar_subquery()
        )

    found = work.connection.execute(
        sa.select(
            Asset.id,
            Asset.name,
            Asset.asset_type,
            Asset.network_role,
            Asset.criticality,
            MigrationWave.sequence.label("wave"),
            number(edge.source_asset_id).label("needs"),
            number(edge.target_asset_id).label("needed_by"),
        )
        .outerjoin(MigrationWave, wave_of(Asset))
        .where(*own(Asset, work), among(Asset.id, ids))
        .order_by(Asset.name, Asset.id)
    )
    return [dict(row) for row in found.mappings()]


def _edges(work: Work, wanted: DependencyFilter, ids: Sequence[UUID]) -> tuple[list[dict[str, Any]], int]:
    edge = AssetDependency
    found = work.connection.execute(
        sa.select(
            edge.id,
            edge.source_asset_id,
            edge.target_asset_id,
            edge.dependency_type,
            edge.strength,
            edge.protocol,
            edge.port,
            edge.is_intended_cycle,
            sa.func.count().over().label("in_all"),
        )
        .where(*_fits(work, wanted), *_between(ids))
        .order_by(edge.is_intended_cycle.desc(), edge.strength, edge.id)
        .limit(MOST_EDGES)
    ).mappings()
    rows = [dict(row) for row in found]
    in_all = rows[0]["in_all"] if rows else 0
    for row in rows:
        del row["in_all"]
    return rows, in_all


def _named(work: Work, found: Sequence[Circle]) -> list[NamedCircle]:
    named = {member for circle in found for member in circle.members[:MOST_MEMBERS]}
    rows = {
        row["id"]: dict(row)
        for row in work.connection.execute(
            sa.select(Asset.id, Asset.name, Asset.asset_type, MigrationWave.sequence.label("wave"))
            .outerjoin(MigrationWave, wave_of(Asset))
            .where(*own(Asset, work), among(Asset.id, list(named)))
        ).mappings()
    }
    return [
        NamedCircle(
            [rows[member] for member in circle.members[:MOST_MEMBERS]],
            len(circle.members),
            circle.edges,
            circle.intended,
        )
        for circle in found
    ]


def _require_asset(work: Work, asset_id: UUID) -> str:
    name = work.connection.scalar(sa.select(Asset.name).where(*own(Asset, work), Asset.id == asset_id))
    if name is None:
        raise NotFound(f"There is no asset {asset_id} in {work.identity.engagement_name}.")
    return name


def _fits(work: Work, wanted: DependencyFilter) -> tuple[sa.ColumnElement[bool], ...]:
    """Conditions on the dependency itself; the walk and the search come on top."""
    edge = AssetDependency
    return (
        *own(AssetDependency, work),
        *([edge.dependency_type == wanted.dependency_type] if wanted.dependency_type else []),
        *([edge.strength == wanted.strength] if wanted.strength else []),
        *([edge.is_intended_cycle == wanted.intended] if wanted.intended is not None else []),
    )


def _between(ids: Sequence[UUID]) -> tuple[sa.ColumnElement[bool], ...]:
    return (among(AssetDependency.source_asset_id, ids), among(AssetDependency.target_asset_id, ids))


def _is(end: Any, column: Any) -> sa.ColumnElement[bool]:
    return sa.and_(
        end.client_account_id == AssetDependency.client_account_id,
        end.engagement_id == AssetDependency.engagement_id,
        end.id == column,
    )
