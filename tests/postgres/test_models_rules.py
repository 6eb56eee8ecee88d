"""Rules that hold whoever writes: each statement breaks one, and the constraint that refuses it is named."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from reseed import database
from reseed.database import Target, sqlstate

from .tenants import as_application, fill

IMPORT = (
    "INSERT INTO data_imports (client_account_id, engagement_id, discovery_flow_id, name, import_type, source_system,"
    " file_name, file_format, file_size, mime_type, sha256, total_records, valid_records, failed_records)"
    " SELECT client_account_id, engagement_id, id, 'CMDB', 'cmdb', 'ServiceNow', 'cmdb.csv', 'csv', 100, 'text/csv',"
    " repeat('a', 64), {} FROM discovery_flows"
)
DEPENDENCY = (
    "INSERT INTO asset_dependencies (client_account_id, engagement_id, source_asset_id, target_asset_id,"
    " dependency_type) SELECT client_account_id, engagement_id, id, id, 'calls' FROM assets"
)
ASSIGNMENT = (
    "INSERT INTO wave_assignments (client_account_id, engagement_id, migration_wave_id, asset_id, move_order)"
    " SELECT client_account_id, engagement_id, migration_wave_id, id, 1 FROM assets"
)

REFUSED = {
    "ck_discovery_flows_progress_range": "UPDATE discovery_flows SET progress = 101",
    "ck_discovery_flows_completed_has_time": "UPDATE discovery_flows SET status = 'completed', progress = 100",
    "ck_discovery_flows_failed_has_error": "UPDATE discovery_flows SET status = 'failed', error_message = 'x'",
    "ck_discovery_flows_assessment_ready_is_completed": "UPDATE discovery_flows SET assessment_ready = true",
    "ck_discovery_flows_phase_state_is_object": "UPDATE discovery_flows SET phase_state = '[]'",
    "ck_data_imports_records_add_up": IMPORT.format("10, 8, 3"),
    "ck_assets_database_has_engine": "UPDATE assets SET asset_type = 'database'",
    "ck_assets_network_device_has_role": "UPDATE assets SET network_role = 'firewall'",
    "ck_assets_readiness_has_score": "UPDATE assets SET readiness_status = 'ready'",
    "ck_assets_ready_has_no_blocker": (
        "UPDATE assets SET readiness_status = 'ready', readiness_score = 90, blockers = '[{}]'"
    ),
    "ck_assets_what_stays_has_no_wave": "UPDATE assets SET six_r_strategy = 'retain'",
    "ck_asset_dependencies_not_on_itself": DEPENDENCY,
    "ck_migration_waves_planned_end_after_planned_start": "UPDATE migration_waves SET planned_end = '2026-02-01'",
    "ck_users_email_form": "UPDATE users SET email = 'A@example.com'",
    "ck_users_password_is_hashed": "UPDATE users SET password_hash = 'secret'",
    "ck_user_sessions_token_is_hashed": "UPDATE user_sessions SET token_hash = 'token'",
    "ck_user_sessions_expires_at_after_created_at": "UPDATE user_sessions SET expires_at = '2020-01-01'",
    "uq_migration_waves_sequence": (
        "INSERT INTO migration_waves (client_account_id, engagement_id, sequence, name, planned_start, planned_end,"
        " capacity) SELECT client_account_id, engagement_id, 1, 'Again', '2026-05-01', '2026-05-02', 1"
        " FROM migration_waves"
    ),
}


@pytest.fixture
def tenants(schema_database: Target) -> Iterator[Target]:
    fill(schema_database)
    yield schema_database


@pytest.mark.parametrize("constraint", REFUSED)
def test_a_broken_rule_is_refused_by_its_constraint(tenants: Target, constraint: str) -> None:
    with as_application(tenants, "b") as connection, pytest.raises(sqlstate.IntegrityError) as refused:
        connection.execute(REFUSED[constraint].encode())
    assert refused.value.diag.constraint_name == constraint


def test_an_assignment_and_its_asset_cannot_name_different_waves(tenants: Target) -> None:
    with as_application(tenants, "b") as connection:
        connection.execute(ASSIGNMENT)
        with pytest.raises(sqlstate.ForeignKeyViolation), connection.transaction():
            connection.execute("UPDATE assets SET migration_wave_id = NULL")


def test_a_flow_starts_with_the_defaults_of_the_contract(tenants: Target) -> None:
    with as_application(tenants, "b") as connection:
        flows = database.dict_rows(
            connection,
            "SELECT status, current_phase, progress::int, learning_scope, memory_isolation_level, assessment_ready,"
            " phase_state, agent_state FROM discovery_flows",
        )
    assert flows == [
        {
            "status": "initialized",
            "current_phase": "data_import",
            "progress": 0,
            "learning_scope": "engagement",
            "memory_isolation_level": "strict",
            "assessment_ready": False,
            "phase_state": {},
            "agent_state": {},
        }
    ]
