"""mimesis with SQLAlchemy Core: a `Schema` makes the rows of a table, `execute(insert(table), rows)` inserts them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from benchmarks.peers import tenant
from benchmarks.peers.values import NOW
from mimesis import Field, Locale, Schema

from modernize.models import enums, metadata

TENANTS_AT_ONCE = 16
Row = dict[str, Any]


def fill(engine: sa.Engine, tenants: range) -> None:
    """Insert the rows of some tenants."""
    field = Field(Locale.EN)
    for first in range(tenants.start, tenants.stop, TENANTS_AT_ONCE):
        rows: dict[str, list[Row]] = {table: [] for table in tenant.ROWS}
        for number in range(first, min(first + TENANTS_AT_ONCE, tenants.stop)):
            _tenant(field, number, rows)
        with engine.begin() as connection:
            for table, some in rows.items():
                connection.execute(sa.insert(metadata.tables[table]), some)


def _tenant(field: Field, number: int, rows: dict[str, list[Row]]) -> None:
    def make(table: str, count: int, schema: Callable[[], Row]) -> list[Row]:
        made: list[Row] = Schema(schema=schema, iterations=count).create()
        rows[table].extend(made)
        return made

    (account,) = make("client_accounts", 1, lambda: _account(field, number))
    owner = account["id"]
    users = make("users", tenant.ROWS["users"], lambda: _user(field, owner))
    members = iter(users)
    make(
        "user_account_associations",
        len(users),
        lambda: {
            "client_account_id": owner,
            "id": _id(field),
            "user_id": next(members)["id"],
            "role": enums.AccountRole.ANALYST,
            "granted_at": NOW,
        },
    )
    lead = users[0]["id"]
    (engagement,) = make("engagements", 1, lambda: _engagement(field, owner, lead))
    own = {"client_account_id": owner, "engagement_id": engagement["id"]}
    (flow,) = make("discovery_flows", 1, lambda: _flow(field, own, lead))
    imports = make("data_imports", tenant.ROWS["data_imports"], lambda: _import(field, own, flow["id"], lead))
    for source in imports:
        numbers = iter(range(1, tenant.RECORDS_OF_AN_IMPORT + 1))
        make(
            "raw_import_records",
            tenant.RECORDS_OF_AN_IMPORT,
            lambda source=source, numbers=numbers: _record(field, own, source["id"], next(numbers)),  # type: ignore[misc]
        )
    places = iter(range(tenant.ROWS["assets"]))
    assets = make("assets", tenant.ROWS["assets"], lambda: _asset(field, own, flow["id"], next(places)))
    edges = iter(tenant.edges())
    make(
        "asset_dependencies",
        tenant.ROWS["asset_dependencies"],
        lambda: _dependency(field, own, flow["id"], *(assets[place]["id"] for place in next(edges))),
    )


def _id(field: Field) -> UUID:
    return UUID(field("uuid"))


def _account(field: Field, number: int) -> Row:
    return {
        "id": _id(field),
        "name": field("company"),
        "slug": f"tenant-{number}",
        "industry": field("occupation"),
        "employee_count": field("integer_number", start=50, end=50_000),
        "headquarters": field("city"),
        "contact_name": field("full_name"),
        "contact_email": field("email"),
        "subscription_tier": field("choice", items=list(enums.SubscriptionTier)),
        "settings": {"theme": "light", "retention_days": 90},
    }


def _user(field: Field, owner: UUID) -> Row:
    identity = _id(field)
    return {
        "id": identity,
        "email": f"{identity.hex}@example.com",
        "full_name": field("full_name"),
        "password_hash": tenant.HASH,
        "status": enums.UserStatus.ACTIVE,
        "home_client_account_id": owner,
        "password_changed_at": NOW,
    }


def _engagement(field: Field, owner: UUID, lead: UUID) -> Row:
    return {
        "client_account_id": owner,
        "id": _id(field),
        "name": field("word"),
        "slug": "move",
        "description": field("sentence"),
        "status": enums.EngagementStatus.ACTIVE,
        "target_cloud": field("choice", items=list(enums.CloudProvider)),
        "lead_user_id": lead,
        "starts_on": date(2026, 1, 1),
        "ends_on": date(2026, 12, 31),
        "budget": Decimal(field("integer_number", start=100_000, end=9_000_000)),
        "objectives": ["leave the data centre", "lower the cost"],
        "settings": {"currency": "USD"},
    }


def _flow(field: Field, own: Row, user: UUID) -> Row:
    return {
        **own,
        "id": _id(field),
        "name": field("sentence"),
        "description": field("sentence"),
        "status": enums.FlowStatus.RUNNING,
        "current_phase": enums.DiscoveryPhase.ASSET_INVENTORY,
        "progress": Decimal(50),
        "phase_state": {"data_import": {"records": 153}},
        "agent_state": {"crew": "inventory", "steps": [1, 2, 3]},
        "started_by": user,
        "started_at": NOW,
    }


def _import(field: Field, own: Row, flow: UUID, user: UUID) -> Row:
    return {
        **own,
        "id": _id(field),
        "discovery_flow_id": flow,
        "name": field("word"),
        "import_type": field("choice", items=list(enums.ImportType)),
        "source_system": "ServiceNow",
        "file_name": field("file_name"),
        "file_format": enums.FileFormat.CSV,
        "file_size": field("integer_number", start=10_000, end=90_000),
        "mime_type": "text/csv",
        "sha256": field("token_hex", entropy=32),
        "source_columns": ["name", "ip", "os", "cpu", "memory"],
        "parse_options": {"delimiter": ",", "encoding": "utf-8"},
        "status": enums.ImportStatus.COMPLETED,
        "total_records": tenant.RECORDS_OF_AN_IMPORT,
        "valid_records": tenant.RECORDS_OF_AN_IMPORT,
        "processing_metrics": {"seconds": 1.25},
        "imported_by": user,
        "started_at": NOW,
        "completed_at": NOW,
    }


def _record(field: Field, own: Row, source: UUID, number: int) -> Row:
    name, address = f"{field('word')}-{number:03}", field("ip_v4")
    return {
        **own,
        "id": _id(field),
        "data_import_id": source,
        "row_number": number,
        "external_id": field("token_hex", entropy=8),
        "raw_data": {
            "Name": name.upper(),
            "IP Address": address,
            "Operating System": "Red Hat Enterprise Linux 8.6",
            "CPU Count": "8",
            "Memory (MB)": "16384",
            "Owner": "infrastructure@example.com",
            "Location": "Lisbon DC1",
            "Environment": "PROD",
        },
        "cleansed_data": {
            "name": name,
            "ip_address": address,
            "os_family": "linux",
            "os_version": "8.6",
            "cpu_cores": 8,
            "memory_gb": 16,
            "environment": "production",
        },
        "is_valid": True,
        "validation_errors": [],
        "processed_at": NOW,
    }


def _asset(field: Field, own: Row, flow: UUID, place: int) -> Row:
    name = f"{field('word')}-{place:03}"
    return {
        **own,
        "id": _id(field),
        "asset_type": enums.AssetType.SERVER,
        "name": name,
        "description": field("sentence"),
        "status": enums.AssetStatus.VALIDATED,
        "environment": field("choice", items=list(enums.Environment)),
        "criticality": field("choice", items=list(enums.Criticality)),
        "data_classification": field("choice", items=list(enums.DataClassification)),
        "business_unit": field("choice", items=["Finance", "Sales", "Logistics"]),
        "department": "Infrastructure",
        "business_owner": field("full_name"),
        "technical_owner": field("full_name"),
        "location": field("city"),
        "rack": f"R{place:02}",
        "hostname": name,
        "fqdn": f"{name}.corp.example",
        "ip_address": field("ip_v4"),
        "hosting_type": enums.HostingType.VIRTUAL,
        "vendor": field("company"),
        "model": "PowerEdge R740",
        "serial_number": field("token_hex", entropy=8),
        "os_family": enums.OsFamily.LINUX,
        "os_name": "Red Hat Enterprise Linux",
        "os_version": "8.6",
        "os_end_of_life": date(2029, 5, 31),
        "cpu_cores": field("choice", items=[2, 4, 8, 16]),
        "memory_gb": Decimal(field("choice", items=[4, 8, 16, 64])),
        "storage_gb": Decimal(field("integer_number", start=100, end=2000)),
        "installed_on": field("date", start=2016, end=2024),
        "attributes": {"cluster": "c1", "patched": True, "tags": ["linux", "virtual"]},
        "monthly_cost": Decimal(field("integer_number", start=100, end=900)),
        "cloud_monthly_cost": Decimal(field("integer_number", start=50, end=700)),
        "six_r_strategy": field("choice", items=list(enums.SixrStrategy)),
        "readiness_score": Decimal(field("integer_number", start=0, end=100)),
        "readiness_status": enums.ReadinessStatus.NEEDS_ATTENTION,
        "blockers": ["no owner"],
        "discovery_flow_id": flow,
        "discovered_at": NOW,
        "last_seen_at": NOW,
    }


def _dependency(field: Field, own: Row, flow: UUID, source: UUID, target: UUID) -> Row:
    return {
        **own,
        "id": _id(field),
        "source_asset_id": source,
        "target_asset_id": target,
        "dependency_type": field("choice", items=list(enums.DependencyType)),
        "direction": enums.DependencyDirection.OUTBOUND,
        "strength": field("choice", items=list(enums.DependencyStrength)),
        "protocol": "TCP",
        "port": field("integer_number", start=1, end=65_535),
        "evidence": enums.DependencyEvidence.OBSERVED_TRAFFIC,
        "confidence": Decimal("0.90"),
        "description": field("sentence"),
        "discovery_flow_id": flow,
        "last_seen_at": NOW,
    }
