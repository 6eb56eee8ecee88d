"""What an asset costs a month, today and after its move, in US dollars."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal

from modernize.dataset.inventory import Inventory, Item
from modernize.dataset.tenant import Tenant
from modernize.models.enums import AssetType, DatabaseEngine, SixrStrategy

_CENT = Decimal("0.01")
_PER_CORE, _PER_GB_MEMORY, _PER_GB_DISK = 9.5, 2.1, 0.07
_PER_GB_BACKUP = 0.12
# Licences are paid by the cores of the server that a database runs on.
_LICENCE_PER_CORE = {
    DatabaseEngine.ORACLE: 140.0,
    DatabaseEngine.SQL_SERVER: 62.0,
    DatabaseEngine.POSTGRESQL: 0.0,
}
_SUPPORT, _PER_USER, _MOST_PAID_USERS = 180.0, 1.4, 1000
_MAINTENANCE = 95.0

# Cost after the move as a share of today's.
_AFTER = {
    SixrStrategy.REHOST: 0.86,
    SixrStrategy.REPLATFORM: 0.71,
    SixrStrategy.REFACTOR: 0.58,
    SixrStrategy.REPURCHASE: 1.05,
    SixrStrategy.RETIRE: 0.0,
    SixrStrategy.RETAIN: 1.0,
}


def monthly_costs(tenant: Tenant, inventory: Inventory) -> Mapping[str, tuple[Decimal, Decimal]]:
    """Item key -> (today, after the move). No two bills are alike: each is up to 6 percent off its rule."""
    wobble = tenant.stream("assets", "monthly_cost").uniform(tenant.rows(len(inventory.items)), 0.94, 1.06)
    result = {}
    for item, factor in zip(inventory.items, wobble, strict=True):
        today = _cents(_by_rule(inventory, item) * float(factor))
        result[item.key] = (today, _cents(float(today) * _AFTER[item.strategy]))
    return result


def _by_rule(inventory: Inventory, item: Item) -> float:
    if item.type is AssetType.APPLICATION:
        application = inventory.applications_by_key[item.key]
        return application.licence + _SUPPORT + min(application.users, _MOST_PAID_USERS) * _PER_USER
    if item.product:
        cores = inventory[item.host].cores or 0
        return (
            cores * _LICENCE_PER_CORE[item.product.engine] + (item.storage or 0) * _PER_GB_BACKUP + _SUPPORT
        )
    if item.type is AssetType.NETWORK_DEVICE:
        return _hardware(item) + _MAINTENANCE
    sizes = (
        (item.cores or 0) * _PER_CORE
        + (item.memory or 0) * _PER_GB_MEMORY
        + (item.storage or 0) * _PER_GB_DISK
    )
    return _hardware(item) + sizes


def _hardware(item: Item) -> float:
    return item.hardware.monthly if item.hardware else 0


def _cents(amount: float) -> Decimal:
    return Decimal(str(amount)).quantize(_CENT, ROUND_HALF_UP)
