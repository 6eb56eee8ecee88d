"""The rows of the three import files, as their source systems write them.

A row that is right is written from an item of the inventory; a row that is to be refused is such a row with one thing
broken, or a hand-written one. The rows of a file are in the order its source would list them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from modernize.dataset import definition, estate, story
from modernize.dataset.inventory import Inventory, Item
from modernize.dataset.story.records import Defect, SurveyRow
from modernize.dataset.tenant import Tenant
from modernize.models.enums import AssetType, Criticality, DatabaseEngine, Environment, NetworkRole, OsFamily

Raw = dict[str, Any]

_CLASSES = {
    OsFamily.LINUX: "cmdb_ci_linux_server",
    OsFamily.WINDOWS: "cmdb_ci_win_server",
    DatabaseEngine.ORACLE: "cmdb_ci_db_ora_instance",
    DatabaseEngine.SQL_SERVER: "cmdb_ci_db_mssql_instance",
    DatabaseEngine.POSTGRESQL: "cmdb_ci_db_postgresql_instance",
    NetworkRole.LOAD_BALANCER: "cmdb_ci_lb_bigip",
    NetworkRole.FIREWALL: "cmdb_ci_ip_firewall",
}
_CMDB_ENVIRONMENTS = {
    Environment.PRODUCTION: "PRD",
    Environment.STAGING: "STG",
    Environment.TEST: "TST",
    Environment.DEVELOPMENT: "DEV",
    Environment.DISASTER_RECOVERY: "DR",
}
_TAGS = {
    Environment.PRODUCTION: "prod",
    Environment.STAGING: "staging",
    Environment.TEST: "test",
    Environment.DEVELOPMENT: "dev",
    Environment.DISASTER_RECOVERY: "dr",
}
_LEVELS = {
    Criticality.CRITICAL: "1 - Critical",
    Criticality.HIGH: "2 - High",
    Criticality.MEDIUM: "3 - Medium",
    Criticality.LOW: "4 - Low",
}
_KINDS = {
    AssetType.SERVER: "VirtualMachine",
    AssetType.DATABASE: "DatabaseInstance",
    AssetType.APPLICATION: "BusinessApplication",
}
_GIB = 1024**3


@dataclass(frozen=True, slots=True)
class SourceRow:
    """One row of a file: what it says, the item it is about (if any), and why it is refused (if it is)."""

    raw: Raw
    item: str | None = None
    reasons: tuple[str, ...] = ()


def source_rows(tenant: Tenant, inventory: Inventory, source: str) -> tuple[SourceRow, ...]:
    """The rows of the file `cmdb`, `cloud` or `manual`, in its order."""
    make, order = _SOURCES[source]
    valid, defective = make(tenant, inventory)
    return tuple(sorted((*valid, *defective), key=lambda row: order(tenant, row)))


def wanted_defects(tenant: Tenant, source: str, valid: int) -> int:
    """How many rows to refuse, so that the file gets its size: the demo tenant's, or one drawn from the range."""
    size = definition.SIZES[source]
    if tenant.is_demo:
        return size.demo - valid
    total = tenant.between("data_imports", f"{source} rows", size.low, size.high)
    return total * estate.units(tenant) - valid


def _cmdb(tenant: Tenant, inventory: Inventory) -> tuple[list[SourceRow], list[SourceRow]]:
    known = [item for item in inventory.items if item.source == "cmdb"]
    valid = [SourceRow(_cmdb_row(tenant, item), item.key) for item in known]
    return valid, _defective(tenant, inventory, "cmdb", len(valid), _cmdb_row)


def _cloud(tenant: Tenant, inventory: Inventory) -> tuple[list[SourceRow], list[SourceRow]]:
    """The virtualization platform sees applications, virtual machines, and the databases on these; no hardware."""
    valid = [
        SourceRow(_cloud_row(tenant, item), item.key)
        for item in inventory.items
        if is_virtual(inventory, item)
    ]
    return valid, _defective(tenant, inventory, "cloud", len(valid), _cloud_row)


def _manual(tenant: Tenant, inventory: Inventory) -> tuple[list[SourceRow], list[SourceRow]]:
    size = definition.SIZES["manual"]
    rows = story.survey()
    refused = len(story.defects().manual)
    if not tenant.is_demo:
        refused = tenant.between("data_imports", "manual refused", refused - 2, refused)
    total = size.demo
    if not tenant.is_demo:
        total = tenant.between("data_imports", "manual rows", size.low, len(rows) + refused)
    valid = [SourceRow(_survey_row(tenant, row)) for row in rows[: total - refused]]
    defective = [
        SourceRow(_filled_in(tenant, defect, {}), reasons=defect.reasons) for defect in story.defects().manual
    ]
    return valid, defective[:refused]


def is_virtual(inventory: Inventory, item: Item) -> bool:
    """Whether the virtualization platform knows the item."""
    machine = inventory[item.host] if item.host else item
    if machine.type is AssetType.APPLICATION:
        return True
    return machine.hardware is not None and machine.hardware.vendor == "VMware"


