"""Every closed set of the application: a Python enum here, a PostgreSQL enum type of the same name there.

The type's name is the class name in snake case (`FlowStatus` -> `flow_status`); labels are the values, in
this order. An open set (a source system, a department, a protocol) is plain text and has no place here.
"""

from __future__ import annotations

import re
from enum import StrEnum


class AccountStatus(StrEnum):
    TRIAL = "trial"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    CLOSED = "closed"


class SubscriptionTier(StrEnum):
    STARTER = "starter"
    PROFESSIONAL = "professional"
    ENTERPRISE = "enterprise"


class EngagementType(StrEnum):
    ASSESSMENT = "assessment"
    MIGRATION = "migration"
    MODERNIZATION = "modernization"


class EngagementStatus(StrEnum):
    PLANNED = "planned"
    ACTIVE = "active"
    ON_HOLD = "on_hold"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


class CloudProvider(StrEnum):
    AWS = "aws"
    AZURE = "azure"
    GCP = "gcp"
    PRIVATE = "private"


class UserStatus(StrEnum):
    INVITED = "invited"
    ACTIVE = "active"
    DISABLED = "disabled"


class ProfileStatus(StrEnum):
    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"


class AccountRole(StrEnum):
    PLATFORM_ADMIN = "PLATFORM_ADMIN"
    CLIENT_ADMIN = "CLIENT_ADMIN"
    ENGAGEMENT_MANAGER = "ENGAGEMENT_MANAGER"
    ANALYST = "ANALYST"
    VIEWER = "VIEWER"


class AccessLevel(StrEnum):
    READ_ONLY = "READ_ONLY"
    READ_WRITE = "READ_WRITE"
    ADMIN = "ADMIN"
    SUPER_ADMIN = "SUPER_ADMIN"


class DiscoveryPhase(StrEnum):
    """The phases of a discovery flow, in the order they run."""

    DATA_IMPORT = "data_import"
    FIELD_MAPPING = "field_mapping"
    DATA_CLEANSING = "data_cleansing"
    ASSET_INVENTORY = "asset_inventory"
    DEPENDENCY_ANALYSIS = "dependency_analysis"
    TECH_DEBT_ASSESSMENT = "tech_debt_assessment"


class FlowStatus(StrEnum):
    INITIALIZED = "initialized"
    RUNNING = "running"
    WAITING_FOR_APPROVAL = "waiting_for_approval"
    PAUSED = "paused"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"


class PhaseStatus(StrEnum):
    PENDING = "pending"
    RUNNING = "running"
    WAITING_FOR_APPROVAL = "waiting_for_approval"
    COMPLETED = "completed"
    FAILED = "failed"


class LearningScope(StrEnum):
    """How far what the agents learn in a flow may travel."""

    DISABLED = "disabled"
    ENGAGEMENT = "engagement"
    CLIENT = "client"
    GLOBAL = "global"


class MemoryIsolationLevel(StrEnum):
    """How strictly the agents' memory of a flow is kept apart from that of others."""

    STRICT = "strict"
    MODERATE = "moderate"
    OPEN = "open"


class CrewProcess(StrEnum):
    SEQUENTIAL = "sequential"
    HIERARCHICAL = "hierarchical"


class CrewStatus(StrEnum):
    PENDING = "pending"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"


class InsightType(StrEnum):
    DATA_QUALITY = "data_quality"
    FIELD_MAPPING = "field_mapping"
    DEPENDENCY = "dependency"
    RISK = "risk"
    COST = "cost"
    MODERNIZATION = "modernization"


class InsightStatus(StrEnum):
    OPEN = "open"
    ACCEPTED = "accepted"
    DISMISSED = "dismissed"


class Severity(StrEnum):
    INFO = "info"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


class ImportType(StrEnum):
    CMDB = "cmdb"
    CLOUD_INVENTORY = "cloud_inventory"
    MANUAL = "manual"


class FileFormat(StrEnum):
    CSV = "csv"
    JSON = "json"
    XLSX = "xlsx"


class ImportStatus(StrEnum):
    PENDING = "pending"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"


class MappingStatus(StrEnum):
    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"


class TransformationType(StrEnum):
    """What happens to a source value on its way to the target field; `direct` copies it as it is."""

    DIRECT = "direct"
    UNIT_CONVERSION = "unit_conversion"
    ENUM_MAPPING = "enum_mapping"
    SPLIT = "split"
    DATE_FORMAT = "date_format"
    CONCATENATION = "concatenation"
    NORMALIZATION = "normalization"


