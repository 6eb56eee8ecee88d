"""The declared numbers are those of the plan, and what the generator makes has them."""

from __future__ import annotations

from collections import Counter
from uuid import UUID

import pytest
import sqlalchemy as sa
from tests.unit.modernize.demo_rows import DATASET, rows

from modernize.dataset.definition import DEFINITION, IDENTITY, PARTS, SIZES
from modernize.models import metadata
from reseed.project import Project
from reseed.seed import Completion

# Numbers that the plan document states, by the subset that declares them.
PLANNED = {
    "flows.complete": 1,
    "flows.in_progress": 1,
    "flows.inventory": 1,
    "flows.failed": 1,
    "flows.started": 1,
    "flows.isolated": 5,
    "imports.cmdb_csv": 1,
    "imports.cloud_json": 1,
    "imports.manual_excel": 1,
    "assets.applications": 10,
    "assets.servers": 35,
    "assets.servers.linux": 20,
    "assets.servers.windows": 15,
    "assets.databases": 10,
    "assets.network": 5,
}


@pytest.mark.parametrize("table", DEFINITION.rows)
def test_the_generator_makes_as_many_rows_as_are_declared(table: str) -> None:
    assert len(rows(table, 0)) == DEFINITION.rows[table]


def test_the_declared_numbers_are_the_plans() -> None:
    declared = {subset.name: subset.rows for subset in DEFINITION.subsets}
    assert {name: declared[name] for name in PLANNED} == PLANNED
    planned = {"client_accounts": 1, "engagements": 1, "users": 4, "discovery_flows": 5, "data_imports": 3}
    planned |= {"assets": 60, "migration_waves": 4}
    assert {table: DEFINITION.rows[table] for table in planned} == planned
    assert 60 <= SIZES["cmdb"].demo <= 70
    assert 50 <= SIZES["cloud"].demo <= 60
    assert 30 <= SIZES["manual"].demo <= 40


def test_numbers_that_are_declared_twice_agree() -> None:
    declared = {subset.name: subset.rows for subset in DEFINITION.subsets}

    def total(*names: str) -> int:
        return sum(declared[name] for name in names)

    waves = total("waves.first", "waves.second", "waves.third", "waves.fourth")
    assert waves == declared["assets.in_waves"] == DEFINITION.rows["wave_assignments"]
    assert waves + total("assets.retain", "assets.retire") == DEFINITION.rows["assets"]
    assert sum(size.demo for size in SIZES.values()) == DEFINITION.rows["raw_import_records"]
    kinds = Counter(subset.table for subset in DEFINITION.subsets if subset.name.startswith("dependencies."))
    assert kinds["asset_dependencies"] == 8


def test_names_of_subsets_are_unique_and_their_tables_exist() -> None:
    names = [subset.name for subset in DEFINITION.subsets]
    assert len(set(names)) == len(names)
    assert {subset.table for subset in DEFINITION.subsets} <= set(metadata.tables)


def test_the_parts_load_every_table_that_is_seeded_once(project: Project) -> None:
    loaded = [table for part in PARTS for table in part.tables]
    assert sorted([*loaded, *project.unseeded]) == sorted(metadata.tables)
    assert loaded == list(DEFINITION.rows)


def test_a_reference_points_to_what_is_loaded_before_or_is_filled_in_later() -> None:
    """The loader never has to guess: each foreign key's target is there when its columns are written."""
    there: set[str] = set()
    for part in PARTS:
        for step in part.steps:
            if isinstance(step, Completion):
                table, written = metadata.tables[step.table], set(step.columns)
            else:
                table = metadata.tables[step]
                later = {column for each in PARTS for column in each.completes(step)}
                written = {column.name for column in table.columns} - later
                there.add(step)
            assert {key.referred_table.name for key in references(table, written)} <= there


def references(table: sa.Table, written: set[str]) -> list[sa.ForeignKeyConstraint]:
    return [key for key in table.foreign_key_constraints if set(key.column_keys) <= written]


def test_the_ids_that_people_know_by_heart_are_in_the_rows() -> None:
    assert [str(value)[:8] for value in IDENTITY.values()] == [digit * 8 for digit in "123456"]
    assert rows("client_accounts", 0)[0]["id"] == IDENTITY["DEMO_CLIENT_ID"] == DATASET.tenant_id(0)
    assert rows("engagements", 0)[0]["id"] == IDENTITY["DEMO_ENGAGEMENT_ID"]
    roles = {row["user_id"]: row["role"] for row in rows("user_account_associations", 0)}
    mails = {row["email"]: roles[row["id"]] for row in rows("users", 0)}
    assert mails == {
        "demo@democorp.com": "ENGAGEMENT_MANAGER",
        "analyst@democorp.com": "ANALYST",
        "viewer@democorp.com": "VIEWER",
        "client.admin@democorp.com": "CLIENT_ADMIN",
    }
    assert {row["email"]: row["id"] for row in rows("users", 0)} == {
        "demo@democorp.com": IDENTITY["DEMO_USER_ID"],
        "analyst@democorp.com": IDENTITY["ANALYST_USER_ID"],
        "viewer@democorp.com": IDENTITY["VIEWER_USER_ID"],
        "client.admin@democorp.com": IDENTITY["CLIENT_ADMIN_USER_ID"],
    }


def test_the_ids_to_hand_over_are_those_of_the_rows() -> None:
    ids = DATASET.seeded_ids()
    flows = {row["id"]: (row["status"], row["current_phase"]) for row in rows("discovery_flows", 0)}
    assert {role: flows[key] for role, key in ids["flows"].items()} == {
        "complete": ("completed", "tech_debt_assessment"),
        "in_progress": ("running", "field_mapping"),
        "inventory": ("running", "asset_inventory"),
        "failed": ("failed", "data_import"),
        "started": ("initialized", "data_import"),
    }
    imports: dict[UUID, tuple[str, UUID]] = {
        row["id"]: (row["file_format"], row["discovery_flow_id"]) for row in rows("data_imports", 0)
    }
    assert {role: imports[key] for role, key in ids["imports"].items()} == {
        "cmdb_csv": ("csv", ids["flows"]["complete"]),
        "cloud_json": ("json", ids["flows"]["inventory"]),
        "manual_excel": ("xlsx", ids["flows"]["in_progress"]),
    }
