"""What is wrong in the last of several tenants is found by the checks that look at many rows in one pass."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from reseed import database, seed
from reseed import project as projects
from reseed.database import Target, change_every_row
from reseed.project import Project
from reseed.seed import Dataset, load_tenants
from reseed.site import Site
from reseed.validate import rows_digest
from tests import shop as shops

from .validated import failed, site_on

TENANTS = range(4)

# Check -> one change of the rows of the last tenant, and how many offences it makes.
FAULTS = {
    "records.refused_rightly": (
        "UPDATE raw_import_records SET validation_errors = jsonb_set(validation_errors, '{0,value}', '\"?\"')"
        " WHERE id = (SELECT id FROM raw_import_records WHERE NOT is_valid AND client_account_id = %(t)s LIMIT 1)"
    ),
    "records.cleansed_rightly": (
        "UPDATE raw_import_records SET cleansed_data = jsonb_set(cleansed_data, '{name}', '\"nobody\"')"
        " WHERE id = (SELECT id FROM raw_import_records WHERE is_valid AND client_account_id = %(t)s LIMIT 1)"
    ),
    "assets.values_of_their_rows": (
        "UPDATE assets SET name = name || '!' WHERE id ="
        " (SELECT id FROM assets WHERE client_account_id = %(t)s AND asset_type = 'server' LIMIT 1)"
    ),
    "assets.readiness": (
        "UPDATE assets SET readiness_score = readiness_score - 1 WHERE id ="
        " (SELECT id FROM assets WHERE client_account_id = %(t)s LIMIT 1)"
    ),
    "imports.totals": (
        "UPDATE data_imports SET valid_records = valid_records + 1, failed_records = failed_records - 1 WHERE id ="
        " (SELECT id FROM data_imports WHERE client_account_id = %(t)s LIMIT 1)"
    ),
    "imports.metrics": (
        "UPDATE data_imports SET processing_metrics = processing_metrics || '{\"rejected_by_reason\": {}}'"
        " WHERE id = (SELECT id FROM data_imports WHERE client_account_id = %(t)s LIMIT 1)"
    ),
    "dependencies.cycles": (
        "UPDATE asset_dependencies SET is_intended_cycle = false WHERE id ="
        " (SELECT id FROM asset_dependencies WHERE client_account_id = %(t)s AND is_intended_cycle LIMIT 1)"
    ),
}


@pytest.fixture(scope="module")
def several(server: Target, demo_template: str, project: Project) -> str:
    """Name of a database with the demo tenant and three more."""
    name = "template_tenants"
    database.clone(server, demo_template, name)
    with database.connect(server.on(name)) as connection:
        load_tenants(connection, project.load_dataset(), TENANTS[1:], password="nobody's")
    return name


@pytest.fixture
def site(server: Target, several: str, project: Project, tmp_path: Path) -> Iterator[Site]:
    with database.scratch(server, "tenants", template=several) as target:
        yield site_on(target, project, tmp_path)


@pytest.fixture
def dataset(project: Project) -> Dataset:
    return project.load_dataset()  # type: ignore[no-any-return]


def change(site: Site, statement: str, tenant: int) -> None:
    with site.connect() as connection, change_every_row(connection):
        done = connection.execute(statement.encode(), {"t": site.dataset.tenant_id(tenant)})
        assert done.rowcount == 1


def test_each_check_finds_its_one_offence_in_the_last_tenant(site: Site) -> None:
    assert failed(site, *FAULTS) == {}
    for statement in FAULTS.values():
        change(site, statement, TENANTS[-1])
    wrong = failed(site, *FAULTS)
    assert set(wrong) == set(FAULTS)
    counted = {name: found.actual for name, found in wrong.items() if isinstance(found.actual, int)}
    assert counted == dict.fromkeys(counted, 1)
    assert wrong["dependencies.cycles"].actual["edges declared wrongly"] == 1  # type: ignore[index,call-overload]
    assert all(found.rows for found in wrong.values())


def test_a_circle_split_between_waves_is_found_in_any_tenant(site: Site) -> None:
    member = (
        "(SELECT source_asset_id FROM asset_dependencies WHERE is_intended_cycle AND client_account_id = %(t)s"
        " ORDER BY 1 LIMIT 1)"
    )
    change(site, f"DELETE FROM wave_assignments WHERE asset_id = {member}", TENANTS[-1])
    change(site, f"UPDATE assets SET migration_wave_id = NULL WHERE id = {member}", TENANTS[-1])
    (found,) = failed(site, "waves.cycles_together").values()
    assert (found.actual, found.measured) == (1, 2 * len(TENANTS))


def test_the_digest_check_names_table_row_and_column(site: Site) -> None:
    change(site, FAULTS["assets.readiness"], TENANTS[-1])
    (found,) = failed(site, "dataset.digest").values()
    assert found.actual == {"tables that differ": ["assets"]}
    said, row = found.rows
    assert (said["rows that differ"], said["of no tenant"]) == (1, 0)
    assert str(row["key"]).startswith(str(site.dataset.tenant_id(TENANTS[-1])))
    assert row["columns"] == ["readiness_score"]


def test_a_tenant_that_the_dataset_does_not_know_is_foreign(site: Site) -> None:
    change(
        site,
        "INSERT INTO users (email, full_name, home_client_account_id) SELECT 'who@example.org', 'Who', id FROM"
        " client_accounts WHERE id = %(t)s",
        0,
    )
    wrong = failed(site, "seeded.core_entities", "dataset.digest")
    assert set(wrong) == {"seeded.core_entities", "dataset.digest"}
    assert wrong["seeded.core_entities"].actual["foreign"] == 1  # type: ignore[index,call-overload]


def test_rows_are_known_by_the_demo_tenants_digest_and_the_number_of_all(site: Site) -> None:
    with site.connect() as connection:
        known = rows_digest(connection, site)
        assert rows_digest(connection, site) == known
    change(site, FAULTS["assets.readiness"], 0)
    with site.connect() as connection:
        changed = rows_digest(connection, site)
    change(
        site,
        "DELETE FROM sixr_assessments WHERE ctid = (SELECT max(ctid) FROM sixr_assessments"
        " WHERE client_account_id = %(t)s)",
        TENANTS[-1],
    )
    with site.connect() as connection:
        assert len({known, changed, rows_digest(connection, site)}) == 3


def test_the_demo_tenant_alone_is_known_by_the_digest_of_every_row(
    demo_database: Target, project: Project, tmp_path: Path
) -> None:
    site = site_on(demo_database, project, tmp_path)
    with site.connect() as connection:
        assert rows_digest(connection, site) == seed.actual_digest(connection, site.dataset)


def test_what_is_measured_once_is_measured_anew_in_another_reading(site: Site) -> None:
    counted: list[int] = []

    def measure() -> int:
        counted.append(1)
        return len(counted)

    with site.reading() as held:
        assert [held.once("rows", measure), held.once("rows", measure)] == [1, 1]
        assert replace(held, run="another").once("rows", measure) == 1
        assert held.on("elsewhere").once("rows", measure) == 2
    assert site.once("rows", measure) == 3


def test_a_key_that_two_tenants_have_names_ones_own_row(server: Target, tmp_path: Path) -> None:
    """Orders are counted from 0 in every shop, so the order that one repeats is there in all of them."""
    project = projects.load(shops.FILE)
    with shops.filled(server, project, 3) as target:
        site = site_on(target, project, tmp_path)
        assert not failed(site, "tenancy.no_leaks")
        with site.connect() as connection, change_every_row(connection):
            last = {"shop": site.dataset.tenant_id(2)}
            connection.execute('DELETE FROM "Orders" WHERE shop_id = %(shop)s AND id = 0', last)
            named = 'SELECT FROM "Orders" WHERE shop_id = %(shop)s AND repeats_order_id = 0'
            left = connection.execute(named, last).rowcount
        # What repeats it now names an order of either of the other two shops.
        assert failed(site, "tenancy.no_leaks")["tenancy.no_leaks"].actual == 2 * left > 0
