"""The edges of the dependency graph, from what the story says about applications, hosts and devices."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from modernize.dataset import story, timeline
from modernize.dataset.columns import Row
from modernize.dataset.inventory import Inventory, database_key
from modernize.dataset.tenant import Tenant
from modernize.models.enums import (
    ApplicationTier,
    DependencyDirection,
    DependencyEvidence,
    DependencyStrength,
    DependencyType,
    DiscoveryPhase,
    Environment,
)

_HARD, _SOFT = DependencyStrength.HARD, DependencyStrength.SOFT
_PORTS = {
    ApplicationTier.PRESENTATION: 443,
    ApplicationTier.APPLICATION: 8443,
    ApplicationTier.INTEGRATION: 5671,
}

# How sure one may be, in hundredths, by how a dependency became known.
_CONFIDENCE = {
    DependencyEvidence.CONFIGURATION: 93,
    DependencyEvidence.OBSERVED_TRAFFIC: 90,
    DependencyEvidence.CMDB_RELATION: 85,
    DependencyEvidence.INTERVIEW: 75,
}
# Added to these: minus this up to plus this.
_DOUBT = 3


@dataclass(frozen=True, slots=True)
class Edge:
    """`source` needs `target`, both item keys."""

    source: str
    target: str
    type: DependencyType
    strength: DependencyStrength
    protocol: str
    port: int | None
    evidence: DependencyEvidence
    why: str
    cycle: bool = False


def edges(inventory: Inventory) -> tuple[Edge, ...]:
    """Every dependency of the inventory."""
    return (*_hosting(inventory), *_calls(inventory), *_directory(inventory), *_network(inventory))


def rows(tenant: Tenant, inventory: Inventory) -> list[Row]:
    """Rows of `asset_dependencies`."""
    known = edges(inventory)
    doubts = tenant.stream("asset_dependencies", "confidence").integers(
        tenant.rows(len(known)), -_DOUBT, _DOUBT
    )
    return [_row(tenant, inventory, edge, int(doubt)) for edge, doubt in zip(known, doubts, strict=True)]


def _hosting(inventory: Inventory) -> Iterator[Edge]:
    """Application to its servers and database, database to its server: the chain of every application."""
    for application in inventory.applications:
        item, database = inventory[application.key], inventory[database_key(application.key)]
        product = story.platforms().databases[application.database.product]
        for host in application.hosts:
            if host.code == application.database.host:
                continue
            strength = _HARD if host.environment is Environment.PRODUCTION else _SOFT
            yield Edge(
                item.key,
                host.code,
                DependencyType.RUNS_ON,
                strength,
                "tcp",
                _PORTS[host.tier],
                DependencyEvidence.CMDB_RELATION,
                host.purpose,
            )
        yield Edge(
            item.key,
            database.key,
            DependencyType.STORES_DATA_IN,
            _HARD,
            _database_protocol(product.engine.value),
            product.port,
            DependencyEvidence.CONFIGURATION,
            application.database.purpose,
        )
        yield Edge(
            database.key,
            database.host,
            DependencyType.HOSTED_ON,
            _HARD,
            "local",
            None,
            DependencyEvidence.CMDB_RELATION,
            f"{product.name} {product.version}",
        )


def _database_protocol(engine: str) -> str:
    return {"oracle": "oracle-net", "sql_server": "tds"}.get(engine, "postgresql")


def _calls(inventory: Inventory) -> Iterator[Edge]:
    for application in inventory.applications:
        for call in application.calls:
            target = database_key(call.to) if call.database else call.to
            yield Edge(
                application.key,
                target,
                DependencyType.CALLS,
                call.strength,
                call.protocol,
                call.port,
                call.evidence,
                call.why,
                call.cycle,
            )


def _directory(inventory: Inventory) -> Iterator[Edge]:
    for server in story.infrastructure().servers:
        for application in server.needed_by:
            yield Edge(
                application,
                server.code,
                DependencyType.CALLS,
                _HARD,
                "ldaps",
                636,
                DependencyEvidence.OBSERVED_TRAFFIC,
                "Accounts of its Windows services",
            )
        if server.replicates_to:
            yield Edge(
                server.code,
                server.replicates_to,
                DependencyType.REPLICATES_TO,
                _SOFT,
                "rpc",
                135,
                DependencyEvidence.CONFIGURATION,
                "Directory replication between the sites",
            )


def _network(inventory: Inventory) -> Iterator[Edge]:
    for device in story.infrastructure().devices:
        for target in device.serves:
            why = f"{device.purpose} to {inventory[target].name}"
            evidence = DependencyEvidence.CONFIGURATION
            yield Edge(device.code, target, DependencyType.ROUTES_TO, _HARD, "https", 443, evidence, why)
        for target in device.protects:
            why = f"{device.purpose}, in front of {inventory[target].name}"
            evidence = DependencyEvidence.CONFIGURATION
            yield Edge(device.code, target, DependencyType.PROTECTS, _HARD, "ip", None, evidence, why)


def _row(tenant: Tenant, inventory: Inventory, edge: Edge, doubt: int) -> Row:
    flow, seen = _found(tenant, inventory, edge)
    return {
        "client_account_id": tenant.account_id,
        "engagement_id": tenant.engagement_id,
        "id": tenant.id("asset_dependencies", edge.source, edge.target, edge.type),
        "source_asset_id": tenant.id("assets", edge.source),
        "target_asset_id": tenant.id("assets", edge.target),
        "dependency_type": edge.type,
        "direction": DependencyDirection.OUTBOUND,
        "strength": edge.strength,
        "protocol": edge.protocol,
        "port": edge.port,
        "evidence": edge.evidence,
        "confidence": Decimal(_CONFIDENCE[edge.evidence] + doubt).scaleb(-2),
        "is_intended_cycle": edge.cycle,
        "description": edge.why,
        "discovery_flow_id": tenant.id("discovery_flows", flow) if flow else None,
        "last_seen_at": seen,
        "created_at": seen,
        "updated_at": seen,
    }


def _found(tenant: Tenant, inventory: Inventory, edge: Edge) -> tuple[str, datetime]:
    """Which flow found the edge, and when. Between two sources no flow sees both ends: people entered these."""
    sources = {inventory[edge.source].source, inventory[edge.target].source}
    if sources == {"cmdb"}:
        span = timeline.spans(tenant, timeline.flow_by_source("cmdb"))[DiscoveryPhase.DEPENDENCY_ANALYSIS]
        return "complete", span.begun + timedelta(minutes=60)
    span = timeline.spans(tenant, timeline.flow_by_source("cloud"))[DiscoveryPhase.ASSET_INVENTORY]
    if sources == {"cloud"}:
        return "inventory", span.begun + timedelta(minutes=30)
    return "", span.begun + timedelta(hours=6)
