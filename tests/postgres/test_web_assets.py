"""The inventory through its API: the numbers of the dataset, filters, order, lineage, files."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import Any

import pytest
from openpyxl import load_workbook

from tests.console import Console


def rows(client: Any, **query: object) -> list[dict[str, Any]]:
    answer = client.get("/api/assets", params={"limit": 500, **query})
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["rows"]
    assert answer.json()["total"] == len(found)
    return found


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ({}, "assets"),
        ({"asset_type": "application"}, "assets.applications"),
        ({"asset_type": "server", "os_family": "linux"}, "assets.servers.linux"),
        ({"asset_type": "database"}, "assets.databases"),
        ({"six_r_strategy": "retain"}, "assets.retain"),
    ],
)
def test_a_filtered_list_has_the_number_that_the_dataset_defines(
    viewer: Any, numbers: Mapping[str, int], query: dict[str, str], number: str
) -> None:
    assert len(rows(viewer, **query)) == numbers[number] > 0


def test_pages_of_a_list_hold_every_row_once_and_in_order(viewer: Any, numbers: Mapping[str, int]) -> None:
    everything = [row["id"] for row in rows(viewer, sort="-monthly_cost")]
    paged = [
        row["id"]
        for offset in range(0, 60, 7)
        for row in viewer.get(
            "/api/assets", params={"sort": "-monthly_cost", "offset": offset, "limit": 7}
        ).json()["rows"]
    ]
    assert paged == everything
    assert len(set(paged)) == numbers["assets"]
    costs = [
        row["monthly_cost"] for row in rows(viewer, sort="-monthly_cost") if row["monthly_cost"] is not None
    ]
    assert costs == sorted(costs, reverse=True)


def test_a_search_finds_part_of_a_name_and_takes_wild_cards_literally(viewer: Any) -> None:
    found = rows(viewer, search="oms-app")
    assert found
    assert all("oms-app" in row["name"] for row in found)
    assert rows(viewer, search="%") == []
    assert len(rows(viewer, search="10.20.5.11")) == 1


def test_an_order_that_is_none_is_refused_with_those_that_are(viewer: Any) -> None:
    answer = viewer.get("/api/assets", params={"sort": "password_hash"})
    assert answer.status_code == 422
    assert "expected one of asset_type" in answer.json()["detail"]
    assert viewer.get("/api/assets", params={"search": "\x00"}).status_code == 422
    assert viewer.get("/api/assets", params={"colour": "red"}).status_code == 422


def test_an_imported_asset_leads_back_to_its_row(viewer: Any) -> None:
    server = rows(viewer, search="oms-app-01")[0]
    detail = viewer.get(f"/api/assets/{server['id']}").json()
    assert detail["raw"]["file_name"].endswith(".csv")
    assert detail["raw"]["cleansed_data"]["hostname"] == server["hostname"]
    assert detail["assessment"]["strategy"] == server["six_r_strategy"]
    assert detail["needed_by"]
    neighbour = viewer.get(f"/api/assets/{detail['needed_by'][0]['id']}").json()
    assert server["id"] in {edge["id"] for edge in neighbour["needs"]}


def test_an_asset_of_another_tenant_is_not_there(shared_console: Console, viewer: Any) -> None:
    foreign = rows(shared_console.signed_in("VIEWER", tenant=1))[0]
    answer = viewer.get(f"/api/assets/{foreign['id']}")
    assert answer.status_code == 404
    assert foreign["id"] not in {row["id"] for row in rows(viewer)}


def test_a_file_holds_what_is_listed(viewer: Any, numbers: Mapping[str, int]) -> None:
    text = viewer.get("/api/assets/export/csv", params={"asset_type": "server"}).content.decode("utf-8-sig")
    lines = list(csv.DictReader(io.StringIO(text)))
    assert len(lines) == numbers["assets.servers"]
    assert {line["asset_type"] for line in lines} == {"server"}
    sheet = load_workbook(io.BytesIO(viewer.get("/api/assets/export/xlsx").content)).active
    assert sheet is not None
    assert sheet.max_row == numbers["assets"] + 1


def test_a_file_cannot_carry_a_formula(running_console: Console) -> None:
    with running_console.everything() as connection:
        connection.execute(
            "UPDATE assets SET business_owner = business_owner, technical_owner = '=HYPERLINK(\"http://x\")' "
            "WHERE name = 'Billing' AND client_account_id = %s",
            (running_console.tenant_id(0),),
        )
    client = running_console.signed_in("ANALYST")
    text = client.get("/api/assets/export/csv", params={"search": "Billing"}).content.decode("utf-8-sig")
    [line] = [line for line in csv.DictReader(io.StringIO(text)) if line["name"] == "Billing"]
    assert line["technical_owner"] == '\'=HYPERLINK("http://x")'


def test_who_may_not_export_is_refused(shared_console: Console) -> None:
    answer = shared_console.signed_in("PLATFORM_ADMIN").get("/api/assets/export/csv")
    assert answer.status_code == 403
    assert "asset:export" in answer.json()["detail"]
