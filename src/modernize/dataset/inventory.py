"""What a tenant runs: the hand-written portfolio, given the tenant's names, addresses and sizes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Literal

from modernize.dataset import estate, story
from modernize.dataset.story.records import Application, Device, Hardware, Host, Machine, Product, System
from modernize.dataset.tenant import Tenant
from modernize.models.enums import (
    ApplicationTier,
    AssetType,
    Criticality,
    DataClassification,
    Environment,
    NetworkRole,
    SixrStrategy,
)

INFRASTRUCTURE_DEPARTMENT = "Network and Infrastructure"

# The third part of an address tells what a machine is for.
_SUBNETS = {
    ApplicationTier.INFRASTRUCTURE: 5,
    ApplicationTier.PRESENTATION: 10,
    ApplicationTier.APPLICATION: 20,
    ApplicationTier.INTEGRATION: 20,
    ApplicationTier.DATA: 30,
}
_MANAGEMENT_SUBNET = 1
_FIRST_ADDRESS, _LAST_ADDRESS = 11, 253
# Neither any of these nor a site's network of the survey.
_SPARE_SUBNETS = tuple(number for number in range(41, 255) if number not in range(100, 120))


@dataclass(frozen=True, slots=True)
class Item:
    """One thing of the inventory, as it is in reality; sources and assets tell about it.

    Attributes:
        key: names it in the story: `oms`, `oms-web-01`, `db:oms`.
        application: key of the application it belongs to; empty for infrastructure.
        host: for a database, the key of its server.
        source: the import that first knew of it.
        memory, storage: in GB. strategy, wave, fit: where it is to go.
    """

    key: str
    type: AssetType
    name: str
    description: str
    application: str
    department: str
    environment: Environment
    criticality: Criticality
    classification: DataClassification
    source: Literal["cmdb", "cloud"]
    installed: date
    strategy: SixrStrategy
    wave: int | None
    fit: int
    host: str = ""
    hostname: str | None = None
    fqdn: str | None = None
    address: str | None = None
    serial: str | None = None
    hardware: Hardware | None = None
    system: System | None = None
    product: Product | None = None
    tier: ApplicationTier | None = None
    role: NetworkRole | None = None
    cores: int | None = None
    memory: int | None = None
    storage: int | None = None

    @property
    def platform(self) -> Product | System | None:
        """What a vendor supports until some day: the database product, or the operating system."""
        return self.product or self.system


@dataclass(frozen=True)
class Inventory:
    """The items of a tenant in a fixed order, and the applications they come from."""

    items: tuple[Item, ...]
    applications: tuple[Application, ...]

    def __getitem__(self, key: str) -> Item:
        return self.by_key[key]

    @cached_property
    def by_key(self) -> Mapping[str, Item]:
        return {item.key: item for item in self.items}

    @cached_property
    def by_application(self) -> Mapping[str, Sequence[Item]]:
        """Application -> what belongs to it, in the order of the items."""
        found: dict[str, list[Item]] = {}
        for item in self.items:
            found.setdefault(item.application, []).append(item)
        return found

    @cached_property
    def applications_by_key(self) -> Mapping[str, Application]:
        return {application.key: application for application in self.applications}


def inventory(tenant: Tenant) -> Inventory:
    """The tenant's inventory."""
    chosen = estate.applications(tenant)
    items = [item for application in chosen for item in _application_items(tenant, application)]
    items += [_server_item(tenant, server) for server in story.infrastructure().servers]
    items += [_device_item(tenant, device) for device in story.infrastructure().devices]
    items += [_server_item(tenant, server) for server in estate.lone_servers(tenant, len(items))]
    return Inventory(tuple(_addressed(tenant, items)), chosen)


def database_key(application: str) -> str:
    """Key of the item that is an application's database."""
    return f"db:{application}"


