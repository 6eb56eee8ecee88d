"""factory_boy: a factory for each model, `create_batch`, a flush for each table, and a commit for some tenants.

`sqlalchemy_session_persistence` is left unset, so that nothing is flushed row by row.
"""

from __future__ import annotations

import uuid
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

import factory
import factory.fuzzy
import sqlalchemy as sa
from benchmarks.peers import tenant
from benchmarks.peers.values import NOW
from factory.alchemy import SQLAlchemyModelFactory
from sqlalchemy.orm import Session, scoped_session, sessionmaker

import modernize.models as models
from modernize.models import enums

TENANTS_AT_ONCE = 16
SESSION = scoped_session(sessionmaker())
_id = factory.LazyFunction(uuid.uuid4)


class _Factory(SQLAlchemyModelFactory):
    class Meta:
        abstract = True
        sqlalchemy_session = SESSION

    id = _id


class AccountFactory(_Factory):
    class Meta:
        model = models.ClientAccount

    name = factory.Faker("company")
    slug = factory.Sequence(lambda n: f"tenant-{n}")
    industry = factory.Faker("job")
    employee_count = factory.Faker("pyint", min_value=50, max_value=50_000)
    headquarters = factory.Faker("city")
    contact_name = factory.Faker("name")
    contact_email = factory.Faker("email")
    subscription_tier = factory.fuzzy.FuzzyChoice(list(enums.SubscriptionTier))
    settings: ClassVar[Any] = {"theme": "light", "retention_days": 90}


class UserFactory(_Factory):
    class Meta:
        model = models.User

    email = factory.Sequence(lambda n: f"user{n}@example.com")
    full_name = factory.Faker("name")
    password_hash = tenant.HASH
    status = enums.UserStatus.ACTIVE
    password_changed_at = NOW


class AssociationFactory(_Factory):
    class Meta:
        model = models.UserAccountAssociation

    role = factory.Iterator(list(enums.AccountRole)[1:])
    granted_at = NOW


class EngagementFactory(_Factory):
    class Meta:
        model = models.Engagement

    name = factory.Faker("catch_phrase")
    slug = factory.Sequence(lambda n: f"engagement-{n}")
    description = factory.Faker("sentence")
    status = enums.EngagementStatus.ACTIVE
    target_cloud = factory.fuzzy.FuzzyChoice(list(enums.CloudProvider))
    starts_on = date(2026, 1, 1)
    ends_on = date(2026, 12, 31)
    budget = factory.fuzzy.FuzzyDecimal(100_000, 9_000_000)
    objectives: ClassVar[Any] = ["leave the data centre", "lower the cost"]
    settings: ClassVar[Any] = {"currency": "USD"}


class FlowFactory(_Factory):
    class Meta:
        model = models.DiscoveryFlow

    name = factory.Faker("catch_phrase")
    description = factory.Faker("sentence")
    status = enums.FlowStatus.RUNNING
    current_phase = enums.DiscoveryPhase.ASSET_INVENTORY
    progress = Decimal(50)
    phase_state: ClassVar[Any] = {"data_import": {"records": 153}}
    agent_state: ClassVar[Any] = {"crew": "inventory", "steps": [1, 2, 3]}
    started_at = NOW


class ImportFactory(_Factory):
    class Meta:
        model = models.DataImport

    name = factory.Faker("catch_phrase")
    import_type = factory.fuzzy.FuzzyChoice(list(enums.ImportType))
    source_system = "ServiceNow"
    file_name = factory.Faker("file_name", extension="csv")
    file_format = enums.FileFormat.CSV
    file_size = factory.Faker("pyint", min_value=10_000, max_value=90_000)
    mime_type = "text/csv"
    sha256 = factory.Faker("sha256")
    source_columns: ClassVar[Any] = ["name", "ip", "os", "cpu", "memory"]
    parse_options: ClassVar[Any] = {"delimiter": ",", "encoding": "utf-8"}
    status = enums.ImportStatus.COMPLETED
    total_records = valid_records = tenant.RECORDS_OF_AN_IMPORT
    processing_metrics: ClassVar[Any] = {"seconds": 1.25}
    started_at = completed_at = NOW


class RecordFactory(_Factory):
    class Meta:
        model = models.RawImportRecord

    external_id = factory.Sequence(lambda n: f"CI{n:08}")
    raw_data = factory.Dict(
        {
            "Name": factory.Faker("hostname"),
            "IP Address": factory.Faker("ipv4"),
            "Operating System": "Red Hat Enterprise Linux 8.6",
            "CPU Count": "8",
            "Memory (MB)": "16384",
            "Owner": "infrastructure@example.com",
            "Location": "Lisbon DC1",
            "Environment": "PROD",
        }
    )
    cleansed_data = factory.LazyAttribute(
        lambda row: {
            "name": row.raw_data["Name"].lower(),
            "ip_address": row.raw_data["IP Address"],
            "os_family": "linux",
            "os_version": "8.6",
            "cpu_cores": 8,
            "memory_gb": 16,
            "environment": "production",
        }
    )
    is_valid = True
    validation_errors: ClassVar[Any] = []
    processed_at = NOW


