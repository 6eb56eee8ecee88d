"""polyfactory: a `SQLAlchemyFactory` for each model builds the objects, a session adds those of some tenants.

Its own `create_batch_sync` commits each batch; one commit for some tenants is quicker, so objects are built in batches.
Columns that no check constraint and no reference binds are left to polyfactory.
"""

from __future__ import annotations

import random
from datetime import date
from decimal import Decimal
from ipaddress import IPv4Address
from typing import Any
from uuid import uuid4

import sqlalchemy as sa
from benchmarks.peers import tenant
from benchmarks.peers.values import NOW
from polyfactory import Use
from polyfactory.factories.sqlalchemy_factory import SQLAlchemyFactory
from sqlalchemy.orm import DeclarativeBase, Session

import modernize.models as models
from modernize.models import enums

TENANTS_AT_ONCE = 16


def _number() -> str:
    return f"{random.getrandbits(48):015}"


class _Factory(SQLAlchemyFactory[Any]):
    __is_base_factory__ = True
    __set_relationships__ = False
    __allow_none_optionals__ = False

    id = Use(uuid4)
    created_at = NOW
    updated_at = NOW


class AccountFactory(_Factory):
    __model__ = models.ClientAccount
    slug = Use(lambda: f"tenant-{_number()}")
    employee_count = Use(random.randint, 50, 50_000)
    settings = Use(lambda: {"theme": "light", "retention_days": 90})


class UserFactory(_Factory):
    __model__ = models.User
    email = Use(lambda: f"user{_number()}@example.com")
    password_hash = tenant.HASH
    password_changed_at = NOW


class AssociationFactory(_Factory):
    __model__ = models.UserAccountAssociation
    granted_at = NOW


class EngagementFactory(_Factory):
    __model__ = models.Engagement
    starts_on = date(2026, 1, 1)
    ends_on = date(2026, 12, 31)
    budget = Use(lambda: Decimal(random.randint(100_000, 9_000_000)))
    objectives = Use(lambda: ["leave the data centre", "lower the cost"])
    settings = Use(lambda: {"currency": "USD"})


class FlowFactory(_Factory):
    __model__ = models.DiscoveryFlow
    status = enums.FlowStatus.RUNNING
    progress = Decimal(50)
    assessment_ready = False
    phase_state = Use(lambda: {"data_import": {"records": 153}})
    agent_state = Use(lambda: {"crew": "inventory", "steps": [1, 2, 3]})
    error_phase = error_message = error_details = completed_at = None
    started_at = NOW


class ImportFactory(_Factory):
    __model__ = models.DataImport
    file_size = Use(random.randint, 10_000, 90_000)
    sha256 = Use(lambda: f"{random.getrandbits(256):064x}")
    source_columns = Use(lambda: ["name", "ip", "os", "cpu", "memory"])
    parse_options = Use(lambda: {"delimiter": ",", "encoding": "utf-8"})
    status = enums.ImportStatus.COMPLETED
    total_records = valid_records = tenant.RECORDS_OF_AN_IMPORT
    failed_records = 0
    processing_metrics = Use(lambda: {"seconds": 1.25})
    error_message = error_details = None
    started_at = completed_at = NOW


class RecordFactory(_Factory):
    __model__ = models.RawImportRecord
    raw_data = Use(
        lambda: {
            "Name": f"SERVER-{_number()}",
            "IP Address": str(IPv4Address(random.getrandbits(32))),
            "Operating System": "Red Hat Enterprise Linux 8.6",
            "CPU Count": "8",
            "Memory (MB)": "16384",
            "Owner": "infrastructure@example.com",
            "Location": "Lisbon DC1",
            "Environment": "PROD",
        }
    )
    cleansed_data = Use(
        lambda: {
            "name": f"server-{_number()}",
            "ip_address": str(IPv4Address(random.getrandbits(32))),
            "os_family": "linux",
            "os_version": "8.6",
            "cpu_cores": 8,
            "memory_gb": 16,
            "environment": "production",
        }
    )
    is_valid = True
    validation_errors = Use(list)
    processed_at = NOW


class AssetFactory(_Factory):
    __model__ = models.Asset
    asset_type = enums.AssetType.SERVER
    network_role = database_engine = raw_import_record_id = migration_wave_id = None
    ip_address = Use(lambda: IPv4Address(random.getrandbits(32)))
    cpu_cores = Use(random.choice, [2, 4, 8, 16])
    memory_gb = Use(lambda: Decimal(random.choice((4, 8, 16, 64))))
    storage_gb = Use(lambda: Decimal(random.randint(100, 2000)))
    attributes = Use(lambda: {"cluster": "c1", "patched": True, "tags": ["linux", "virtual"]})
    monthly_cost = Use(lambda: Decimal(random.randint(100, 900)))
    cloud_monthly_cost = Use(lambda: Decimal(random.randint(50, 700)))
    readiness_score = Use(lambda: Decimal(random.randint(0, 100)))
    readiness_status = enums.ReadinessStatus.NEEDS_ATTENTION
    blockers = Use(lambda: ["no owner"])
    discovered_at = last_seen_at = NOW


class DependencyFactory(_Factory):
    __model__ = models.AssetDependency
    port = Use(random.randint, 1, 65_535)
    confidence = Decimal("0.90")
    last_seen_at = NOW


def fill(engine: sa.Engine, tenants: range) -> None:
    """Insert the rows of some tenants."""
    for first in range(tenants.start, tenants.stop, TENANTS_AT_ONCE):
        rows: dict[str, list[DeclarativeBase]] = {table: [] for table in tenant.ROWS}
        for _ in range(first, min(first + TENANTS_AT_ONCE, tenants.stop)):
            for row in _tenant():
                rows[row.__tablename__].append(row)
        with Session(engine) as session:
            for some in rows.values():
                session.add_all(some)
                session.flush()
            session.commit()


def _tenant() -> list[Any]:
    account = AccountFactory.build()
    users = UserFactory.batch(tenant.ROWS["users"], home_client_account_id=account.id)
    members = [AssociationFactory.build(client_account_id=account.id, user_id=user.id) for user in users]
    lead = users[0].id
    engagement = EngagementFactory.build(client_account_id=account.id, lead_user_id=lead)
    own = {"client_account_id": account.id, "engagement_id": engagement.id}
    flow = FlowFactory.build(**own, started_by=lead)
    found = {**own, "discovery_flow_id": flow.id}
    imports = ImportFactory.batch(tenant.ROWS["data_imports"], **found, imported_by=lead)
    records = [
        RecordFactory.build(**own, data_import_id=source.id, row_number=number)
        for source in imports
        for number in range(1, tenant.RECORDS_OF_AN_IMPORT + 1)
    ]
    assets = AssetFactory.batch(tenant.ROWS["assets"], **found)
    edges = [
        DependencyFactory.build(**found, source_asset_id=assets[source].id, target_asset_id=assets[target].id)
        for source, target in tenant.edges()
    ]
    return [account, *users, *members, engagement, flow, *imports, *records, *assets, *edges]
