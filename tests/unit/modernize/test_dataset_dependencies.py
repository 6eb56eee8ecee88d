"""The dependency graph: a clear chain for every application, the declared cycles and no others."""

from __future__ import annotations

from uuid import UUID

from tests.unit.modernize.demo_rows import by_id, cycles, edges

from modernize.dataset.definition import CYCLES


def targets(tenant: int, kind: str, *sources: UUID) -> list[UUID]:
    return [edge["target_asset_id"] for edge in edges(tenant, kind) if edge["source_asset_id"] in sources]


def test_every_application_leads_down_to_servers_and_to_a_database_on_a_server(tenant: int) -> None:
    assets = by_id(tenant)
    for key, row in assets.items():
        if row["asset_type"] != "application":
            continue
        runs_on = targets(tenant, "runs_on", key)
        (database,) = targets(tenant, "stores_data_in", key)
        (host,) = targets(tenant, "hosted_on", database)
        assert runs_on
        assert {assets[server]["asset_type"] for server in [*runs_on, host]} == {"server"}
        assert assets[database]["asset_type"] == "database"


def test_every_asset_has_its_place_in_the_graph(tenant: int) -> None:
    touched = {end for edge in edges(tenant) for end in (edge["source_asset_id"], edge["target_asset_id"])}
    assert touched == set(by_id(tenant))


def test_the_demo_tenants_cycles_are_the_declared_ones_and_no_others() -> None:
    assert cycles(0) == [set(cycle) for cycle in CYCLES]


def test_cycles_are_made_of_the_edges_marked_as_intended(tenant: int) -> None:
    assets, found = by_id(tenant), cycles(tenant)
    assert [len(group) for group in found] == [2, 3]
    for edge in edges(tenant):
        ends = {assets[edge[f"{end}_asset_id"]]["name"] for end in ("source", "target")}
        assert edge["is_intended_cycle"] == any(ends <= group for group in found)
