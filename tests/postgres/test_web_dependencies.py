"""Dependencies through their API: the dataset's numbers, walks, circles, pages, refusals."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import pytest

from modernize.dataset.definition import CYCLES
from tests.console import Console


def ask(client: Any, path: str = "", **query: object) -> Any:
    answer = client.get(f"/api/dependencies{path}", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def asset_id(client: Any, name: str) -> str:
    return next(row["id"] for row in ask(client, "/assets", search=name) if row["name"] == name)


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ({}, "asset_dependencies"),
        ({"dependency_type": "runs_on"}, "dependencies.runs_on"),
        ({"dependency_type": "stores_data_in"}, "dependencies.stores_data_in"),
        ({"dependency_type": "hosted_on"}, "dependencies.hosted_on"),
        ({"intended": True}, "dependencies.intended_cycles"),
    ],
)
def test_a_filtered_list_has_the_number_that_the_dataset_defines(
    viewer: Any, numbers: Mapping[str, int], query: dict[str, Any], number: str
) -> None:
    found = ask(viewer, limit=500, **query)
    assert found["total"] == len(found["rows"]) == numbers[number] > 0


@pytest.mark.parametrize("sort", ["source", "-target", "confidence_percent", "-cycle", "port"])
def test_pages_hold_every_row_once(viewer: Any, numbers: Mapping[str, int], sort: str) -> None:
    pages = [ask(viewer, sort=sort, offset=offset, limit=9)["rows"] for offset in range(0, 90, 9)]
    ids = [row["id"] for page in pages for row in page]
    assert len(ids) == len(set(ids)) == numbers["asset_dependencies"]


def test_a_list_cannot_be_sorted_by_what_it_does_not_have(viewer: Any) -> None:
    assert viewer.get("/api/dependencies", params={"sort": "secret"}).status_code == 422


def test_the_whole_graph_is_shown_when_it_is_small(viewer: Any, numbers: Mapping[str, int]) -> None:
    graph = ask(viewer, "/graph")
    assert len(graph["assets"]) == graph["assets_in_all"] == numbers["assets"]
    assert len(graph["dependencies"]) == graph["dependencies_in_all"] == numbers["asset_dependencies"]


def test_circles_are_those_of_the_dataset_and_exactly_their_edges_are_red(
    viewer: Any, numbers: Mapping[str, int]
) -> None:
    graph = ask(viewer, "/graph")
    named = sorted(
        tuple(sorted(member["name"] for member in circle["members"])) for circle in graph["circles"]
    )
    assert named == sorted(CYCLES)
    assert all(circle["intended"] for circle in graph["circles"])
    red = [edge for edge in graph["dependencies"] if edge["in_circle"]]
    assert len(red) == numbers["dependencies.intended_cycles"]
    assert all(edge["is_intended_cycle"] for edge in red)


def test_a_focus_with_one_hop_shows_the_neighbours_that_the_asset_has(viewer: Any) -> None:
    billing = asset_id(viewer, "Billing")
    detail = viewer.get(f"/api/assets/{billing}").json()
    for direction, near in (
        ("needs", detail["needs"]),
        ("needed_by", detail["needed_by"]),
        ("both", detail["needs"] + detail["needed_by"]),
    ):
        graph = ask(viewer, "/graph", focus=billing, depth="1", direction=direction)
        assert {row["id"] for row in graph["assets"]} == {billing, *(row["id"] for row in near)}
    assert graph["focus"] == "Billing"
    assert {row["hops"] for row in graph["assets"]} == {0, 1}


def test_table_and_graph_of_a_focus_say_the_same(viewer: Any) -> None:
    query = {"focus": asset_id(viewer, "Order Management"), "depth": "2", "direction": "needs"}
    graph, table = ask(viewer, "/graph", **query), ask(viewer, limit=500, **query)
    assert {edge["id"] for edge in graph["dependencies"]} == {row["id"] for row in table["rows"]}
    assert table["total"] > 1


def test_further_hops_show_more_and_all_the_way_the_most(viewer: Any) -> None:
    focus = asset_id(viewer, "Customer Portal")
    sizes = [ask(viewer, "/graph", focus=focus, depth=depth)["assets_in_all"] for depth in ("1", "2", "all")]
    assert sizes[0] < sizes[1] < sizes[2]


def test_search_takes_wild_cards_literally(viewer: Any) -> None:
    assert ask(viewer, search="%")["total"] == 0
    assert ask(viewer, "/assets", search="_%_") == []
    assert ask(viewer, search="BILPRD")["total"] > 0


def test_another_tenants_asset_is_no_focus(shared_console: Console, viewer: Any) -> None:
    stranger = ask(shared_console.signed_in("VIEWER", tenant=1), "/assets")[0]["id"]
    for path in ("", "/graph"):
        for focus in (stranger, uuid4()):
            answer = viewer.get(f"/api/dependencies{path}", params={"focus": str(focus)})
            assert answer.status_code == 404
            assert "There is no asset" in answer.json()["detail"]


@pytest.mark.parametrize(
    "query", [{"depth": "5"}, {"direction": "up"}, {"focus": "x"}, {"intended": "perhaps"}]
)
def test_what_is_not_a_filter_is_refused(viewer: Any, query: dict[str, str]) -> None:
    for path in ("", "/graph"):
        assert viewer.get(f"/api/dependencies{path}", params=query).status_code == 422


def test_a_circle_that_nobody_declared_is_named_in_the_table_as_well(
    changing_console: Console, numbers: Mapping[str, int]
) -> None:
    with changing_console.everything() as connection:
        connection.execute("UPDATE asset_dependencies SET is_intended_cycle = false")
    client = changing_console.signed_in("VIEWER")
    graph, table = ask(client, "/graph"), ask(client, limit=500)
    red = {edge["id"] for edge in graph["dependencies"] if edge["in_circle"]}
    assert {row["id"] for row in table["rows"] if row["cycle"] == "cycle"} == red
    assert len(red) == numbers["dependencies.intended_cycles"]
