"""The shapes of the hand-written records; a misspelt key or a wrong type in a TOML file is an error when read."""

from __future__ import annotations

from collections.abc import Mapping as MappingOf
from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict

from modernize.models.enums import (
    AccessLevel,
    AccountRole,
    ApplicationTier,
    CrewProcess,
    Criticality,
    DatabaseEngine,
    DataClassification,
    DependencyEvidence,
    DependencyStrength,
    DiscoveryPhase,
    Environment,
    FlowStatus,
    HostingType,
    InsightStatus,
    InsightType,
    MappingStatus,
    NetworkRole,
    OsFamily,
    Severity,
    SixrStrategy,
    TransformationType,
    WaveStatus,
)


class Record(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class System(Record):
    """An operating system; `support_ends` is the last day of the vendor's standard support."""

    family: OsFamily
    name: str
    version: str
    support_ends: date


class Product(Record):
    """A database product in one version."""

    engine: DatabaseEngine
    vendor: str
    name: str
    version: str
    port: int
    support_ends: date


class Hardware(Record):
    """What a host stands on; `monthly` is its own cost in US dollars."""

    hosting: HostingType
    vendor: str
    model: str
    monthly: int


class Platforms(Record):
    systems: MappingOf[str, System]
    databases: MappingOf[str, Product]
    hardware: MappingOf[str, Hardware]


class Machine(Record):
    """What servers and network devices have in common. Memory and storage in GB."""

    code: str
    system: str
    hardware: str
    cores: int
    memory: int
    storage: int
    installed: date
    purpose: str
    environment: Environment = Environment.PRODUCTION


class Host(Machine):
    tier: ApplicationTier


class DirectoryServer(Host):
    needed_by: tuple[str, ...] = ()
    replicates_to: str = ""


class Device(Machine):
    role: NetworkRole
    move: SixrStrategy
    wave: int | None = None
    serves: tuple[str, ...] = ()
    protects: tuple[str, ...] = ()


class Infrastructure(Record):
    servers: tuple[DirectoryServer, ...]
    devices: tuple[Device, ...]


class DatabaseOf(Record):
    """The database of an application; `size` in GB."""

    name: str
    product: str
    host: str
    size: int
    installed: date
    purpose: str


class Call(Record):
    """A need for another application, or for its database."""

    to: str
    database: bool = False
    protocol: str
    port: int
    strength: DependencyStrength
    evidence: DependencyEvidence
    why: str
    cycle: bool = False


class Moves(Record):
    application: SixrStrategy
    hosts: SixrStrategy
    database: SixrStrategy


class Application(Record):
    """An application with its hosts, its database and its calls; `fit` is the technical fit for the move, 0 to 100."""

    key: str
    optional: bool = False
    found_in_cloud: bool = False
    names: tuple[str, ...]
    description: str
    technology: str
    version: str
    vendor: str
    criticality: Criticality
    classification: DataClassification
    department: str
    users: int
    recovery_hours: int
    licence: int
    installed: date
    moves: Moves
    wave: int | None = None
    fit: int
    why: str
    hosts: tuple[Host, ...]
    database: DatabaseOf
    calls: tuple[Call, ...]


class Wave(Record):
    name: str
    description: str
    status: WaveStatus
    risk: Severity
    starts: int
    weeks: int
    cutover_hours: int
    capacity: int
    budget: int
    success: tuple[str, ...]


class Department(Record):
    unit: str
    head: str
    systems: str
    code: str


class Others(Record):
    """Words that the tenants beyond the demo tenant are made of."""

    given: tuple[str, ...]
    family: tuple[str, ...]
    first_words: tuple[str, ...]
    second_words: tuple[str, ...]
    legal_forms: tuple[str, ...]
    industries: tuple[str, ...]
    cities: tuple[str, ...]


class People(Record):
    departments: MappingOf[str, Department]
    others: Others


class Defect(Record):
    """A row to be refused: the row of host `like` (or an empty one) with `change` applied, and why."""

    like: str = ""
    change: MappingOf[str, Any]
    reasons: tuple[str, ...]


class Defects(Record):
    cmdb: tuple[Defect, ...]
    cloud: tuple[Defect, ...]
    manual: tuple[Defect, ...]


class SurveyRow(Record):
    """A branch server; `network` and `host` are the last two parts of its address, memory in GB, disk in TB."""

    site: str
    room: str
    name: str
    network: int
    host: int
    what: str
    system: str
    cpus: int
    memory: int
    disk: float
    environment: str
    bought: str
    contact: str


class Mapping(Record):
    source: str
    target: str
    type: TransformationType
    rule: MappingOf[str, Any] | None = None
    confidence: float
    status: MappingStatus
    why: str
    note: str | None = None


class Insight(Record):
    flow: str
    phase: DiscoveryPhase
    agent: str
    type: InsightType
    severity: Severity
    status: InsightStatus
    title: str
    description: str
    recommendation: str
    confidence: float
    evidence: MappingOf[str, Any]
    assets: tuple[str, ...]


class PhaseTimes(Record):
    """A phase that has begun `at` minutes after its flow; without `minutes` it is not over."""

    phase: DiscoveryPhase
    at: int
    minutes: int | None = None


class Flow(Record):
    role: str
    source: str
    name: str
    description: str
    status: FlowStatus
    starter: str
    minutes_ago: int
    phases: tuple[PhaseTimes, ...]


class Agent(Record):
    role: str
    goal: str


class Task(Record):
    agent: str
    name: str


class Crew(Record):
    phase: DiscoveryPhase
    name: str
    process: CrewProcess
    minutes: int
    agents: tuple[Agent, ...]
    tasks: tuple[Task, ...]


class Member(Record):
    """Somebody who may sign in; `last_seen_minutes` and `joined_days` count back from the as-of time."""

    key: str
    user: str
    name: str
    role: AccountRole
    level: AccessLevel
    title: str
    department: str
    phone: str
    time_zone: str
    last_seen_minutes: int
    joined_days: int
    preferences: MappingOf[str, str]
