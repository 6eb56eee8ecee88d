"""Every check says yes to the demo dataset, no to an empty schema, and leaves the database as it found it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from reseed import database, seed
from reseed.check import Check
from reseed.database import Target, change_every_row
from reseed.project import Project
from reseed.records import Finding
from reseed.site import Site
from reseed.validate import run_checks

from .validated import failed, site_on, state_of


@pytest.fixture
def site(demo_database: Target, project: Project, tmp_path: Path) -> Site:
    return site_on(demo_database, project, tmp_path)


def test_the_demo_dataset_passes_and_is_left_alone(site: Site) -> None:
    with site.connect() as connection:
        before = state_of(connection, site)
    assert failed(site) == {}
    with site.connect() as connection:
        assert state_of(connection, site) == before


def test_other_tenants_beside_the_demo_tenant_pass_too(site: Site) -> None:
    with site.connect() as connection:
        seed.load_tenants(connection, site.dataset, range(1, 3))
    assert failed(site) == {}


def test_a_superuser_gets_the_same_answers(site: Site, superuser: Target) -> None:
    assert failed(replace(site, target=superuser.on(site.database))) == {}


def test_a_missing_asset_is_named_by_every_count_it_is_part_of(site: Site) -> None:
    with site.connect() as connection, change_every_row(connection):
        connection.execute("DELETE FROM wave_assignments")
        connection.execute("DELETE FROM assets WHERE asset_type = 'server' AND name = 'dmc-oms-web-01'")
    families = (
        "rows.assets",
        "rows.wave_assignments",
        "rows.assets.servers.linux",
        "dataset.digest",
        "seeded.assets",
    )
    wrong = failed(site, *families, "waves.every_asset_placed")
    found = {
        name: (wrong[name].expected, wrong[name].actual) for name in ("rows.assets", "rows.wave_assignments")
    }
    assert found == {"rows.assets": (60, 59), "rows.wave_assignments": (45, 0)}
    assert wrong["rows.assets.servers.linux"].actual == 19
    assert {"dataset.digest", "seeded.assets", "waves.every_asset_placed"} <= set(wrong)


def test_a_finding_shows_offending_rows_and_sql_that_finds_them(site: Site) -> None:
    with site.connect() as connection, change_every_row(connection):
        connection.execute("UPDATE assets SET ip_address = '203.0.113.7' WHERE name = 'dmc-oms-web-01'")
    finding = failed(site, "assets.private_addresses")["assets.private_addresses"]
    assert [row["name"] for row in finding.rows] == ["dmc-oms-web-01"]
    with site.connect() as connection, database.without_row_security(connection):
        rows = connection.execute(finding.sql.encode()).fetchall()
    assert [name for _, name, _ in rows] == ["dmc-oms-web-01"]


def test_no_finding_shows_a_password_hash(site: Site) -> None:
    with site.connect() as connection, change_every_row(connection):
        hashes = [row[0] for row in connection.execute("SELECT password_hash FROM users").fetchall()]
        connection.execute("UPDATE users SET password_hash = %s", (hashes[0],))
        connection.execute("ALTER TABLE users DROP CONSTRAINT fk_users_home_client_account_id")
        connection.execute("UPDATE users SET home_client_account_id = '99999999-9999-9999-9999-999999999999'")
    wrong = failed(site, "integrity.foreign_keys", "integrity.orphans", "access.passwords", "dataset.digest")
    assert set(wrong) == {"integrity.foreign_keys", "integrity.orphans", "access.passwords", "dataset.digest"}
    shown = str([finding.as_json() for finding in wrong.values()])
    assert not any(each in shown for each in hashes)


def test_what_breaks_down_or_looks_at_nothing_has_failed(site: Site) -> None:
    def breaks(_: Site) -> Finding:
        raise RuntimeError("the disk is gone\nand more")

    def looks_at_nothing(_: Site) -> Finding:
        return Finding("vacuous", "Is nothing wrong with nothing?", True, 0, 0, measured=0)

    def answers_for_another(_: Site) -> Finding:
        return Finding("rows.assets", "Are there 60 assets?", True, 60, 60, measured=60)

    asked = [
        Check("broken", "Does it break?", breaks),
        Check("vacuous", "Is nothing wrong with nothing?", looks_at_nothing),
        Check("impostor", "Is it another?", answers_for_another),
    ]
    answers = run_checks(site, asked)
    assert [finding.passed for finding in answers] == [False, False, False]
    assert answers[0].actual == "no answer: RuntimeError: the disk is gone"
    assert answers[2].actual == "no answer: it answered for rows.assets"
