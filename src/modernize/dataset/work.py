"""How many records each phase of a flow has dealt with: always counted from the rows, never made up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from modernize.dataset import assets, dependencies, estate, timeline
from modernize.dataset.imports import Import
from modernize.dataset.inventory import Inventory
from modernize.dataset.story.records import Flow
from modernize.dataset.tenant import Tenant
from modernize.models.enums import DiscoveryPhase, MappingStatus


@dataclass(frozen=True, slots=True)
class Work:
    """Records of a phase: dealt with, refused among them, all there are; and a line that says it."""

    processed: int = 0
    rejected: int = 0
    total: int = 0
    summary: str | None = None


NOTHING = Work()


def work(
    tenant: Tenant, inventory: Inventory, imports: Mapping[str, Import], flow: Flow, phase: DiscoveryPhase
) -> Work:
    """The work of one phase of a flow."""
    if phase not in {times.phase for times in flow.phases} or flow.source not in imports:
        return NOTHING
    each = imports[flow.source]
    match phase:
        case DiscoveryPhase.DATA_IMPORT:
            return _intake(each)
        case DiscoveryPhase.FIELD_MAPPING:
            return _mapping(each)
        case DiscoveryPhase.DATA_CLEANSING:
            return Work(each.valid, 0, each.valid, f"{each.valid} rows brought into the form of assets.")
        case DiscoveryPhase.ASSET_INVENTORY:
            return _inventory(inventory, each)
        case DiscoveryPhase.DEPENDENCY_ANALYSIS:
            return _dependencies(tenant, inventory)
    found = sum(item.source == flow.source for item in inventory.items)
    return Work(found, 0, found, f"{found} assets compared with support dates and given a strategy.")


def _intake(each: Import) -> Work:
    total = len(each.file.rows)
    return Work(
        total, each.refused, total, f"{total} rows read from {each.file.name}, {each.refused} refused."
    )


def _mapping(each: Import) -> Work:
    states = [mapping.status for mapping in each.mappings]
    pending = states.count(MappingStatus.PENDING)
    decided = len(states) - pending
    rest = f", {pending} wait for a decision." if pending else "."
    approved = states.count(MappingStatus.APPROVED)
    summary = f"{approved} of {len(states)} mappings approved{rest}"
    return Work(decided, states.count(MappingStatus.REJECTED), len(states), summary)


def _inventory(inventory: Inventory, each: Import) -> Work:
    new = sum(item.source == each.source for item in inventory.items)
    if timeline.flow_by_source(each.source).role == "complete":
        return Work(each.valid, 0, each.valid, f"{new} assets added to the inventory.")
    dealt_with = len(assets.matched(inventory, each))
    summary = (
        f"{new} new assets added, {dealt_with - new} matched with known ones; "
        f"{each.valid - dealt_with} wait for the platform team to say which machine they are."
    )
    return Work(dealt_with, 0, each.valid, summary)


def _dependencies(tenant: Tenant, inventory: Inventory) -> Work:
    edges = dependencies.edges(inventory)
    own = [
        edge for edge in edges if {inventory[edge.source].source, inventory[edge.target].source} == {"cmdb"}
    ]
    units = estate.units(tenant)
    circles = "one circle" if units == 1 else f"{units} circles"
    summary = f"{len(own)} dependencies found, {circles} of two applications among them."
    return Work(len(own), 0, len(own), summary)
