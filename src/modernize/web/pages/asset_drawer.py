"""The drawer of one asset: what it is, why it moves the way it does, where it came from, what it depends on."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from uuid import UUID

from modernize.web.access.caller import Caller
from modernize.web.look import parts
from modernize.web.look.acting import act
from modernize.web.look.overlay import Overlay
from modernize.web.look.words import said
from modernize.web.services import assets
from modernize.web.services.assets import AssetDetail


def asset_opener(caller: Caller, drawer: Overlay) -> Callable[[str], Awaitable[None]]:
    """What looks an asset up by its id and shows it in the drawer."""

    async def opened(asset_id: str) -> None:
        detail = await act(assets.one_asset, caller, UUID(asset_id))
        if detail:
            show_asset(drawer, detail)

    return opened


def show_asset(drawer: Overlay, detail: AssetDetail) -> None:
    """Fill the drawer with an asset and open it."""
    asset = detail.asset
    with drawer.showing(asset["name"], note=asset["description"] or ""):
        with parts.box("div", "line"):
            for name in ("asset_type", "environment", "criticality", "status", "readiness_status"):
                parts.chip(asset[name])
        _what_it_is(asset)
        _where_it_goes(asset, detail.assessment)
        _dependencies(detail)
        _lineage(asset, detail.raw)


def _what_it_is(asset: dict[str, Any]) -> None:
    with parts.section("Details"):
        parts.facts(
            {
                "Host name": asset["fqdn"] or asset["hostname"],
                "Address": asset["ip_address"],
                "Operating system": _joined(asset["os_name"], asset["os_version"]),
                "End of support": asset["os_end_of_life"],
                "Hardware": _joined(asset["vendor"], asset["model"]),
                "Serial number": asset["serial_number"],
                "Size": _size(asset),
                "Technology": _joined(asset["technology"], asset["application_version"]),
                "Database": _joined(parts.words(asset["database_engine"] or ""), asset["database_version"]),
                "Hosting": parts.words(asset["hosting_type"] or ""),
                "Location": _joined(asset["location"], asset["rack"]),
                "Business unit": _joined(asset["business_unit"], asset["department"]),
                "Business owner": asset["business_owner"],
                "Technical owner": asset["technical_owner"],
                "Cost a month": parts.money(asset["monthly_cost"]),
                "In the cloud": parts.money(asset["cloud_monthly_cost"]),
            }
        )


def _where_it_goes(asset: dict[str, Any], assessment: dict[str, Any] | None) -> None:
    with parts.section("6R strategy"):
        with parts.box("div", "line"):
            parts.chip(asset["six_r_strategy"] or "undecided", "accent")
            parts.text("span", asset["wave"] or "In no wave")
        if assessment:
            parts.text("p", assessment["rationale"], "prose")
            parts.facts(
                {
                    "Confidence": f"{assessment['confidence']:.0%}",
                    "Effort": f"{parts.number(assessment['effort_days'])} days ({assessment['effort_size'].upper()})",
                    "Saving a month": parts.money(assessment["monthly_saving"]),
                    "Assessed by": assessment["assessed_by"],
                }
            )
        for blocker in asset["blockers"]:
            parts.text("p", blocker if isinstance(blocker, str) else said(blocker), "problem")


def _dependencies(detail: AssetDetail) -> None:
    with parts.section("Dependencies", actions=lambda: _graph_link(detail.asset)):
        _neighbours("Needs", detail.needs)
        _neighbours("Needed by", detail.needed_by)


def _graph_link(asset: dict[str, Any]) -> None:
    parts.link("Show in the graph", f"/dependencies?focus={asset['id']}")


def _neighbours(title: str, edges: Sequence[dict[str, Any]]) -> None:
    parts.text("h3", f"{title} ({len(edges)})")
    if not edges:
        parts.text("p", "Nothing.", "note")
        return
    with parts.box("ul", "rows"):
        for edge in edges:
            with parts.box("li"):
                parts.link(edge["name"], f"/assets?asset={edge['id']}")
                how = _joined(parts.words(edge["dependency_type"]).lower(), edge["protocol"], edge["port"])
                parts.text("span", how + (", known cycle" if edge["is_intended_cycle"] else ""), "note")


def _lineage(asset: dict[str, Any], raw: dict[str, Any] | None) -> None:
    with parts.section("Where it came from"):
        if raw is None:
            found = asset["discovery_flow"]
            parts.text(
                "p", f"Found by the flow {found}; no imported row names it." if found else "Entered by hand."
            )
            return
        with parts.box("p"):
            place = f"/imports?import_id={raw['data_import_id']}&record={raw['id']}"
            parts.link(f"Row {raw['row_number']} of {raw['file_name']}", place)
            parts.text("span", f" ({raw['source_system']}), flow {asset['discovery_flow']}.")
        cleansed = raw["cleansed_data"] or {}
        with parts.columns():
            _values("As imported", raw["raw_data"])
            _values("As cleansed", cleansed)


def _values(title: str, values: dict[str, Any]) -> None:
    with parts.box("div"):
        parts.text("h3", title)
        parts.table(
            ("Field", "Value"), [(name, said(value)) for name, value in values.items()], caption=title
        )


def _joined(*values: object) -> str:
    return " ".join(str(value) for value in values if value)


def _size(asset: dict[str, Any]) -> str:
    known = (
        (asset["cpu_cores"], "cores"),
        (asset["memory_gb"], "GB memory"),
        (asset["storage_gb"], "GB storage"),
    )
    return ", ".join(
        f"{value.normalize():,f} {unit}" if hasattr(value, "normalize") else f"{value} {unit}"
        for value, unit in known
        if value
    )