def _defective(
    tenant: Tenant, inventory: Inventory, source: str, valid: int, write: Callable[[Tenant, Item], Raw]
) -> list[SourceRow]:
    defects: Sequence[Defect] = getattr(story.defects(), source)
    wanted = min(len(defects), max(1, wanted_defects(tenant, source, valid)))
    return [
        SourceRow(_filled_in(tenant, defect, write(tenant, inventory[defect.like])), reasons=defect.reasons)
        for defect in defects[:wanted]
    ]


def _filled_in(tenant: Tenant, defect: Defect, raw: Raw) -> Raw:
    company = tenant.company
    names = {"code": company.code, "domain": company.domain, "net": company.network}
    for path, value in defect.change.items():
        *parents, last = path.split(".") if raw else [path]
        place = raw
        for parent in parents:
            place = place[parent]
        place[last] = value.format(**names) if isinstance(value, str) else value
    if not raw.get("sys_id") and not raw.get("moid"):
        # Somebody left a cell empty.
        return {name: None if value == "" else value for name, value in raw.items()}
    if "sys_id" in raw:
        raw["sys_id"] = tenant.mark("hex", "sys_id", tenant.as_demo(raw["name"]))
    if "moid" in raw:
        raw["moid"] = _moid(tenant, tenant.as_demo(raw["name"]))
    return raw


def _cmdb_row(tenant: Tenant, item: Item) -> Raw:
    """A row of the ServiceNow export. In a CSV file everything is text."""
    department = story.people().departments[item.department]
    return {
        "sys_id": tenant.mark("hex", "sys_id", item.key),
        "name": item.name,
        "sys_class_name": _cmdb_class(item),
        "fqdn": item.fqdn or "",
        "ip_address": item.address or "",
        "serial_number": item.serial or "",
        "manufacturer": item.hardware.vendor if item.hardware else "",
        "model_id": item.hardware.model if item.hardware else "",
        "os": f"{item.system.name} {item.system.version}" if item.system else "",
        "cpu_count": str(item.cores) if item.cores else "",
        "ram_mb": str(item.memory * 1024) if item.memory else "",
        "environment": _CMDB_ENVIRONMENTS[item.environment],
        "business_criticality": _LEVELS[item.criticality],
        "install_date": f"{item.installed:%d.%m.%Y}",
        "support_group": f"{department.code}-Support",
        "cost_center": f"{department.code}-{tenant.mark('account', 'accounts', item.department)}",
    }


def _cloud_row(tenant: Tenant, item: Item) -> Raw:
    """A resource of the virtualization platform's export."""
    virtual = item.hardware is not None
    system = f"{item.system.name} {item.system.version} (64-bit)" if item.system else None
    return {
        "moid": _moid(tenant, item.key),
        "uuid": item.serial,
        "name": item.name,
        "kind": _KINDS[item.type],
        "guest": {"hostName": item.fqdn, "ipAddress": item.address, "osFullName": system},
        "hardware": {
            "numCpu": item.cores,
            "memoryBytes": item.memory * _GIB if item.memory else None,
            "diskBytes": item.storage * _GIB if item.storage else None,
        },
        "tags": {"environment": _TAGS[item.environment], "application": item.application or None},
        "createdAt": f"{item.installed.isoformat()}T00:00:00Z",
        "powerState": "poweredOn" if virtual else None,
    }


def _survey_row(tenant: Tenant, row: SurveyRow) -> Raw:
    """A row of the sheet; site leads write names as they like."""
    return {
        "Site": row.site,
        "Room": row.room,
        "Server name": row.name.upper() if row.name.endswith("print-01") else row.name,
        "IP": f"{tenant.company.network}.{row.network}.{row.host}",
        "What is it?": row.what,
        "Operating system": row.system,
        "CPUs": row.cpus,
        "RAM (GB)": row.memory,
        "Disk (TB)": row.disk,
        "Prod/Test": row.environment,
        "Bought": row.bought,
        "Contact": row.contact,
    }


def _cmdb_class(item: Item) -> str:
    if item.product:
        return _CLASSES[item.product.engine]
    if item.role:
        return _CLASSES[item.role]
    return _CLASSES[item.system.family] if item.system else "cmdb_ci_appl"


def _moid(tenant: Tenant, key: str) -> str:
    return tenant.mark("managed_object", "moid", key)


def _by_name(tenant: Tenant, row: SourceRow) -> str:
    return tenant.as_demo(row.raw["name"]).casefold()


def _by_site(_: Tenant, row: SourceRow) -> tuple[str, str]:
    return row.raw["Site"], (row.raw["Server name"] or "").casefold()


_SOURCES: Mapping[str, Any] = {
    "cmdb": (_cmdb, _by_name),
    "cloud": (_cloud, _by_name),
    "manual": (_manual, _by_site),
}
