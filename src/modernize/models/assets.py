"""What a customer runs: applications, servers, databases, network devices, and what each depends on."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from ipaddress import IPv4Address, IPv6Address
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import INET
from sqlalchemy.orm import Mapped, mapped_column

from modernize.models.base import (
    ENGAGEMENT,
    TENANT,
    Base,
    Confidence,
    Document,
    Documents,
    EngagementOwned,
    Moment,
    Money,
    Percent,
    Timestamped,
    between,
    by,
    is_array,
    is_object,
    not_negative,
    sibling_key,
    to_engagement,
    within_engagement,
)
from modernize.models.enums import (
    ApplicationTier,
    AssetStatus,
    AssetType,
    Criticality,
    DatabaseEngine,
    DataClassification,
    DependencyDirection,
    DependencyEvidence,
    DependencyStrength,
    DependencyType,
    Environment,
    HostingType,
    NetworkRole,
    OsFamily,
    ReadinessStatus,
    SixrStrategy,
)


class Asset(EngagementOwned, Timestamped, Base):
    __tablename__ = "assets"
    __table_args__ = (
        to_engagement(),
        within_engagement("discovery_flow_id", "discovery_flows"),
        within_engagement("raw_import_record_id", "raw_import_records"),
        within_engagement("migration_wave_id", "migration_waves"),
        sibling_key(),
        # What wave_assignments refers to: an assignment and its asset cannot name different waves.
        sa.UniqueConstraint(TENANT, ENGAGEMENT, "migration_wave_id", "id"),
        sa.UniqueConstraint(TENANT, ENGAGEMENT, "asset_type", "name"),
        sa.UniqueConstraint(TENANT, ENGAGEMENT, "raw_import_record_id"),
        sa.UniqueConstraint(TENANT, ENGAGEMENT, "serial_number"),
        by("discovery_flow_id"),
        by("name"),
        by("hostname"),
        by("ip_address"),
        by("environment"),
        by("criticality"),
        by("business_unit"),
        by("os_family", "os_end_of_life"),
        by("six_r_strategy"),
        by("readiness_status"),
        sa.CheckConstraint("cpu_cores > 0 AND memory_gb > 0", name="sizes_positive"),
        not_negative("storage_gb", "monthly_cost", "cloud_monthly_cost"),
        between("readiness_score", 0, 100),
        sa.CheckConstraint(
            "(asset_type = 'network_device') = (network_role IS NOT NULL)", name="network_device_has_role"
        ),
        sa.CheckConstraint(
            "(asset_type = 'database') = (database_engine IS NOT NULL)", name="database_has_engine"
        ),
        sa.CheckConstraint(
            "(readiness_status = 'not_assessed') = (readiness_score IS NULL)", name="readiness_has_score"
        ),
        sa.CheckConstraint(
            "readiness_status <> 'ready' OR blockers = '[]'::jsonb", name="ready_has_no_blocker"
        ),
        sa.CheckConstraint(
            "migration_wave_id IS NULL OR six_r_strategy NOT IN ('retain', 'retire')",
            name="what_stays_has_no_wave",
        ),
        is_array("blockers"),
        is_object("attributes"),
        {"comment": "The inventory: every application, server, database and network device found."},
    )

    # What it is
    asset_type: Mapped[AssetType]
    name: Mapped[str]
    description: Mapped[str | None]
    status: Mapped[AssetStatus] = mapped_column(server_default=AssetStatus.DISCOVERED.value)
    environment: Mapped[Environment]
    criticality: Mapped[Criticality] = mapped_column(server_default=Criticality.MEDIUM.value)
    data_classification: Mapped[DataClassification | None]

    # Whose it is
    business_unit: Mapped[str | None]
    department: Mapped[str | None]
    business_owner: Mapped[str | None]
    technical_owner: Mapped[str | None]

    # Where it stands
    location: Mapped[str | None]
    rack: Mapped[str | None]
    hostname: Mapped[str | None]
    fqdn: Mapped[str | None]
    ip_address: Mapped[IPv4Address | IPv6Address | None] = mapped_column(INET)
    hosting_type: Mapped[HostingType | None]
    network_role: Mapped[NetworkRole | None]

    # What it is made of
    vendor: Mapped[str | None]
    model: Mapped[str | None]
    serial_number: Mapped[str | None]
    os_family: Mapped[OsFamily | None]
    os_name: Mapped[str | None]
    os_version: Mapped[str | None]
    os_end_of_life: Mapped[date | None] = mapped_column(comment="last day of the vendor's support")
    cpu_cores: Mapped[int | None]
    memory_gb: Mapped[Decimal | None] = mapped_column(sa.Numeric(10, 2))
    storage_gb: Mapped[Decimal | None] = mapped_column(sa.Numeric(12, 2))
    application_tier: Mapped[ApplicationTier | None]
    technology: Mapped[str | None] = mapped_column(comment="language and framework of an application")
    application_version: Mapped[str | None]
    database_engine: Mapped[DatabaseEngine | None]
    database_version: Mapped[str | None]
    installed_on: Mapped[date | None]
    attributes: Mapped[Document]

    # What it costs
    monthly_cost: Mapped[Money | None] = mapped_column(comment="today, US dollars")
    cloud_monthly_cost: Mapped[Money | None] = mapped_column(comment="estimated after the move, US dollars")

    # Where it goes
    six_r_strategy: Mapped[SixrStrategy | None]
    migration_wave_id: Mapped[UUID | None]
    readiness_score: Mapped[Percent | None]
    readiness_status: Mapped[ReadinessStatus] = mapped_column(
        server_default=ReadinessStatus.NOT_ASSESSED.value
    )
    blockers: Mapped[Documents]

    # How it was found
    discovery_flow_id: Mapped[UUID | None]
    raw_import_record_id: Mapped[UUID | None]
    discovered_at: Mapped[Moment]
    last_seen_at: Mapped[datetime | None]


class AssetDependency(EngagementOwned, Timestamped, Base):
    __tablename__ = "asset_dependencies"
    __table_args__ = (
        within_engagement("source_asset_id", "assets", owned=True),
        within_engagement("target_asset_id", "assets", owned=True),
        within_engagement("discovery_flow_id", "discovery_flows"),
        sa.UniqueConstraint(
            TENANT,
            ENGAGEMENT,
            "source_asset_id",
            "target_asset_id",
            "dependency_type",
            name="uq_asset_dependencies_edge",
        ),
        by("target_asset_id"),
        by("discovery_flow_id"),
        by("dependency_type"),
        sa.CheckConstraint("source_asset_id <> target_asset_id", name="not_on_itself"),
        between("port", 1, 65535),
        between("confidence", 0, 1),
        {"comment": "Directed edges of the dependency graph: the source asset needs the target asset."},
    )

    source_asset_id: Mapped[UUID]
    target_asset_id: Mapped[UUID]
    dependency_type: Mapped[DependencyType]
    direction: Mapped[DependencyDirection] = mapped_column(server_default=DependencyDirection.OUTBOUND.value)
    strength: Mapped[DependencyStrength] = mapped_column(server_default=DependencyStrength.HARD.value)
    protocol: Mapped[str | None]
    port: Mapped[int | None]
    evidence: Mapped[DependencyEvidence] = mapped_column(
        server_default=DependencyEvidence.CONFIGURATION.value
    )
    confidence: Mapped[Confidence] = mapped_column(server_default="1.00")
    is_intended_cycle: Mapped[bool] = mapped_column(
        server_default=sa.false(), comment="an edge of a cycle that the owners know and accept"
    )
    description: Mapped[str | None]
    discovery_flow_id: Mapped[UUID | None]
    last_seen_at: Mapped[datetime | None]
