"""The expected numbers of the demo tenant, its ids and the order it is loaded in: each declared here, once.

Checks compare a database with these numbers; the generator does not read them, so that neither can hide a mistake of
the other. `SIZES` alone is read by both: it says how many rows the three import files have.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from uuid import UUID

from reseed.seed import Completion, Definition, Part, Subset

DEMO_CLIENT_ID = UUID("11111111-1111-1111-1111-111111111111")
DEMO_ENGAGEMENT_ID = UUID("22222222-2222-2222-2222-222222222222")
DEMO_USER_ID = UUID("33333333-3333-3333-3333-333333333333")
ANALYST_USER_ID = UUID("44444444-4444-4444-4444-444444444444")
VIEWER_USER_ID = UUID("55555555-5555-5555-5555-555555555555")
CLIENT_ADMIN_USER_ID = UUID("66666666-6666-6666-6666-666666666666")

IDENTITY: Mapping[str, UUID] = MappingProxyType(
    {
        "DEMO_CLIENT_ID": DEMO_CLIENT_ID,
        "DEMO_ENGAGEMENT_ID": DEMO_ENGAGEMENT_ID,
        "DEMO_USER_ID": DEMO_USER_ID,
        "ANALYST_USER_ID": ANALYST_USER_ID,
        "VIEWER_USER_ID": VIEWER_USER_ID,
        "CLIENT_ADMIN_USER_ID": CLIENT_ADMIN_USER_ID,
    }
)

PARTS = (
    Part(
        "core_entities",
        (
            "client_accounts",
            "users",
            "user_account_associations",
            "engagements",
            "user_profiles",
            "engagement_access",
        ),
    ),
    Part("discovery_flows", ("discovery_flows", "flow_phases", "crew_states", "agent_insights")),
    Part("data_imports", ("data_imports",)),
    Part("raw_import_records", ("raw_import_records",)),
    Part("field_mappings", ("import_field_mappings",)),
    Part("assets", ("assets",), (Completion("agent_insights", ("asset_ids",), after="assets"),)),
    Part("dependencies", ("asset_dependencies",)),
    Part(
        "migration_planning",
        ("migration_waves", "wave_assignments", "sixr_assessments"),
        # An assignment refers to its asset together with the asset's wave, so the waves are entered first.
        (Completion("assets", ("six_r_strategy", "migration_wave_id"), after="migration_waves"),),
    ),
)


@dataclass(frozen=True, slots=True)
class Size:
    """Rows of one import file: the demo tenant's, and the range that other tenants draw theirs from."""

    demo: int
    low: int
    high: int


SIZES: Mapping[str, Size] = MappingProxyType(
    {"cmdb": Size(65, 60, 70), "cloud": Size(58, 50, 60), "manual": Size(35, 30, 40)}
)

ROWS: Mapping[str, int] = MappingProxyType(
    {
        "client_accounts": 1,
        "users": 4,
        "user_account_associations": 4,
        "engagements": 1,
        "user_profiles": 4,
        "engagement_access": 4,
        "discovery_flows": 5,
        "flow_phases": 30,
        "crew_states": 15,
        "agent_insights": 12,
        "data_imports": 3,
        "raw_import_records": 158,
        "import_field_mappings": 35,
        "assets": 60,
        "asset_dependencies": 78,
        "migration_waves": 4,
        "wave_assignments": 45,
        "sixr_assessments": 60,
    }
)


def _by_flow(role: str) -> str:
    names = {
        "complete": "CMDB baseline discovery",
        "in_progress": "Regional sites survey",
        "inventory": "Private cloud inventory",
        "failed": "Network scan, data centre 2",
        "started": "Quarterly refresh",
    }
    return f"discovery_flow_id IN (SELECT id FROM discovery_flows WHERE name = '{names[role]}')"  # noqa: S608 - constants


def _of_import(source: str) -> str:
    return f"data_import_id IN (SELECT id FROM data_imports WHERE import_type = '{source}')"  # noqa: S608 - constants


def _in_wave(sequence: int) -> str:
    return f"migration_wave_id IN (SELECT id FROM migration_waves WHERE sequence = {sequence})"  # noqa: S608 - constants


