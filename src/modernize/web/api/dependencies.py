"""/api/dependencies: the list page by page, the graph around an asset, and names to choose one by."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, computed_field

from modernize.models.enums import AssetType, DependencyEvidence, DependencyStrength, DependencyType
from modernize.web.access.caller import Caller
from modernize.web.access.dependency import needs
from modernize.web.api.shapes import Paged, Sent, Slice, Text, sliced
from modernize.web.services import dependencies
from modernize.web.services.dependency_network import Direction

router = APIRouter(prefix="/dependencies", tags=["dependencies"])

Reader = Annotated[Caller, needs("dependency:read")]


class Filter(Sent):
    """Which dependencies; what is not given does not filter. Depth and direction belong to a focus."""

    focus: UUID | None = None
    depth: Literal["1", "2", "3", "4", "all"] = "2"
    direction: Direction = Direction.BOTH
    dependency_type: DependencyType | None = None
    strength: DependencyStrength | None = None
    intended: bool | None = None
    search: Text | None = None

    def wanted(self) -> dependencies.DependencyFilter:
        return dependencies.DependencyFilter(
            focus=self.focus,
            depth=None if self.depth == "all" else int(self.depth),
            direction=self.direction,
            dependency_type=self.dependency_type,
            strength=self.strength,
            intended=self.intended,
            search=self.search,
        )


class PagedFilter(Filter, Paged):
    sort: Text = "source"


class DependencyRow(BaseModel):
    """A dependency as lists show it: the source needs the target."""

    id: UUID
    source_asset_id: UUID
    source: str
    target_asset_id: UUID
    target: str
    dependency_type: DependencyType
    strength: DependencyStrength
    protocol: str | None
    port: int | None
    evidence: DependencyEvidence
    confidence: float
    is_intended_cycle: bool
    in_circle: bool
    description: str | None

    @computed_field  # type: ignore[prop-decorator]
    @property
    def source_href(self) -> str:
        """Where the console shows the source in the graph."""
        return f"/dependencies?focus={self.source_asset_id}"

    @computed_field  # type: ignore[prop-decorator]
    @property
    def target_href(self) -> str:
        """Where the console shows the target in the graph."""
        return f"/dependencies?focus={self.target_asset_id}"

    @computed_field  # type: ignore[prop-decorator]
    @property
    def confidence_percent(self) -> int:
        """How sure it is, 0 to 100."""
        return round(self.confidence * 100)

    @computed_field  # type: ignore[prop-decorator]
    @property
    def cycle(self) -> str | None:
        """The words "known cycle" for a dependency of an intended circle, "cycle" for one of another."""
        return "known cycle" if self.is_intended_cycle else "cycle" if self.in_circle else None


class GraphAsset(BaseModel):
    """An asset of the graph, how far from the focus, and the place of its circle in `circles`."""

    id: UUID
    name: str
    asset_type: AssetType
    network_role: str | None
    criticality: str
    wave: int | None
    needs: int
    needed_by: int
    hops: int
    circle: int | None


class GraphDependency(BaseModel):
    """A dependency between two assets of the graph."""

    id: UUID
    source_asset_id: UUID
    target_asset_id: UUID
    dependency_type: DependencyType
    strength: DependencyStrength
    protocol: str | None
    port: int | None
    is_intended_cycle: bool
    in_circle: bool


class Circle(BaseModel):
    """Assets that need each other in a circle; `size` counts those as well that are not named."""

    members: list[dict[str, Any]]
    size: int
    edges: int
    intended: bool


class Graph(BaseModel):
    """The part of the graph nearest to the focus, at most 300 assets, and the circles of the whole engagement."""

    focus: str | None
    assets: list[GraphAsset]
    dependencies: list[GraphDependency]
    assets_in_all: int
    dependencies_in_all: int
    circles: list[Circle]
    circles_in_all: int


class Suggestion(BaseModel):
    """An asset to choose as focus."""

    id: UUID
    name: str
    asset_type: AssetType


@router.get("")
def list_dependencies(caller: Reader, query: Annotated[PagedFilter, Query()]) -> Slice[DependencyRow]:
    """One page of the dependencies."""
    return sliced(DependencyRow, dependencies.list_dependencies(caller, query.wanted(), query.paging()))


@router.get("/graph")
def graph(caller: Reader, query: Annotated[Filter, Query()]) -> Graph:
    """The graph around the focus; without one, all that is connected or the most connected part of it."""
    found = dependencies.graph(caller, query.wanted())
    return Graph.model_validate(found, from_attributes=True)


@router.get("/assets")
def suggest(caller: Reader, search: Text = "") -> list[Suggestion]:
    """Assets whose name contains the text."""
    return [Suggestion(**row) for row in dependencies.suggest(caller, search)]