class AssetType(StrEnum):
    APPLICATION = "application"
    SERVER = "server"
    DATABASE = "database"
    NETWORK_DEVICE = "network_device"


class AssetStatus(StrEnum):
    DISCOVERED = "discovered"
    VALIDATED = "validated"
    ARCHIVED = "archived"


class NetworkRole(StrEnum):
    LOAD_BALANCER = "load_balancer"
    FIREWALL = "firewall"
    SWITCH = "switch"
    ROUTER = "router"


class HostingType(StrEnum):
    PHYSICAL = "physical"
    VIRTUAL = "virtual"
    CONTAINER = "container"
    CLOUD_INSTANCE = "cloud_instance"
    MANAGED_SERVICE = "managed_service"


class OsFamily(StrEnum):
    LINUX = "linux"
    WINDOWS = "windows"
    UNIX = "unix"
    APPLIANCE = "appliance"


class DatabaseEngine(StrEnum):
    ORACLE = "oracle"
    SQL_SERVER = "sql_server"
    POSTGRESQL = "postgresql"
    MYSQL = "mysql"
    DB2 = "db2"


class ApplicationTier(StrEnum):
    PRESENTATION = "presentation"
    APPLICATION = "application"
    DATA = "data"
    INTEGRATION = "integration"
    INFRASTRUCTURE = "infrastructure"


class Environment(StrEnum):
    PRODUCTION = "production"
    STAGING = "staging"
    TEST = "test"
    DEVELOPMENT = "development"
    DISASTER_RECOVERY = "disaster_recovery"


class Criticality(StrEnum):
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


class DataClassification(StrEnum):
    PUBLIC = "public"
    INTERNAL = "internal"
    CONFIDENTIAL = "confidential"
    RESTRICTED = "restricted"


class SixrStrategy(StrEnum):
    REHOST = "rehost"
    REPLATFORM = "replatform"
    REFACTOR = "refactor"
    REPURCHASE = "repurchase"
    RETIRE = "retire"
    RETAIN = "retain"


class ReadinessStatus(StrEnum):
    NOT_ASSESSED = "not_assessed"
    READY = "ready"
    NEEDS_ATTENTION = "needs_attention"
    BLOCKED = "blocked"


class DependencyType(StrEnum):
    """Reads from source to target: an application runs on a server, a load balancer routes to one."""

    RUNS_ON = "runs_on"
    STORES_DATA_IN = "stores_data_in"
    HOSTED_ON = "hosted_on"
    CALLS = "calls"
    REPLICATES_TO = "replicates_to"
    ROUTES_TO = "routes_to"
    PROTECTS = "protects"


class DependencyDirection(StrEnum):
    OUTBOUND = "outbound"
    INBOUND = "inbound"
    BIDIRECTIONAL = "bidirectional"


class DependencyStrength(StrEnum):
    HARD = "hard"
    SOFT = "soft"


class DependencyEvidence(StrEnum):
    """How a dependency became known."""

    OBSERVED_TRAFFIC = "observed_traffic"
    CONFIGURATION = "configuration"
    CMDB_RELATION = "cmdb_relation"
    INTERVIEW = "interview"


class WaveStatus(StrEnum):
    PLANNED = "planned"
    APPROVED = "approved"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


class AssignmentStatus(StrEnum):
    PLANNED = "planned"
    CONFIRMED = "confirmed"
    IN_PROGRESS = "in_progress"
    MIGRATED = "migrated"
    ROLLED_BACK = "rolled_back"


class AssessmentStatus(StrEnum):
    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    SUPERSEDED = "superseded"


class EffortSize(StrEnum):
    XS = "xs"
    S = "s"
    M = "m"
    L = "l"
    XL = "xl"


def closed_sets() -> tuple[type[StrEnum], ...]:
    """Every enum of this module, in the order written."""
    return tuple(
        value
        for value in globals().values()
        if isinstance(value, type) and issubclass(value, StrEnum) and value is not StrEnum
    )


def type_name(closed_set: type[StrEnum]) -> str:
    """The PostgreSQL type's name: `FlowStatus` -> `flow_status`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", closed_set.__name__).lower()
