"""Rows of the inventory: every asset, traceable to the row of the file that first told of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from modernize.dataset import dependencies, story, timeline
from modernize.dataset.columns import Row, Tables
from modernize.dataset.costs import monthly_costs
from modernize.dataset.imports import Import, record_id
from modernize.dataset.inventory import Inventory, Item
from modernize.dataset.readiness import readiness
from modernize.dataset.tenant import Tenant
from modernize.models.enums import AssetStatus, AssetType, DiscoveryPhase, Environment, HostingType

# The inventory flow is still at work: this share of the platform's resources is matched or added so far.
MATCHED_OF_TEN = 8
PLANNED_MINUTES_AGO = 180
_PER_RACK = 3


def tables(tenant: Tenant, inventory: Inventory, imports: Mapping[str, Import]) -> Tables:
    """Rows of `assets` and `asset_dependencies`."""
    costs = monthly_costs(tenant, inventory)
    rows_of = {source: _rows_by_item(each) for source, each in imports.items()}
    confirmed = frozenset(matched(inventory, imports["cloud"]))
    rows_drawn = tenant.rows(len(inventory.items))
    cpu = tenant.stream("assets", "cpu_average_percent").integers(rows_drawn, 4, 48)
    memory = tenant.stream("assets", "memory_average_percent").integers(rows_drawn, 31, 88)
    racks = _racks(inventory)
    assets = []
    for place, item in enumerate(inventory.items):
        today, later = costs[item.key]
        row = _found(tenant, item, rows_of[item.source][item.key])
        row |= _identity(tenant, item)
        row |= _machine(tenant, item, racks)
        row |= _software(inventory, item)
        row |= {"monthly_cost": today, "cloud_monthly_cost": later}
        row |= _plan(tenant, inventory, item)
        measured = (int(cpu[place]), int(memory[place]))
        number = rows_of["cloud"].get(item.key) if item.key in confirmed else None
        row["attributes"] = _attributes(inventory, item, measured, number)
        assets.append(row)
    return {"assets": assets, "asset_dependencies": dependencies.rows(tenant, inventory)}


def matched(inventory: Inventory, cloud: Import) -> tuple[str, ...]:
    """Item keys of the platform's valid rows that the inventory phase has dealt with: new ones first, then known."""
    keys = [row.item for row in cloud.file.rows if row.item]
    ordered = sorted(keys, key=lambda key: inventory[key].source != "cloud")
    return tuple(ordered[: len(ordered) * MATCHED_OF_TEN // 10])


def discovered_at(tenant: Tenant, item: Item) -> datetime:
    span = timeline.spans(tenant, timeline.flow_by_source(item.source))[DiscoveryPhase.ASSET_INVENTORY]
    return span.ended or span.begun + timedelta(minutes=25)


def wave_id(tenant: Tenant, wave: int | None) -> Any:
    """Id of the wave with a sequence number."""
    return None if wave is None else tenant.id("migration_waves", wave)


def _rows_by_item(each: Import) -> Mapping[str, int]:
    return {row.item: number for number, row in enumerate(each.file.rows, start=1) if row.item}


def _found(tenant: Tenant, item: Item, number: int) -> Row:
    found = discovered_at(tenant, item)
    complete = item.source == "cmdb"
    return {
        "client_account_id": tenant.account_id,
        "engagement_id": tenant.engagement_id,
        "id": tenant.id("assets", item.key),
        "discovery_flow_id": tenant.id("discovery_flows", timeline.flow_by_source(item.source).role),
        "raw_import_record_id": record_id(tenant, item.source, number),
        "status": AssetStatus.VALIDATED if complete else AssetStatus.DISCOVERED,
        "discovered_at": found,
        "last_seen_at": tenant.before(60 * 24) if complete else found,
        "created_at": found,
        "updated_at": tenant.before(PLANNED_MINUTES_AGO),
    }


def _identity(tenant: Tenant, item: Item) -> Row:
    department = story.people().departments[item.department]
    return {
        "asset_type": item.type,
        "name": item.name,
        "description": item.description,
        "environment": item.environment,
        "criticality": item.criticality,
        "data_classification": item.classification,
        "business_unit": department.unit,
        "department": item.department,
        "business_owner": tenant.person(f"head of {department.code}"),
        "technical_owner": tenant.person(f"systems of {department.code}"),
        "installed_on": item.installed,
    }


def _machine(tenant: Tenant, item: Item, racks: Mapping[str, str]) -> Row:
    hardware, system = item.hardware, item.system
    return {
        "location": _location(tenant, item) if hardware else None,
        "rack": racks.get(item.key),
        "hostname": item.hostname,
        "fqdn": item.fqdn,
        "ip_address": item.address,
        "hosting_type": hardware.hosting if hardware else None,
        "network_role": item.role,
        "model": hardware.model if hardware else None,
        "serial_number": item.serial,
        "os_family": system.family if system else None,
        "os_name": system.name if system else None,
        "os_version": system.version if system else None,
        "os_end_of_life": system.support_ends if system else None,
        "cpu_cores": item.cores,
        "memory_gb": None if item.memory is None else Decimal(item.memory),
        "storage_gb": None if item.storage is None else Decimal(item.storage),
    }


def _location(tenant: Tenant, item: Item) -> str:
    second = item.environment is Environment.DISASTER_RECOVERY
    return f"{tenant.company.site} {'DC2' if second else 'DC1'}"


def _racks(inventory: Inventory) -> Mapping[str, str]:
    """Where physical machines stand: three to a rack, from the bottom."""
    physical = [
        item.key
        for item in inventory.items
        if item.hardware and item.hardware.hosting is HostingType.PHYSICAL
    ]
    return {
        key: f"R{1 + place // _PER_RACK:02d}-U{4 + place % _PER_RACK * 12:02d}"
        for place, key in enumerate(physical)
    }


def _software(inventory: Inventory, item: Item) -> Row:
    application = inventory.applications_by_key.get(item.key)
    vendor = item.hardware.vendor if item.hardware else None
    if application:
        vendor = application.vendor
    if item.product:
        vendor = item.product.vendor
    return {
        "vendor": vendor,
        "application_tier": item.tier,
        "technology": application.technology if application else None,
        "application_version": application.version if application else None,
        "database_engine": item.product.engine if item.product else None,
        "database_version": item.product.version if item.product else None,
    }


def _plan(tenant: Tenant, inventory: Inventory, item: Item) -> Row:
    state = readiness(inventory, item, tenant.as_of.date())
    return {
        "six_r_strategy": item.strategy,
        "migration_wave_id": wave_id(tenant, item.wave),
        "readiness_score": Decimal(state.score),
        "readiness_status": state.status,
        "blockers": list(state.blockers),
    }


def _attributes(
    inventory: Inventory, item: Item, measured: tuple[int, int], confirming_row: int | None
) -> dict[str, Any]:
    """What only some assets have. `confirmed_by`: a second source that tells of an asset the CMDB already knew."""
    attributes: dict[str, Any] = {}
    if item.type is AssetType.APPLICATION:
        application = inventory.applications_by_key[item.key]
        attributes = {"users": application.users, "recovery_time_hours": application.recovery_hours}
    elif item.product:
        host = inventory[item.host]
        attributes = {
            "product": item.product.name,
            "host": host.name,
            "port": item.product.port,
            "support_ends": item.product.support_ends.isoformat(),
        }
    else:
        attributes = {"cpu_average_percent": measured[0], "memory_average_percent": measured[1]}
    if item.source == "cmdb" and confirming_row is not None:
        attributes["confirmed_by"] = {"import_type": "cloud_inventory", "row_number": confirming_row}
    return attributes
