"""Discovery flows through their API: the numbers of the dataset, filters, one flow's story, and starting one."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from modernize.checks import discovery
from modernize.models.enums import AccountRole, DiscoveryPhase, FlowStatus
from modernize.web.errors import Forbidden, Invalid
from modernize.web.services import flows
from modernize.web.services.paging import Paging
from reseed.validate import read_queries
from tests.console import Console

#: What the domain's checks say of flows, also of those that people start.
RULES = read_queries(Path(discovery.__file__).with_suffix(".sql"))
PHASES = [phase.value for phase in DiscoveryPhase]


@pytest.fixture(scope="module")
def analyst(shared_console: Console) -> Any:
    return shared_console.signed_in("ANALYST")


def get(client: Any, path: str, **query: object) -> Any:
    answer = client.get(path, params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ({}, "discovery_flows"),
        ({"status": "completed"}, "flows.complete"),
        ({"status": "running", "phase": "field_mapping"}, "flows.in_progress"),
        ({"status": "running", "phase": "asset_inventory"}, "flows.inventory"),
        ({"status": "failed"}, "flows.failed"),
        ({"status": "initialized"}, "flows.started"),
    ],
)
def test_the_list_behind_a_figure_has_its_number(
    analyst: Any, numbers: Mapping[str, int], query: dict[str, str], number: str
) -> None:
    found = get(analyst, "/api/flows", **query)
    assert found["total"] == len(found["rows"]) == numbers[number] > 0


def test_a_second_tenants_flows_and_insights_are_its_own(shared_console: Console, analyst: Any) -> None:
    other = shared_console.signed_in("ANALYST", 1)
    for path in ("/api/flows", "/api/flows/insights"):
        ours, theirs = get(analyst, path)["rows"], get(other, path)["rows"]
        assert ours and theirs
        assert not {row["id"] for row in ours} & {row["id"] for row in theirs}
    flow = get(other, "/api/flows")["rows"][0]
    assert analyst.get(f"/api/flows/{flow['id']}").status_code == 404


def test_steps_are_the_six_phases_in_order_and_progress_follows(analyst: Any) -> None:
    for row in get(analyst, "/api/flows")["rows"]:
        assert [step["phase"] for step in row["steps"]] == PHASES
        done = sum(step["status"] == "completed" for step in row["steps"])
        assert row["progress"] == pytest.approx(100 * done / 6, abs=0.01)


def test_search_takes_wild_cards_literally(analyst: Any) -> None:
    assert get(analyst, "/api/flows", search="cmdb")["total"] == 3
    assert get(analyst, "/api/flows", search="%")["total"] == 0


def test_the_failed_flow_names_phase_file_and_rows(analyst: Any) -> None:
    row = get(analyst, "/api/flows", status="failed")["rows"][0]
    detail = get(analyst, f"/api/flows/{row['id']}")
    assert detail["error_phase"] == "data_import"
    assert detail["error_details"]["file"] in row["error_message"]
    assert [bad["row"] for bad in detail["error_details"]["rows"]] == [17, 23]
    assert [phase["status"] for phase in detail["phases"]] == ["failed"] + ["pending"] * 5
    assert [crew["status"] for crew in detail["crews"]] == ["failed"]
    assert (detail["learning_scope"], detail["memory_isolation_level"]) == ("engagement", "strict")


def test_the_complete_flow_tells_its_story(analyst: Any, numbers: Mapping[str, int]) -> None:
    row = get(analyst, "/api/flows", status="completed")["rows"][0]
    detail = get(analyst, f"/api/flows/{row['id']}")
    assert row["assets"] == numbers["assets.found.complete"]
    begun = detail["phases"][0]
    assert (begun["records_processed"], begun["records_rejected"]) == (
        numbers["raw.cmdb"],
        numbers["raw.cmdb"] - numbers["raw.cmdb.valid"],
    )
    assert [each["file_name"] for each in detail["imports"]] == ["servicenow_cmdb_democorp.csv"]
    assert detail["crews"]
    for crew in detail["crews"]:
        assert crew["agents"] and crew["task_outputs"] and crew["duration_ms"] and crew["cost_usd"] > 0
        assert crew["total_tokens"] == crew["prompt_tokens"] + crew["completion_tokens"] > 0


def test_insights_come_gravest_first_and_name_their_assets(analyst: Any, numbers: Mapping[str, int]) -> None:
    found = get(analyst, "/api/flows/insights")
    assert found["total"] == numbers["agent_insights"]
    order = ["critical", "high", "medium", "low", "info"]
    places = [order.index(row["severity"]) for row in found["rows"]]
    assert places == sorted(places)
    named = [row for row in found["rows"] if row["asset_count"]]
    assert named and all(len(row["assets"]) == min(row["asset_count"], 6) for row in named)
    undecided = get(analyst, "/api/flows/insights", status="open")
    assert {row["reviewed_by"] for row in undecided["rows"]} == {None}
    assert 0 < undecided["total"] == sum(row["status"] == "open" for row in found["rows"]) < found["total"]


def test_an_unknown_filter_or_order_is_refused(analyst: Any) -> None:
    for query in ({"status": "bogus"}, {"sort": "password"}, {"colour": "red"}, {"search": "\x00"}):
        assert analyst.get("/api/flows", params=query).status_code == 422


@pytest.mark.parametrize("role", ["ANALYST", "ENGAGEMENT_MANAGER"])
def test_a_flow_that_is_started_waits_for_its_first_file(changing_console: Console, role: str) -> None:
    client = changing_console.signed_in(role)
    waiting = get(client, "/api/flows", status="initialized")["total"]
    name = f"Branch offices of {role}"
    made = client.post(
        "/api/flows", json={"name": f"  Branch   offices of {role} ", "description": "The rest."}
    )
    assert made.status_code == 201, made.text
    detail = made.json()
    line = detail["flow"]
    assert (line["name"], line["description"]) == (name, "The rest.")
    assert (line["status"], line["current_phase"], line["progress"]) == ("initialized", "data_import", 0)
    assert [(each["phase"], each["status"]) for each in detail["phases"]] == [
        (phase, "pending") for phase in PHASES
    ]
    assert (detail["learning_scope"], detail["memory_isolation_level"]) == ("engagement", "strict")
    assert line["started_by"] == client.get("/api/me").json()["full_name"]
    assert get(client, "/api/flows")["rows"][0]["id"] == line["id"]
    assert get(client, "/api/flows", status="initialized")["total"] == waiting + 1
    for rule in ("phases_in_order", "status_follows", "progress_follows", "isolation", "crews_fit"):
        assert changing_console.rows(RULES[rule].sql.replace("%%", "%")) == [], rule


def test_a_name_is_needed_and_taken_once(changing_console: Console) -> None:
    client = changing_console.signed_in("ANALYST")

    def post(name: str, description: str = "") -> Any:
        return client.post("/api/flows", json={"name": name, "description": description})

    before = get(client, "/api/flows")["total"]
    taken = post("Quarterly refresh")
    assert (taken.status_code, "Choose another name" in taken.json()["detail"]) == (409, True)
    assert post("   ").json()["detail"] == "A flow needs a name."
    assert "has 121 characters, expected 120 at most" in post("x" * 121).json()["detail"]
    assert len(post("", "a\x07").json()["problems"]) == 2
    assert get(client, "/api/flows")["total"] == before
    assert post("x" * 120, "Two\nlines").status_code == 201
    other = changing_console.signed_in("ANALYST", 1)
    assert other.post("/api/flows", json={"name": "x" * 120}).status_code == 201


@pytest.mark.parametrize("role", ["VIEWER", "CLIENT_ADMIN", "PLATFORM_ADMIN"])
def test_others_start_none_through_api_or_service(shared_console: Console, role: str) -> None:
    client = shared_console.signed_in(role)
    before = get(client, "/api/flows")["total"]
    answer = client.post("/api/flows", json={"name": "Mine"})
    assert (answer.status_code, "flow:create" in answer.json()["detail"]) == (403, True)
    caller = shared_console.caller(client)
    assert caller.identity.role == AccountRole(role)
    with pytest.raises(Forbidden, match="flow:create"):
        flows.start(caller, flows.NewFlow("Mine"))
    assert get(client, "/api/flows")["total"] == before


def test_the_service_itself_judges_what_a_page_sends(shared_console: Console, analyst: Any) -> None:
    caller = shared_console.caller(analyst)
    with pytest.raises(Invalid, match="The name holds a control character"):
        flows.start(caller, flows.NewFlow("A\x00B"))
    with pytest.raises(Invalid, match=r"The description has 3,000 characters, expected 2,000 at most\."):
        flows.start(caller, flows.NewFlow("A", "B" * 3000))


@pytest.mark.parametrize("text", ["a\x00b", "a\ud800b"], ids=["NUL", "half of a pair"])
def test_no_service_is_broken_by_a_text_that_a_database_cannot_store(
    shared_console: Console, analyst: Any, text: str
) -> None:
    """A page's address reaches a service as it is."""
    caller = shared_console.caller(analyst)
    with pytest.raises(Invalid, match="a character that a database cannot store"):
        flows.list_flows(caller, flows.FlowFilter(search=text), Paging())


def test_every_flow_is_in_one_figure_wherever_it_stands(running_console: Console) -> None:
    client = running_console.signed_in("VIEWER")
    caller = running_console.caller(client)
    before = flows.count_flows(caller)
    with running_console.everything() as connection:
        connection.execute(
            "UPDATE discovery_flows SET status = 'paused', error_phase = NULL, error_message = NULL, "
            "error_details = NULL WHERE status = 'failed'"
        )
        connection.execute(
            "UPDATE discovery_flows SET current_phase = 'tech_debt_assessment' WHERE status = 'running'"
        )
    after = flows.count_flows(caller)
    assert after.total == before.total == get(client, "/api/flows")["total"]
    failed, paused = FlowStatus.FAILED, FlowStatus.PAUSED
    assert (after.by_status[failed], after.by_status[paused]) == (0, before.by_status[failed])
    running = after.by_status[FlowStatus.RUNNING]
    assert (
        after.running_at[DiscoveryPhase.TECH_DEBT_ASSESSMENT]
        == sum(before.running_at.values())
        == running
        > 0
    )