class AssetFactory(_Factory):
    class Meta:
        model = models.Asset

    asset_type = enums.AssetType.SERVER
    name = factory.Sequence(lambda n: f"server-{n}")
    description = factory.Faker("sentence")
    status = enums.AssetStatus.VALIDATED
    environment = factory.fuzzy.FuzzyChoice(list(enums.Environment))
    criticality = factory.fuzzy.FuzzyChoice(list(enums.Criticality))
    data_classification = factory.fuzzy.FuzzyChoice(list(enums.DataClassification))
    business_unit = factory.fuzzy.FuzzyChoice(["Finance", "Sales", "Logistics"])
    department = "Infrastructure"
    business_owner = factory.Faker("name")
    technical_owner = factory.Faker("name")
    location = factory.Faker("city")
    rack = factory.Sequence(lambda n: f"R{n % 40:02}")
    hostname = factory.SelfAttribute("name")
    fqdn = factory.LazyAttribute(lambda row: f"{row.name}.corp.example")
    ip_address = factory.Faker("ipv4")
    hosting_type = enums.HostingType.VIRTUAL
    vendor = factory.Faker("company")
    model = "PowerEdge R740"
    serial_number = factory.Sequence(lambda n: f"SN{n:012}")
    os_family = enums.OsFamily.LINUX
    os_name = "Red Hat Enterprise Linux"
    os_version = "8.6"
    os_end_of_life = date(2029, 5, 31)
    cpu_cores = factory.fuzzy.FuzzyChoice([2, 4, 8, 16])
    memory_gb = factory.fuzzy.FuzzyDecimal(4, 64)
    storage_gb = factory.fuzzy.FuzzyDecimal(100, 2000)
    installed_on = factory.fuzzy.FuzzyDate(date(2016, 1, 1), date(2024, 1, 1))
    attributes: ClassVar[Any] = {"cluster": "c1", "patched": True, "tags": ["linux", "virtual"]}
    monthly_cost = factory.fuzzy.FuzzyDecimal(100, 900)
    cloud_monthly_cost = factory.fuzzy.FuzzyDecimal(50, 700)
    six_r_strategy = factory.fuzzy.FuzzyChoice(list(enums.SixrStrategy))
    readiness_score = factory.fuzzy.FuzzyDecimal(0, 100)
    readiness_status = enums.ReadinessStatus.NEEDS_ATTENTION
    blockers: ClassVar[Any] = ["no owner"]
    discovered_at = last_seen_at = NOW


class DependencyFactory(_Factory):
    class Meta:
        model = models.AssetDependency

    dependency_type = factory.fuzzy.FuzzyChoice(list(enums.DependencyType))
    strength = factory.fuzzy.FuzzyChoice(list(enums.DependencyStrength))
    protocol = "TCP"
    port = factory.Faker("port_number")
    evidence = enums.DependencyEvidence.OBSERVED_TRAFFIC
    confidence = Decimal("0.90")
    description = factory.Faker("sentence")
    last_seen_at = NOW


def fill(engine: sa.Engine, tenants: range) -> None:
    """Insert the rows of some tenants."""
    SESSION.configure(bind=engine)
    try:
        for first in range(tenants.start, tenants.stop, TENANTS_AT_ONCE):
            _some(SESSION(), min(TENANTS_AT_ONCE, tenants.stop - first))
            SESSION.commit()
    finally:
        SESSION.remove()


def _some(session: Session, count: int) -> None:
    def flushed(rows: Any) -> Any:
        session.flush()
        return rows

    accounts = flushed(AccountFactory.create_batch(count))
    members = tenant.ROWS["users"]
    users = flushed([UserFactory.create_batch(members, home_client_account_id=each.id) for each in accounts])
    flushed(
        [
            AssociationFactory(client_account_id=account.id, user_id=user.id)
            for account, team in zip(accounts, users, strict=True)
            for user in team
        ]
    )
    engagements = flushed(
        [
            EngagementFactory(client_account_id=account.id, lead_user_id=team[0].id)
            for account, team in zip(accounts, users, strict=True)
        ]
    )
    owned = [{"client_account_id": each.client_account_id, "engagement_id": each.id} for each in engagements]
    flows = flushed(
        [FlowFactory(**own, started_by=team[0].id) for own, team in zip(owned, users, strict=True)]
    )
    imports = flushed(
        [
            ImportFactory.create_batch(
                tenant.ROWS["data_imports"], **own, discovery_flow_id=flow.id, imported_by=team[0].id
            )
            for own, flow, team in zip(owned, flows, users, strict=True)
        ]
    )
    flushed(
        [
            RecordFactory(**own, data_import_id=source.id, row_number=number)
            for own, sources in zip(owned, imports, strict=True)
            for source in sources
            for number in range(1, tenant.RECORDS_OF_AN_IMPORT + 1)
        ]
    )
    assets = flushed(
        [
            AssetFactory.create_batch(tenant.ROWS["assets"], **own, discovery_flow_id=flow.id)
            for own, flow in zip(owned, flows, strict=True)
        ]
    )
    flushed(
        [
            DependencyFactory(
                **own,
                discovery_flow_id=flow.id,
                source_asset_id=some[source].id,
                target_asset_id=some[target].id,
            )
            for own, flow, some in zip(owned, flows, assets, strict=True)
            for source, target in tenant.edges()
        ]
    )
