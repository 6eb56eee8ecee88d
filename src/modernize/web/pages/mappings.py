"""Attribute Mapping: what each column of a file becomes, how sure that is, and who has approved it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from uuid import UUID

from fastapi import Request

from modernize.models.enums import MappingStatus
from modernize.web.access.caller import Caller
from modernize.web.look import parts
from modernize.web.look.acting import act, ask
from modernize.web.look.controls import field
from modernize.web.look.filters import Filters, Tab, open_from_address
from modernize.web.look.frame import page
from modernize.web.look.grid import Column, Grid
from modernize.web.look.overlay import Overlay
from modernize.web.pages.mapping_bulk import Bulk
from modernize.web.pages.mapping_drawer import show_mapping
from modernize.web.services import mappings

COLUMNS = (
    Column("source_field", "Source field"),
    Column("samples", "Sample values", sort=False),
    Column("target_field", "Target field"),
    Column("transformation", "Transformation", "wraps"),
    Column("confidence", "Confidence %", "share"),
    Column("status", "Status", "chip"),
    Column("reviewed_by", "Reviewed by"),
    Column("reviewed_at", "Reviewed (UTC)", "moment"),
    Column("data_import", "Import", shown=False),
    Column("suggested_by", "Proposed by", sort=False, shown=False),
    Column("rationale", "Why", "wraps", sort=False, shown=False),
    Column("review_note", "Reason", "wraps", sort=False, shown=False),
)

FILTERS = ("data_import_id", "status", "transformed", "min_confidence")


@page("/mappings")
async def attribute_mapping(caller: Caller, request: Request) -> None:
    filters = Filters(request.query_params, FILTERS)
    imports = await ask(mappings.mapped_imports, caller)
    drawer = Overlay("drawer")
    top = parts.box("div", "stack")

    async def draw_top() -> None:
        counts = await ask(mappings.count_mappings, caller)
        top.clear()
        with top:
            _figures(counts)

    async def changed() -> None:
        grid.reload()
        await draw_top()
        if bulk:
            await bulk.count()

    async def opened(mapping_id: str) -> None:
        found = await act(mappings.one_mapping, caller, UUID(mapping_id))
        if found:
            show_mapping(drawer, caller, found, changed)

    await draw_top()
    every = Tab("All imports", sum(each["mappings"] for each in imports))
    tabs = {str(each["id"]): Tab(each["name"], each["mappings"]) for each in imports}
    filters.tabs("/mappings", "data_import_id", {"": every, **tabs}, label="Imports")
    with parts.box("div", "filters", role="search", aria_label="Filter the mappings"):
        _filter_controls(filters)
    chosen = _chosen(filters, imports)
    bulk = Bulk(caller, chosen, changed) if caller.may("mapping:review") else None
    if bulk:
        await bulk.draw()
    grid = _grid(filters.values, opened, bulk)
    filters.tell(lambda _: grid.show(filters.values))
    await open_from_address(request, "mapping", opened)


def _grid(filters: Mapping[str, str], opened: Callable[[str], Awaitable[None]], bulk: Bulk | None) -> Grid:
    return Grid(
        "mappings",
        "/api/mappings",
        COLUMNS,
        caption="Attribute mappings of the engagement",
        filters=filters,
        sort="place",
        opened=opened,
        picked=bulk.picked if bulk else None,
        nothing="No mapping fits these filters.",
    )


def _chosen(filters: Filters, imports: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The import whose mappings are listed; None for all."""
    wanted = filters["data_import_id"]
    return next((each for each in imports if str(each["id"]) == wanted), None)


def _figures(counts: Mapping[str, int]) -> None:
    waiting = counts[MappingStatus.PENDING]
    with parts.figures():
        parts.figure("Mappings", counts[""], show="import_field_mappings", href="/mappings")
        parts.figure(
            "Approved", counts["approved"], show="mappings.approved", href="/mappings?status=approved"
        )
        parts.figure(
            "Pending",
            waiting,
            show="mappings.pending",
            href="/mappings?status=pending",
            tone="warn" if waiting else "neutral",
        )
        parts.figure(
            "Rejected", counts["rejected"], show="mappings.rejected", href="/mappings?status=rejected"
        )
        parts.figure(
            "With a transformation",
            counts["transformed"],
            show="mappings.transformed",
            href="/mappings?transformed=true",
        )


def _filter_controls(filters: Filters) -> None:
    filters.choice("status", "Status", MappingStatus)
    filters.choice("transformed", "Transformation", {"true": "With a rule", "false": "Copied as it is"})
    field(
        "Confidence at least, %",
        filters.setter("min_confidence"),
        value=filters["min_confidence"],
        kind="number",
        hint="0 to 100",
        live=True,
        min=0,
        max=100,
        step=1,
    )
