"""Asset Inventory: tabs per type, filters that stand in the address, and a drawer with everything about one asset."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import fields
from urllib.parse import urlencode
from uuid import UUID

from fastapi import Request

from modernize.models.enums import (
    AssetType,
    Criticality,
    Environment,
    OsFamily,
    ReadinessStatus,
    SixrStrategy,
)
from modernize.web.access.caller import Caller
from modernize.web.look import parts
from modernize.web.look.acting import act, ask
from modernize.web.look.controls import choice, field
from modernize.web.look.frame import page
from modernize.web.look.grid import Column, Grid
from modernize.web.look.overlay import Overlay
from modernize.web.pages.asset_drawer import show_asset
from modernize.web.pages.asset_narrowed import narrowed
from modernize.web.services import assets

COLUMNS = (
    Column("name", "Name"),
    Column("asset_type", "Type", "chip", shown=False),
    Column("environment", "Environment", "chip"),
    Column("criticality", "Criticality", "chip"),
    Column("hostname", "Host name"),
    Column("ip_address", "Address"),
    Column("os_name", "Operating system"),
    Column("os_end_of_life", "End of support", "date", shown=False),
    Column("six_r_strategy", "6R", "chip"),
    Column("wave", "Wave"),
    Column("readiness_status", "Readiness", "chip"),
    Column("business_unit", "Business unit", shown=False),
    Column("technical_owner", "Owner", shown=False),
    Column("cpu_cores", "Cores", "number", shown=False),
    Column("memory_gb", "Memory GB", "number", shown=False),
    Column("storage_gb", "Storage GB", "number", shown=False),
    Column("monthly_cost", "Cost / month", "money"),
    Column("cloud_monthly_cost", "In the cloud", "money", shown=False),
    Column("readiness_score", "Score", "share", shown=False),
)

#: Tab -> (words, number in pages.toml).
TABS: Mapping[str, tuple[str, str]] = {
    "": ("All", "assets"),
    AssetType.APPLICATION: ("Applications", "assets.applications"),
    AssetType.SERVER: ("Servers", "assets.servers"),
    AssetType.DATABASE: ("Databases", "assets.databases"),
    AssetType.NETWORK_DEVICE: ("Network devices", "assets.network"),
}

CHOICES = {
    "environment": ("Environment", Environment),
    "criticality": ("Criticality", Criticality),
    "os_family": ("Operating system", OsFamily),
    "six_r_strategy": ("6R strategy", SixrStrategy),
    "readiness_status": ("Readiness", ReadinessStatus),
}


@page("/assets")
async def inventory(caller: Caller, request: Request) -> None:
    known = {entry.name for entry in fields(assets.AssetFilter)}
    filters = {name: value for name, value in request.query_params.items() if name in known}
    counts = await ask(assets.count_by_type, caller)
    units = (await ask(assets.choices, caller))["business_unit"]
    drawer = Overlay("drawer")

    async def opened(asset_id: str) -> None:
        detail = await act(assets.one_asset, caller, UUID(asset_id))
        if detail:
            show_asset(drawer, detail)

    _tabs(filters, counts)
    _servers(counts)
    with parts.box("div", "filters", role="search", aria_label="Filter the inventory"):
        changed = _filter_controls(filters, units)
        if caller.may("asset:export"):
            _exports(filters)
    narrowed(filters, lambda: grid.show(filters))
    grid = Grid(
        "assets",
        "/api/assets",
        COLUMNS,
        caption="Assets of the engagement",
        filters=filters,
        sort="name",
        opened=opened,
        nothing="No asset fits these filters.",
    )
    changed.append(lambda: grid.show(filters))
    if asset_id := request.query_params.get("asset"):
        await _open_from_address(opened, asset_id)


async def _open_from_address(opened: Callable[[str], Awaitable[None]], asset_id: str) -> None:
    """`?asset=<id>` opens the drawer at once, for links from other pages."""
    try:
        UUID(asset_id)
    except ValueError:
        parts.problem(f'The address names the asset "{asset_id}", which is not an id.')
        return
    await opened(asset_id)


def _tabs(filters: Mapping[str, str], counts: Mapping[str, int]) -> None:
    with parts.box("nav", "tabs", aria_label="Types of assets"):
        for kind, (words, number) in TABS.items():
            others = {
                name: value for name, value in filters.items() if name not in ("asset_type", "os_family")
            }
            query = urlencode({**others, **({"asset_type": kind} if kind else {})})
            tab = parts.box("a", "", href=f"/assets?{query}" if query else "/assets")
            if filters.get("asset_type", "") == kind:
                tab.props["aria-current"] = "page"
            with tab:
                parts.text("span", words)
                parts.text("span", parts.number(counts[kind]), "count", data_show=number)


def _servers(counts: Mapping[str, int]) -> None:
    with parts.box("p", "note line"):
        parts.text("span", "Servers by operating system:")
        for family, words in (("linux", "Linux"), ("windows", "Windows")):
            with parts.box("a", "", href=f"/assets?asset_type=server&os_family={family}"):
                parts.text("span", f"{words} ")
                parts.text(
                    "span",
                    parts.number(counts.get(f"server.{family}", 0)),
                    data_show=f"assets.servers.{family}",
                )


def _filter_controls(filters: dict[str, str], units: list[str]) -> list[Callable[[], None]]:
    """Draw the controls; what is put into the list returned is called when a filter has changed."""
    changed: list[Callable[[], None]] = []

    def set_filter(name: str, value: str) -> None:
        if value:
            filters[name] = value
        else:
            filters.pop(name, None)
        for tell in changed:
            tell()

    def setter(name: str) -> Callable[[str], None]:
        return lambda value: set_filter(name, value)

    field("Search", setter("search"), value=filters.get("search", ""), kind="search",
          hint="Name, host or address", live=True)  # fmt: skip
    for name, (label, closed_set) in CHOICES.items():
        options = {"": "Any", **{str(value): parts.words(value) for value in closed_set}}
        choice(label, options, setter(name), value=filters.get(name, ""))
    choice(
        "Business unit",
        {"": "Any", **{unit: unit for unit in units}},
        setter("business_unit"),
        value=filters.get("business_unit", ""),
    )
    return changed


def _exports(filters: dict[str, str]) -> None:
    with parts.box("div", "actions", data_action="asset:export"):
        for form, words in (("csv", "CSV"), ("xlsx", "Excel")):
            link = parts.link(f"Export {words}", f"/api/assets/export/{form}", "button plain")
            # The file holds what is listed: the filters of the address at the moment of the click.
            link.on(
                "click",
                js_handler="(event) => { const wanted = new URLSearchParams(location.search); "
                "['sort', 'page', 'asset'].forEach((name) => wanted.delete(name)); "
                f"event.currentTarget.href = '/api/assets/export/{form}?' + wanted; }}",
            )
