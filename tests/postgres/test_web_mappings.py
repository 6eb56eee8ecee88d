"""Attribute mappings in the console: listed, previewed, decided by those who may, and never behind anybody's back."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from tests.console import Console

if TYPE_CHECKING:
    from starlette.testclient import TestClient

MAPPINGS = "/api/mappings"


@pytest.fixture(scope="module")
def console(shared_console: Console) -> Console:
    with shared_console.everything() as connection:
        connection.execute("CREATE TABLE mappings_at_first AS SELECT * FROM import_field_mappings")
    return shared_console


@pytest.fixture(scope="module")
def viewer(console: Console) -> TestClient:
    return console.signed_in("VIEWER")


@pytest.fixture(scope="module")
def manager(console: Console) -> TestClient:
    return console.signed_in("ENGAGEMENT_MANAGER")


@pytest.fixture(scope="module")
def session_of_analyst(console: Console) -> TestClient:
    return console.signed_in("ANALYST")


@pytest.fixture
def analyst(console: Console, session_of_analyst: TestClient) -> Iterator[TestClient]:
    """Somebody who decides; afterwards every mapping is as it was."""
    yield session_of_analyst
    with console.everything() as connection:
        connection.execute(
            "UPDATE import_field_mappings now SET (target_field, status, reviewed_by, reviewed_at, review_note) = "
            "(first.target_field, first.status, first.reviewed_by, first.reviewed_at, first.review_note) "
            "FROM mappings_at_first first WHERE first.id = now.id"
        )


def pending(client: TestClient) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = client.get(MAPPINGS, params={"status": "pending"}).json()["rows"]
    assert len(rows) >= 3
    return rows


def decide(client: TestClient, row: dict[str, Any], status: str, note: str = "", seen: str = "") -> Any:
    return client.put(
        f"{MAPPINGS}/{row['id']}/decision",
        json={"status": status, "seen": seen or row["status"], "note": note},
    )


def test_mappings_are_listed_by_place_filtered_and_counted(viewer: TestClient) -> None:
    every = viewer.get(MAPPINGS, params={"limit": 500}).json()
    summary = viewer.get(f"{MAPPINGS}/summary").json()
    assert every["total"] == len(every["rows"]) == summary["total"] == 35
    assert summary["approved"] + summary["pending"] + summary["rejected"] == 35
    for status in ("approved", "pending", "rejected"):
        assert viewer.get(MAPPINGS, params={"status": status}).json()["total"] == summary[status] > 0
    assert viewer.get(MAPPINGS, params={"transformed": True}).json()["total"] == summary["transformed"] > 0
    sure = [row["id"] for row in every["rows"] if row["confidence"] >= 90]
    listed = viewer.get(MAPPINGS, params={"min_confidence": 90}).json()["rows"]
    assert [row["id"] for row in listed] == sure != []
    first = every["rows"][0]["data_import_id"]
    ours = viewer.get(MAPPINGS, params={"data_import_id": first}).json()
    assert [row["data_import_id"] for row in ours["rows"]] == [first] * ours["total"]
    assert 0 < ours["total"] < every["total"]
    reviewed = next(row for row in every["rows"] if row["status"] == "approved")
    assert reviewed["reviewed_by"]
    assert reviewed["reviewed_at"]


def test_the_preview_applies_every_rule_to_its_samples(viewer: TestClient) -> None:
    kinds = set()
    for row in viewer.get(MAPPINGS, params={"limit": 500}).json()["rows"]:
        preview = viewer.get(f"{MAPPINGS}/{row['id']}").json()["preview"]
        assert [each["sample"] for each in preview] == row["sample_values"]
        assert all(each["problem"] == "" and each["result"] is not None for each in preview), row
        kinds.add(row["transformation_type"])
    assert len(kinds) == 7


def test_a_decision_says_who_and_when_and_can_be_taken_back(console: Console, analyst: TestClient) -> None:
    row = pending(analyst)[0]
    rejected = decide(analyst, row, "rejected", "  The column is about something else. ").json()["mapping"]
    me = analyst.get("/api/me").json()
    assert rejected["status"] == "rejected"
    assert rejected["reviewed_by"] == me["full_name"]
    assert rejected["review_note"] == "The column is about something else."
    stored = console.rows(
        "SELECT reviewed_by, reviewed_at = updated_at AS now FROM import_field_mappings WHERE id = %s",
        (row["id"],),
    )
    assert [(str(each["reviewed_by"]), each["now"]) for each in stored] == [(me["user_id"], True)]

    again = decide(analyst, rejected, "pending").json()["mapping"]
    assert (again["status"], again["reviewed_by"], again["reviewed_at"], again["review_note"]) == (
        "pending",
        None,
        None,
        None,
    )
    assert decide(analyst, again, "approved").json()["mapping"]["status"] == "approved"


def test_a_rejection_without_a_reason_is_refused(analyst: TestClient) -> None:
    answer = decide(analyst, pending(analyst)[0], "rejected", "  ")
    assert answer.status_code == 422
    assert "reason" in answer.json()["detail"]


def test_whoever_comes_second_is_told_that_somebody_else_has_decided(
    manager: TestClient, analyst: TestClient
) -> None:
    row = pending(analyst)[0]
    assert decide(manager, row, "rejected", "No.").status_code == 200
    answer = decide(analyst, row, "approved")
    assert answer.status_code == 409
    assert manager.get("/api/me").json()["full_name"] in answer.json()["detail"]
    assert analyst.get(f"{MAPPINGS}/{row['id']}").json()["mapping"]["status"] == "rejected"


def test_of_two_at_the_same_moment_one_wins(manager: TestClient, analyst: TestClient) -> None:
    for row in pending(analyst):
        with ThreadPoolExecutor(2) as pool:
            answers = list(
                pool.map(
                    lambda each, row=row: decide(each[0], row, each[1], "No.").status_code,  # type: ignore[misc]
                    ((analyst, "approved"), (manager, "rejected")),
                )
            )
        assert sorted(answers) == [200, 409]


def test_of_several_all_are_decided_or_none(analyst: TestClient) -> None:
    rows = pending(analyst)
    wanted = [row["id"] for row in rows]
    decide(analyst, rows[1], "approved")
    sent = {"status": "approved", "seen": "pending", "mapping_ids": wanted}
    answer = analyst.post(f"{MAPPINGS}/decisions", json=sent)
    assert answer.status_code == 409
    assert len(answer.json()["problems"]) == 1
    assert len(pending(analyst)) == len(rows) - 1

    sent["mapping_ids"] = [row["id"] for row in pending(analyst)]
    assert analyst.post(f"{MAPPINGS}/decisions", json=sent).json() == {"decided": len(rows) - 1}
    assert analyst.get(f"{MAPPINGS}/summary").json()["pending"] == 0


def test_a_threshold_approves_what_was_shown_and_nothing_else(analyst: TestClient) -> None:
    rows = pending(analyst)
    threshold = sorted(row["confidence"] for row in rows)[1]
    shown = analyst.get(f"{MAPPINGS}/approvable", params={"min_confidence": threshold}).json()["mappings"]
    assert {row["id"] for row in shown} == {row["id"] for row in rows if row["confidence"] >= threshold}

    sent = {"status": "approved", "seen": "pending", "mapping_ids": [row["id"] for row in shown]}
    assert analyst.post(f"{MAPPINGS}/decisions", json=sent).json() == {"decided": len(shown)}
    left = analyst.get(MAPPINGS, params={"status": "pending"}).json()["rows"]
    assert all(row["confidence"] < threshold for row in left)
    assert len(left) == len(rows) - len(shown)


def test_a_field_is_filled_by_one_column(console: Console, analyst: TestClient) -> None:
    first, second = pending(analyst)[:2]
    with console.everything() as connection:
        connection.execute(
            "UPDATE import_field_mappings SET target_field = %s WHERE id = %s",
            (first["target_field"], second["id"]),
        )
    found = analyst.get(f"{MAPPINGS}/approvable", params={"min_confidence": 0}).json()
    assert {row["id"] for row in found["left"]} == {first["id"], second["id"]}
    assert found["mappings"]
    together = {"status": "approved", "seen": "pending", "mapping_ids": [first["id"], second["id"]]}
    assert analyst.post(f"{MAPPINGS}/decisions", json=together).status_code == 409
    assert decide(analyst, first, "approved").status_code == 200
    answer = decide(analyst, second, "approved")
    assert answer.status_code == 409
    assert first["source_field"] in answer.json()["detail"]


def test_what_assets_were_made_by_stays(analyst: TestClient) -> None:
    rows = analyst.get(MAPPINGS, params={"status": "approved", "limit": 500}).json()["rows"]
    done = next(row for row in rows if row["in_inventory"])
    answer = decide(analyst, done, "rejected", "Changed my mind.")
    assert answer.status_code == 409
    assert "in the inventory" in answer.json()["detail"]

    undone = next(row for row in rows if not row["in_inventory"])
    assert decide(analyst, undone, "rejected", "Changed my mind.").status_code == 200


@pytest.mark.parametrize("role", ["VIEWER", "CLIENT_ADMIN", "PLATFORM_ADMIN"])
def test_other_roles_decide_nothing(console: Console, role: str) -> None:
    from modernize.models.enums import MappingStatus
    from modernize.web.errors import Forbidden
    from modernize.web.services import mapping_review as review

    client = console.signed_in(role)
    row = pending(client)[0]
    assert decide(client, row, "approved").status_code == 403
    assert client.get(f"{MAPPINGS}/approvable", params={"min_confidence": 0}).status_code == 403
    caller = console.caller(client)
    approve = review.Decision(MappingStatus.APPROVED)
    with pytest.raises(Forbidden):
        review.decide(caller, row["id"], approve, seen=MappingStatus.PENDING)
    with pytest.raises(Forbidden):
        review.decide_several(caller, [row["id"]], approve, seen=MappingStatus.PENDING)
    with pytest.raises(Forbidden):
        review.approvable(caller, 0)
