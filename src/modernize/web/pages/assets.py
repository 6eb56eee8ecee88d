"""Asset Inventory: tabs per type, filters that stand in the address, and a drawer with everything about one asset."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields

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
from modernize.web.look.acting import ask
from modernize.web.look.filters import Filters, Tab, open_from_address
from modernize.web.look.frame import page
from modernize.web.look.grid import Column, Grid
from modernize.web.look.overlay import Overlay
from modernize.web.pages.asset_drawer import asset_opener
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
    filters = Filters(request.query_params, [entry.name for entry in fields(assets.AssetFilter)])
    found = await ask(assets.count, caller)
    counts, units = found.by_type, found.business_units
    drawer = Overlay("drawer")
    opened = asset_opener(caller, drawer)
    tabs = {kind: Tab(words, counts[kind], number) for kind, (words, number) in TABS.items()}
    filters.tabs("/assets", "asset_type", tabs, label="Types of assets", without=["os_family"])
    _servers(counts)
    with parts.box("div", "filters", role="search", aria_label="Filter the inventory"):
        _filter_controls(filters, units)
        if caller.may("asset:export"):
            _exports()
    narrowed(filters)
    grid = Grid(
        "assets",
        "/api/assets",
        COLUMNS,
        caption="Assets of the engagement",
        filters=filters.values,
        sort="name",
        opened=opened,
        nothing="No asset fits these filters.",
    )
    filters.tell(lambda _: grid.show(filters.values))
    await open_from_address(request, "asset", opened)


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


def _filter_controls(filters: Filters, units: list[str]) -> None:
    filters.search("Name, host or address")
    for name, (label, closed_set) in CHOICES.items():
        filters.choice(name, label, closed_set)
    filters.choice("business_unit", "Business unit", {unit: unit for unit in units})


def _exports() -> None:
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