def _application_items(tenant: Tenant, application: Application) -> Iterator[Item]:
    name = application.names[0]
    if not tenant.is_demo:
        name = tenant.pick("assets", f"name of {application.key}", application.names)
    itself = Item(
        key=application.key,
        type=AssetType.APPLICATION,
        name=name,
        description=application.description,
        application=application.key,
        department=application.department,
        environment=Environment.PRODUCTION,
        criticality=application.criticality,
        classification=application.classification,
        source="cloud" if application.found_in_cloud else "cmdb",
        installed=application.installed,
        strategy=application.moves.application,
        wave=_wave(application.wave, application.moves.application),
        fit=application.fit,
    )
    yield itself
    hosted = replace(
        itself,
        type=AssetType.SERVER,
        strategy=application.moves.hosts,
        wave=_wave(application.wave, application.moves.hosts),
    )
    yield from (_on_machine(tenant, hosted, host, host.tier) for host in application.hosts)
    database = application.database
    product = story.platforms().databases[database.product]
    yield replace(
        itself,
        key=database_key(application.key),
        type=AssetType.DATABASE,
        name=database.name,
        description=f"{database.purpose} ({product.name} {product.version})",
        installed=database.installed,
        strategy=application.moves.database,
        wave=_wave(application.wave, application.moves.database),
        host=database.host,
        hostname=_hostname(tenant, database.host),
        fqdn=_fqdn(tenant, database.host),
        product=product,
        tier=ApplicationTier.DATA,
        storage=_scaled(tenant, database.size, least=10),
    )


def _server_item(tenant: Tenant, server: Host) -> Item:
    return _on_machine(
        tenant, _infrastructure(SixrStrategy.RETAIN, None, AssetType.SERVER), server, server.tier
    )


def _device_item(tenant: Tenant, device: Device) -> Item:
    item = _infrastructure(device.move, device.wave, AssetType.NETWORK_DEVICE)
    return replace(_on_machine(tenant, item, device, None), role=device.role)


def _infrastructure(strategy: SixrStrategy, wave: int | None, kind: AssetType) -> Item:
    return Item(
        key="",
        type=kind,
        name="",
        description="",
        application="",
        department=INFRASTRUCTURE_DEPARTMENT,
        environment=Environment.PRODUCTION,
        criticality=Criticality.CRITICAL,
        classification=DataClassification.INTERNAL,
        source="cmdb",
        installed=date.min,
        strategy=strategy,
        wave=wave,
        fit=70 if wave else 35,
    )


def _on_machine(tenant: Tenant, item: Item, machine: Machine, tier: ApplicationTier | None) -> Item:
    hardware = story.platforms().hardware[machine.hardware]
    hostname = _hostname(tenant, machine.code)
    appliance = item.type is AssetType.NETWORK_DEVICE
    return replace(
        item,
        key=machine.code,
        name=hostname,
        description=machine.purpose,
        environment=machine.environment,
        installed=machine.installed,
        hostname=hostname,
        fqdn=_fqdn(tenant, machine.code),
        serial=_serial(tenant, machine),
        hardware=hardware,
        system=story.platforms().systems[machine.system],
        tier=tier,
        cores=machine.cores if appliance else _scaled(tenant, machine.cores, least=2),
        memory=machine.memory if appliance else _scaled(tenant, machine.memory, least=4),
        storage=machine.storage if appliance else _scaled(tenant, machine.storage, least=40),
    )


def _addressed(tenant: Tenant, items: list[Item]) -> Iterator[Item]:
    """Each machine gets the next free address of its subnet, in the order of the items; a full one gets another."""
    spare = iter(_SPARE_SUBNETS)
    free: dict[int, Iterator[str]] = {}
    for item in items:
        if item.hardware is None:
            yield item
            continue
        subnet = _SUBNETS[item.tier] if item.tier else _MANAGEMENT_SUBNET
        address = next(free.get(subnet, iter(())), None)
        if address is None:
            opened = next(spare) if subnet in free else subnet
            hosts = range(_FIRST_ADDRESS, _LAST_ADDRESS + 1)
            free[subnet] = iter([f"{tenant.company.network}.{opened}.{host}" for host in hosts])
            address = next(free[subnet])
        yield replace(item, address=address)


def _wave(wave: int | None, strategy: SixrStrategy) -> int | None:
    """What is retired or retained has no wave, even where its application moves."""
    return None if strategy in (SixrStrategy.RETIRE, SixrStrategy.RETAIN) else wave


def _scaled(tenant: Tenant, size: int, least: int) -> int:
    return size if tenant.is_demo else max(least, size * tenant.quarters // 4)


def _hostname(tenant: Tenant, code: str) -> str:
    return f"{tenant.company.code}-{code}"


def _fqdn(tenant: Tenant, code: str) -> str:
    return f"{_hostname(tenant, code)}.corp.{tenant.company.domain}"


def _serial(tenant: Tenant, machine: Machine) -> str:
    """A serial number in the manner of its maker, unique because it is cut from an id."""
    form = "virtual_serial" if machine.hardware == "vm" else "serial"
    return tenant.mark(form, "serial numbers", machine.code)
