"""The dashboard through its API: the dataset's numbers, the surest mappings first, the feed from rows' own times."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pytest

from tests.console import Console


@pytest.fixture(scope="module")
def overview(viewer: Any) -> dict[str, Any]:
    found: dict[str, Any] = viewer.get("/api/dashboard").json()
    return found


def feed(client: Any, **query: int) -> dict[str, Any]:
    answer = client.get("/api/dashboard/activity", params=query)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_totals_are_the_datasets(overview: dict[str, Any], numbers: Mapping[str, int]) -> None:
    totals = overview["totals"]
    for name, number in (
        ("assets", "assets"),
        ("flows", "discovery_flows"),
        ("flows_failed", "flows.failed"),
        ("imports", "data_imports"),
        ("records", "raw_import_records"),
        ("mappings_pending", "mappings.pending"),
        ("mappings", "import_field_mappings"),
        ("waves", "migration_waves"),
        ("assets_in_waves", "wave_assignments"),
    ):
        assert totals[name] == numbers[number] > 0, name


def test_every_flow_stands_at_one_of_the_six_phases(
    overview: dict[str, Any], numbers: Mapping[str, int]
) -> None:
    phases = overview["phases"]
    assert len(phases) == 6
    assert sum(load["flows"] for load in phases) == numbers["discovery_flows"]
    assert phases[0]["by_status"] == {"initialized": 1, "failed": 1}


def test_import_health_adds_up(overview: dict[str, Any], numbers: Mapping[str, int]) -> None:
    for each in overview["imports"]:
        assert each["accepted"] + each["refused"] + each["unread"] == each["total"] > 0
    assert sum(each["total"] for each in overview["imports"]) == numbers["raw_import_records"]
    accepted = numbers["raw.cmdb.valid"] + numbers["raw.cloud.valid"] + numbers["raw.manual.valid"]
    assert sum(each["accepted"] for each in overview["imports"]) == accepted


def test_the_surest_mapping_comes_first(overview: dict[str, Any], numbers: Mapping[str, int]) -> None:
    sure = [each["confidence"] for each in overview["approvals"]]
    assert sure == sorted(sure, reverse=True)
    assert len(sure) == numbers["mappings.pending"]


def test_the_feed_is_newest_first_and_its_stretches_fit_together(viewer: Any) -> None:
    whole = feed(viewer, limit=100)
    times = [datetime.fromisoformat(event["at"]) for event in whole["events"]]
    assert times == sorted(times, reverse=True)
    assert not whole["more"]
    stretches, offset = [], 0
    while True:
        part = feed(viewer, offset=offset, limit=7)
        stretches += part["events"]
        offset += 7
        if not part["more"]:
            break
    assert stretches == whole["events"]


def test_the_feed_holds_what_rows_say_once(shared_console: Console, viewer: Any) -> None:
    events = feed(viewer, limit=100)["events"]
    tenant = {"tenant": shared_console.tenant_id(0)}
    counted = shared_console.rows(
        """
        SELECT (SELECT count(*) FROM discovery_flows WHERE client_account_id = %(tenant)s) AS flow_started,
               (SELECT count(*) FROM discovery_flows WHERE client_account_id = %(tenant)s
                AND completed_at IS NOT NULL) AS flow_completed,
               (SELECT count(*) FROM discovery_flows WHERE client_account_id = %(tenant)s
                AND status = 'failed') AS flow_failed,
               (SELECT count(*) FROM data_imports WHERE client_account_id = %(tenant)s) AS import_read,
               (SELECT count(*) FROM agent_insights WHERE client_account_id = %(tenant)s) AS insight_noticed,
               (SELECT count(*) FROM agent_insights WHERE client_account_id = %(tenant)s
                AND reviewed_at IS NOT NULL) AS insight_decided,
               (SELECT count(*) FROM import_field_mappings WHERE client_account_id = %(tenant)s
                AND reviewed_at IS NOT NULL) AS decided,
               (SELECT count(*) FROM sixr_assessments WHERE client_account_id = %(tenant)s
                AND status = 'accepted') AS accepted
        """,
        tenant,
    )[0]
    by_kind: dict[str, list[dict[str, Any]]] = {}
    for event in events:
        by_kind.setdefault(event["kind"], []).append(event)
    for kind in (
        "flow_started",
        "flow_completed",
        "flow_failed",
        "import_read",
        "insight_noticed",
        "insight_decided",
    ):
        assert len(by_kind[kind]) == counted[kind] > 0, kind
    assert sum(event["number"] for event in by_kind["mappings_decided"]) == counted["decided"] > 0
    assert sum(event["number"] for event in by_kind["strategies_accepted"]) == counted["accepted"] > 0
    # Who: people and agents by name; nobody is made up for what happened by itself.
    people = ("flow_started", "import_read", "mappings_decided", "insight_decided", "strategies_accepted")
    assert all(event["who"] for kind in (*people, "insight_noticed") for event in by_kind[kind])
    assert by_kind["flow_failed"][0]["who"] is None
    assert "not valid UTF-8" in by_kind["flow_failed"][0]["detail"]


def test_another_tenant_is_neither_counted_nor_told_of(
    shared_console: Console, overview: dict[str, Any]
) -> None:
    other = shared_console.signed_in("VIEWER", 1)
    theirs = other.get("/api/dashboard").json()
    assert theirs["imports"] and theirs["approvals"]
    assert not {each["id"] for each in theirs["imports"]} & {each["id"] for each in overview["imports"]}
    assert not {each["id"] for each in theirs["approvals"]} & {each["id"] for each in overview["approvals"]}
    own = {event["subject_id"] for event in feed(shared_console.signed_in("VIEWER"), limit=100)["events"]}
    foreign = {event["subject_id"] for event in feed(other, limit=100)["events"]}
    assert own & foreign == {None}


def test_the_feed_ends_somewhere(viewer: Any) -> None:
    answer = viewer.get("/api/dashboard/activity", params={"offset": 990, "limit": 50})
    assert answer.status_code == 422
    assert "goes back 1000 events" in answer.json()["detail"]
