"""Tenancy is proved with a planted tenant, which nobody ever sees and which is gone afterwards."""

from __future__ import annotations

from pathlib import Path

import pytest

from reseed import database
from reseed.database import Target
from reseed.project import Project
from reseed.records import Finding
from reseed.site import Site
from reseed.validate import run_checks

from .validated import check_named, site_on, state_of

TENANCY = (
    "tenancy.isolated",
    "tenancy.not_vacuous",
    "tenancy.writes_refused",
    "tenancy.forced",
    "tenancy.no_leaks",
)


@pytest.fixture
def site(demo_database: Target, project: Project, tmp_path: Path) -> Site:
    return site_on(demo_database, project, tmp_path)


def ask(site: Site) -> dict[str, Finding]:
    answers = run_checks(site, [check_named(site.project, name) for name in TENANCY])
    return {finding.check: finding for finding in answers}


def plant(site: Site, statement: str) -> None:
    with site.connect() as connection:
        connection.execute(statement.encode())


def test_the_planted_tenant_leaves_no_trace(site: Site) -> None:
    with site.connect() as connection:
        before = state_of(connection, site)
    answers = ask(site)
    assert all(finding.passed for finding in answers.values())
    with site.connect() as connection:
        assert state_of(connection, site) == before


def test_both_tenants_are_looked_at_in_every_table(site: Site) -> None:
    definition, dataset = site.dataset.definition.rows, site.dataset
    planted = sum(dataset.batch(table, range(1, 2)).num_rows for table in definition)
    answers = ask(site)
    assert answers["tenancy.isolated"].measured == sum(definition.values()) + planted
    # Of each table a row inserted, changed and deleted, and given away where the table has a tenant column.
    assert answers["tenancy.writes_refused"].measured == 4 * len(definition) - 1


@pytest.mark.parametrize("table", ["users", "client_accounts", "assets", "engagement_access"])
def test_a_table_that_everyone_may_read_is_caught(site: Site, table: str) -> None:
    plant(site, f"CREATE POLICY leak ON {table} FOR SELECT USING (true)")
    answers = ask(site)
    assert not answers["tenancy.isolated"].passed
    assert {row["table"] for row in answers["tenancy.isolated"].rows} == {table}
    assert answers["tenancy.not_vacuous"].actual["rows without a tenant"] > 0  # type: ignore[index, call-overload, operator]


def test_rows_hidden_from_their_own_tenant_are_caught(site: Site) -> None:
    plant(site, "CREATE POLICY hide ON assets AS RESTRICTIVE FOR SELECT USING (asset_type <> 'database')")
    finding = ask(site)["tenancy.isolated"]
    assert finding.actual["missing"] >= 10 + 10  # type: ignore[index, call-overload, operator]
    assert finding.actual["foreign"] == 0  # type: ignore[index, call-overload]


@pytest.mark.parametrize(
    ("rule", "allowed"),
    [
        ("FOR INSERT WITH CHECK (true)", {"insert a row of another tenant"}),
        (
            "USING (true) WITH CHECK (true)",
            {
                "insert a row of another tenant",
                "change a row of another tenant",
                "delete a row of another tenant",
                "give a row to another tenant",
            },
        ),
    ],
)
def test_each_way_of_writing_across_tenants_is_tried(site: Site, rule: str, allowed: set[str]) -> None:
    plant(site, f"CREATE POLICY hole ON asset_dependencies {rule}")
    finding = ask(site)["tenancy.writes_refused"]
    assert {(row["table"], row["allowed"]) for row in finding.rows} == {
        ("asset_dependencies", way) for way in allowed
    }


def test_an_application_role_that_owns_a_table_makes_the_proof_worthless(site: Site) -> None:
    role = database.sql.Identifier(site.project.app_role)
    with site.connect() as connection:
        connection.execute(database.sql.SQL("GRANT CREATE ON SCHEMA public TO {}").format(role))
        connection.execute(database.sql.SQL("ALTER TABLE agent_insights OWNER TO {}").format(role))
    finding = ask(site)["tenancy.not_vacuous"]
    assert finding.actual["role"]["tables it owns"] > 0  # type: ignore[index, call-overload, operator]


def test_a_row_that_names_another_tenants_row_is_shown(site: Site) -> None:
    with site.connect() as connection, database.change_every_row(connection):
        connection.execute("ALTER TABLE agent_insights DROP CONSTRAINT fk_agent_insights_discovery_flow_id")
        connection.execute("ALTER TABLE agent_insights DROP CONSTRAINT fk_agent_insights_reviewed_by")
        connection.execute(
            "UPDATE agent_insights SET client_account_id = gen_random_uuid(), asset_ids = '{}', reviewed_by = NULL"
            " WHERE title = 'The network scan is not valid UTF-8'"
        )
    answers = ask(site)
    assert answers["tenancy.no_leaks"].actual == 1
    (row,) = answers["tenancy.no_leaks"].rows
    assert row["named_tenant"] == "11111111-1111-1111-1111-111111111111"
    assert {finding.check for finding in answers.values() if not finding.passed} == {
        "tenancy.isolated",  # the demo tenant misses the row
        "tenancy.no_leaks",
    }