SUBSETS = (
    Subset("users.engagement_manager", "user_account_associations", "role = 'ENGAGEMENT_MANAGER'", 1),
    Subset("users.analyst", "user_account_associations", "role = 'ANALYST'", 1),
    Subset("users.viewer", "user_account_associations", "role = 'VIEWER'", 1),
    Subset("users.client_admin", "user_account_associations", "role = 'CLIENT_ADMIN'", 1),
    Subset("flows.complete", "discovery_flows", "status = 'completed' AND assessment_ready", 1),
    Subset(
        "flows.in_progress", "discovery_flows", "status = 'running' AND current_phase = 'field_mapping'", 1
    ),
    Subset(
        "flows.inventory", "discovery_flows", "status = 'running' AND current_phase = 'asset_inventory'", 1
    ),
    Subset("flows.failed", "discovery_flows", "status = 'failed' AND error_phase = 'data_import'", 1),
    Subset("flows.started", "discovery_flows", "status = 'initialized'", 1),
    Subset(
        "flows.isolated",
        "discovery_flows",
        "learning_scope = 'engagement' AND memory_isolation_level = 'strict'",
        5,
    ),
    Subset(
        "imports.cmdb_csv",
        "data_imports",
        f"import_type = 'cmdb' AND file_format = 'csv' AND status = 'completed' AND {_by_flow('complete')}",
        1,
    ),
    Subset(
        "imports.cloud_json",
        "data_imports",
        "import_type = 'cloud_inventory' AND file_format = 'json' AND status = 'completed' "
        f"AND {_by_flow('inventory')}",
        1,
    ),
    Subset(
        "imports.manual_excel",
        "data_imports",
        f"import_type = 'manual' AND file_format = 'xlsx' AND status = 'in_progress' AND {_by_flow('in_progress')}",
        1,
    ),
    Subset("raw.cmdb", "raw_import_records", _of_import("cmdb"), 65),
    Subset("raw.cmdb.valid", "raw_import_records", f"is_valid AND {_of_import('cmdb')}", 50),
    Subset("raw.cloud", "raw_import_records", _of_import("cloud_inventory"), 58),
    Subset("raw.cloud.valid", "raw_import_records", f"is_valid AND {_of_import('cloud_inventory')}", 49),
    Subset("raw.manual", "raw_import_records", _of_import("manual"), 35),
    Subset("raw.manual.valid", "raw_import_records", f"is_valid AND {_of_import('manual')}", 28),
    Subset("mappings.cmdb", "import_field_mappings", _of_import("cmdb"), 12),
    Subset("mappings.cloud", "import_field_mappings", _of_import("cloud_inventory"), 12),
    Subset("mappings.manual", "import_field_mappings", _of_import("manual"), 11),
    Subset("mappings.approved", "import_field_mappings", "status = 'approved'", 28),
    Subset("mappings.pending", "import_field_mappings", "status = 'pending'", 4),
    Subset("mappings.rejected", "import_field_mappings", "status = 'rejected'", 3),
    Subset("mappings.transformed", "import_field_mappings", "transformation_type <> 'direct'", 25),
    Subset("assets.applications", "assets", "asset_type = 'application'", 10),
    Subset("assets.servers", "assets", "asset_type = 'server'", 35),
    Subset("assets.servers.linux", "assets", "asset_type = 'server' AND os_family = 'linux'", 20),
    Subset("assets.servers.windows", "assets", "asset_type = 'server' AND os_family = 'windows'", 15),
    Subset("assets.databases", "assets", "asset_type = 'database'", 10),
    Subset("assets.databases.oracle", "assets", "database_engine = 'oracle'", 3),
    Subset("assets.databases.sql_server", "assets", "database_engine = 'sql_server'", 4),
    Subset("assets.databases.postgresql", "assets", "database_engine = 'postgresql'", 3),
    Subset("assets.network", "assets", "asset_type = 'network_device'", 5),
    Subset("assets.network.firewalls", "assets", "network_role = 'firewall'", 3),
    Subset("assets.network.load_balancers", "assets", "network_role = 'load_balancer'", 2),
    Subset("assets.found.complete", "assets", _by_flow("complete"), 50),
    Subset("assets.found.inventory", "assets", _by_flow("inventory"), 10),
    Subset("assets.in_waves", "assets", "migration_wave_id IS NOT NULL", 45),
    Subset("assets.retain", "assets", "six_r_strategy = 'retain'", 5),
    Subset("assets.retire", "assets", "six_r_strategy = 'retire'", 10),
    Subset("assets.rehost", "assets", "six_r_strategy = 'rehost'", 18),
    Subset("assets.replatform", "assets", "six_r_strategy = 'replatform'", 14),
    Subset("assets.refactor", "assets", "six_r_strategy = 'refactor'", 9),
    Subset("assets.repurchase", "assets", "six_r_strategy = 'repurchase'", 4),
    Subset("dependencies.runs_on", "asset_dependencies", "dependency_type = 'runs_on'", 23),
    Subset("dependencies.stores_data_in", "asset_dependencies", "dependency_type = 'stores_data_in'", 10),
    Subset("dependencies.hosted_on", "asset_dependencies", "dependency_type = 'hosted_on'", 10),
    Subset("dependencies.calls", "asset_dependencies", "dependency_type = 'calls'", 21),
    Subset("dependencies.replicates_to", "asset_dependencies", "dependency_type = 'replicates_to'", 1),
    Subset("dependencies.routes_to", "asset_dependencies", "dependency_type = 'routes_to'", 10),
    Subset("dependencies.protects", "asset_dependencies", "dependency_type = 'protects'", 3),
    Subset("dependencies.intended_cycles", "asset_dependencies", "is_intended_cycle", 5),
    Subset("waves.first", "wave_assignments", _in_wave(1), 6),
    Subset("waves.second", "wave_assignments", _in_wave(2), 14),
    Subset("waves.third", "wave_assignments", _in_wave(3), 12),
    Subset("waves.fourth", "wave_assignments", _in_wave(4), 13),
    Subset("sixr.accepted", "sixr_assessments", "status = 'accepted'", 60),
)

CYCLES: tuple[tuple[str, ...], ...] = (
    ("Order Management", "Warehouse Management"),
    ("Billing", "Customer Relations", "Notification Service"),
)
"""The intended circular dependencies, as names of applications in alphabetical order."""

DEFINITION = Definition(rows=ROWS, subsets=SUBSETS)
