"""Plain rows for the two SQLAlchemy peers: a tenant's rows as dictionaries, table by table, from Python's own `random`.

No library of fake names is asked, so what is measured is SQLAlchemy.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from ipaddress import IPv4Address
from typing import Any
from uuid import UUID, uuid4

from benchmarks.peers import tenant

from modernize.models import enums

NOW = datetime(2026, 1, 15, 9, tzinfo=UTC)
Row = dict[str, Any]

_WORDS = (
    "ledger",
    "payroll",
    "portal",
    "billing",
    "archive",
    "gateway",
    "catalog",
    "report",
    "mail",
    "search",
)


def tables(numbers: range) -> dict[str, list[Row]]:
    """Table -> rows of some tenants, in the order in which they can be inserted."""
    found: dict[str, list[Row]] = {table: [] for table in tenant.ROWS}
    for number in numbers:
        for table, row in _tenant(number):
            found[table].append(row)
    return found


def _tenant(number: int) -> Iterator[tuple[str, Row]]:
    account, engagement, flow = uuid4(), uuid4(), uuid4()
    users = [uuid4() for _ in range(tenant.ROWS["users"])]
    slug = f"tenant-{number}-{account.hex[:8]}"
    yield (
        "client_accounts",
        {
            "id": account,
            "name": f"Tenant {number}",
            "slug": slug,
            "industry": random.choice(("Retail", "Banking", "Energy")),
            "employee_count": random.randint(50, 50_000),
            "headquarters": "Lisbon",
            "contact_name": "A. Person",
            "contact_email": f"contact@{slug}.example",
            "status": enums.AccountStatus.ACTIVE,
            "subscription_tier": random.choice(list(enums.SubscriptionTier)),
            "settings": {"theme": "light", "retention_days": 90},
        },
    )
    for place, user in enumerate(users):
        yield (
            "users",
            {
                "id": user,
                "email": f"user{place}@{slug}.example",
                "full_name": f"User {place} of {number}",
                "password_hash": tenant.HASH,
                "status": enums.UserStatus.ACTIVE,
                "home_client_account_id": account,
                "password_changed_at": NOW,
            },
        )
        yield (
            "user_account_associations",
            {
                "client_account_id": account,
                "id": uuid4(),
                "user_id": user,
                "role": list(enums.AccountRole)[1 + place],
                "granted_at": NOW,
            },
        )
    yield "engagements", _engagement(account, engagement, users[0])
    owned = {"client_account_id": account, "engagement_id": engagement}
    yield (
        "discovery_flows",
        {
            **owned,
            "id": flow,
            "name": "Inventory of the data centre",
            "description": "All that runs there",
            "status": enums.FlowStatus.RUNNING,
            "current_phase": enums.DiscoveryPhase.ASSET_INVENTORY,
            "progress": Decimal(50),
            "phase_state": {"data_import": {"records": 153}, "field_mapping": {"approved": 33}},
            "agent_state": {"crew": "inventory", "steps": [1, 2, 3]},
            "started_by": users[0],
            "started_at": NOW,
        },
    )
    for place in range(tenant.ROWS["data_imports"]):
        source = uuid4()
        yield "data_imports", _import(owned, source, flow, users[0], place)
        for row in range(1, tenant.RECORDS_OF_AN_IMPORT + 1):
            yield "raw_import_records", _record(owned, source, row)
    assets = [uuid4() for _ in range(tenant.ROWS["assets"])]
    for place, asset in enumerate(assets):
        yield "assets", _asset(owned, asset, flow, place)
    for source_place, target_place in tenant.edges():
        yield "asset_dependencies", _dependency(owned, flow, assets[source_place], assets[target_place])


def _engagement(account: UUID, engagement: UUID, lead: UUID) -> Row:
    return {
        "client_account_id": account,
        "id": engagement,
        "name": "Move to the cloud",
        "slug": "move-to-the-cloud",
        "description": "From discovery to cut-over",
        "engagement_type": enums.EngagementType.MIGRATION,
        "status": enums.EngagementStatus.ACTIVE,
        "target_cloud": random.choice(list(enums.CloudProvider)),
        "lead_user_id": lead,
        "starts_on": date(2026, 1, 1),
        "ends_on": date(2026, 12, 31),
        "budget": Decimal(random.randint(100_000, 9_000_000)),
        "objectives": ["leave the data centre", "lower the cost"],
        "settings": {"currency": "USD"},
    }


def _import(owned: Row, source: UUID, flow: UUID, user: UUID, place: int) -> Row:
    return {
        **owned,
        "id": source,
        "discovery_flow_id": flow,
        "name": f"Import {place}",
        "import_type": list(enums.ImportType)[place],
        "source_system": "ServiceNow",
        "file_name": f"import{place}.csv",
        "file_format": list(enums.FileFormat)[place],
        "file_size": random.randint(10_000, 90_000),
        "mime_type": "text/csv",
        "sha256": f"{random.getrandbits(256):064x}",
        "source_columns": ["name", "ip", "os", "cpu", "memory"],
        "parse_options": {"delimiter": ",", "encoding": "utf-8"},
        "status": enums.ImportStatus.COMPLETED,
        "total_records": tenant.RECORDS_OF_AN_IMPORT,
        "valid_records": tenant.RECORDS_OF_AN_IMPORT,
        "processing_metrics": {"seconds": 1.25},
        "imported_by": user,
        "started_at": NOW,
        "completed_at": NOW + timedelta(minutes=1),
    }


def _record(owned: Row, source: UUID, number: int) -> Row:
    name = f"{random.choice(_WORDS)}-{number:03}"
    found = {
        "Name": name.upper(),
        "IP Address": str(IPv4Address(random.getrandbits(32))),
        "Operating System": "Red Hat Enterprise Linux 8.6",
        "CPU Count": str(random.choice((2, 4, 8, 16))),
        "Memory (MB)": str(random.choice((4096, 8192, 16384))),
        "Owner": "infrastructure@example.com",
        "Location": "Lisbon DC1",
        "Environment": "PROD",
    }
    return {
        **owned,
        "id": uuid4(),
        "data_import_id": source,
        "row_number": number,
        "external_id": f"CI{random.getrandbits(24):08}",
        "raw_data": found,
        "cleansed_data": {
            "name": name,
            "ip_address": found["IP Address"],
            "os_family": "linux",
            "os_version": "8.6",
            "cpu_cores": int(found["CPU Count"]),
            "memory_gb": int(found["Memory (MB)"]) // 1024,
            "environment": "production",
        },
        "is_valid": True,
        "validation_errors": [],
        "processed_at": NOW,
    }


def _asset(owned: Row, asset: UUID, flow: UUID, place: int) -> Row:
    name = f"{random.choice(_WORDS)}-{place:03}"
    return {
        **owned,
        "id": asset,
        "asset_type": enums.AssetType.SERVER,
        "name": name,
        "description": f"Server for {name}",
        "status": enums.AssetStatus.VALIDATED,
        "environment": random.choice(list(enums.Environment)),
        "criticality": random.choice(list(enums.Criticality)),
        "data_classification": random.choice(list(enums.DataClassification)),
        "business_unit": random.choice(("Finance", "Sales", "Logistics")),
        "department": "Infrastructure",
        "business_owner": "B. Owner",
        "technical_owner": "T. Owner",
        "location": "Lisbon DC1",
        "rack": f"R{place:02}",
        "hostname": name,
        "fqdn": f"{name}.corp.example",
        "ip_address": IPv4Address(random.getrandbits(32)),
        "hosting_type": enums.HostingType.VIRTUAL,
        "vendor": "Dell",
        "model": "PowerEdge R740",
        "serial_number": f"SN{random.getrandbits(40):012}",
        "os_family": enums.OsFamily.LINUX,
        "os_name": "Red Hat Enterprise Linux",
        "os_version": "8.6",
        "os_end_of_life": date(2029, 5, 31),
        "cpu_cores": random.choice((2, 4, 8, 16)),
        "memory_gb": Decimal(random.choice((4, 8, 16, 64))),
        "storage_gb": Decimal(random.choice((100, 500, 2000))),
        "installed_on": date(2021, 3, 1),
        "attributes": {"cluster": "c1", "patched": True, "tags": ["linux", "virtual"]},
        "monthly_cost": Decimal(random.randint(100, 900)),
        "cloud_monthly_cost": Decimal(random.randint(50, 700)),
        "six_r_strategy": random.choice(list(enums.SixrStrategy)),
        "readiness_score": Decimal(random.randint(0, 100)),
        "readiness_status": enums.ReadinessStatus.NEEDS_ATTENTION,
        "blockers": ["no owner"],
        "discovery_flow_id": flow,
        "discovered_at": NOW,
        "last_seen_at": NOW,
    }


def _dependency(owned: Row, flow: UUID, source: UUID, target: UUID) -> Row:
    return {
        **owned,
        "id": uuid4(),
        "source_asset_id": source,
        "target_asset_id": target,
        "dependency_type": random.choice(list(enums.DependencyType)),
        "direction": enums.DependencyDirection.OUTBOUND,
        "strength": random.choice(list(enums.DependencyStrength)),
        "protocol": "TCP",
        "port": random.randint(1, 65_535),
        "evidence": enums.DependencyEvidence.OBSERVED_TRAFFIC,
        "confidence": Decimal("0.90"),
        "description": "seen on the network",
        "discovery_flow_id": flow,
        "last_seen_at": NOW,
    }
