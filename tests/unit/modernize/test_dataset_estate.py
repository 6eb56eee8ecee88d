"""Tenants of a chosen size: as many assets as asked for, and everything that is true of the story's size still true."""

from __future__ import annotations

from collections import Counter
from ipaddress import ip_address

import pytest
from tests.unit.modernize.demo_rows import AS_OF, DATASET

from modernize.dataset import demo_dataset
from modernize.dataset.columns import record_batch
from modernize.dataset.demo import VOLATILE
from modernize.dataset.story_rows import tell
from modernize.dataset.tenant import MOST_ASSETS, Tenant, variant_count

TABLES = list(DATASET.definition.rows)
LEFT_OUT = {table: frozenset({column}) for table, column in VOLATILE}


@pytest.mark.parametrize("assets", [60, 61, 110, 111, 300])
def test_each_tenant_has_as_many_assets_as_asked_for(assets: int) -> None:
    dataset = demo_dataset(DATASET.seed, AS_OF, assets)
    owners = dataset.batch("assets", range(6)).column("client_account_id").to_pylist()
    assert list(Counter(owners).values()) == [60, *[assets] * 5]


@pytest.mark.parametrize("assets", [60, 250])
def test_the_demo_tenant_is_the_same_whatever_size_the_others_have(assets: int) -> None:
    dataset = demo_dataset(DATASET.seed, AS_OF, assets)
    for table in TABLES:
        assert dataset.batch(table, range(1)).equals(DATASET.batch(table, range(1))), table


def test_large_tenants_filled_in_together_are_what_each_tells_alone() -> None:
    dataset = demo_dataset(DATASET.seed, AS_OF, 250)
    told = [tell(Tenant(dataset.seed, AS_OF, number, 250))[0] for number in range(1, 4)]
    for table in TABLES:
        rows = [row for tables in told for row in tables[table]]
        expected = record_batch(table, rows, LEFT_OUT.get(table, frozenset()))
        assert dataset.batch(table, range(1, 4)).equals(expected), table


def test_machines_of_a_large_tenant_have_addresses_and_names_of_their_own() -> None:
    rows = tell(Tenant(DATASET.seed, AS_OF, 1, 2000))[0]["assets"]
    machines = [row for row in rows if row["ip_address"]]
    assert len(rows) == 2000
    assert len({ip_address(row["ip_address"]) for row in machines}) == len(machines) > 1000
    for column in ("hostname", "serial_number"):
        assert len({row[column] for row in machines}) == len(machines)
    applications = [row["name"] for row in rows if row["asset_type"].value == "application"]
    assert len(set(applications)) == len(applications) > 300


def test_teams_and_circles_grow_with_the_units() -> None:
    usual, large = (tell(Tenant(DATASET.seed, AS_OF, 1, assets))[0] for assets in (60, 360))
    capacities = [[row["capacity"] for row in tables["migration_waves"]] for tables in (usual, large)]
    circles = [
        sum(row["is_intended_cycle"] for row in tables["asset_dependencies"]) for tables in (usual, large)
    ]
    assert capacities[1] == [6 * capacity for capacity in capacities[0]]
    assert circles == [5, 30]


@pytest.mark.parametrize("assets", [-1, 0, 59, MOST_ASSETS + 1])
def test_a_size_that_cannot_be_made_is_refused(assets: int) -> None:
    with pytest.raises(ValueError, match=f"assets_per_tenant is {assets}, expected 60 to 10000"):
        demo_dataset(DATASET.seed, AS_OF, assets)


def test_there_are_fewer_variants_where_each_is_long() -> None:
    assert [variant_count(assets) for assets in (None, 60, 120, 1000, 20_000)] == [32, 32, 16, 4, 4]
