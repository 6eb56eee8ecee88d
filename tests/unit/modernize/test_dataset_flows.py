"""Discovery flows agree with their phases, crews, imports and the clock."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from tests.unit.modernize.demo_rows import AS_OF, Row, rows

from modernize.models.enums import DiscoveryPhase

PHASES = [phase.value for phase in DiscoveryPhase]


def phases_of(flow: Row, tenant: int) -> list[Row]:
    own = [row for row in rows("flow_phases", tenant) if row["discovery_flow_id"] == flow["id"]]
    return sorted(own, key=lambda row: int(row["ordinal"]))


def test_the_five_flows_are_where_the_plan_wants_them(tenant: int) -> None:
    found = [
        (row["status"], row["current_phase"], row["assessment_ready"])
        for row in rows("discovery_flows", tenant)
    ]
    assert sorted(found) == [
        ("completed", "tech_debt_assessment", True),
        ("failed", "data_import", False),
        ("initialized", "data_import", False),
        ("running", "asset_inventory", False),
        ("running", "field_mapping", False),
    ]


def test_each_flow_has_the_six_phases_in_order(tenant: int) -> None:
    for flow in rows("discovery_flows", tenant):
        assert [row["phase"] for row in phases_of(flow, tenant)] == PHASES


def test_progress_is_the_share_of_phases_done(tenant: int) -> None:
    for flow in rows("discovery_flows", tenant):
        done = [row for row in phases_of(flow, tenant) if row["status"] == "completed"]
        assert flow["progress"] == round(Decimal(100) * len(done) / len(PHASES), 2)
        # Phases are done from the first on, without a gap, and the flow stands at the next one.
        assert [row["phase"] for row in done] == PHASES[: len(done)]
        assert flow["current_phase"] == PHASES[min(len(done), len(PHASES) - 1)]


def test_the_flows_own_summary_says_what_the_phases_say(tenant: int) -> None:
    for flow in rows("discovery_flows", tenant):
        assert flow["phase_state"] == {
            row["phase"]: {"status": row["status"], "progress": float(row["progress"])}
            for row in phases_of(flow, tenant)
        }


def test_phases_follow_one_another_and_nothing_lies_ahead_of_the_clock(tenant: int) -> None:
    for flow in rows("discovery_flows", tenant):
        times = [flow["started_at"]]
        for row in phases_of(flow, tenant):
            times += [time for time in (row["started_at"], row["finished_at"]) if time]
        assert times == sorted(times)
        assert times[-1] <= AS_OF
        if flow["completed_at"]:
            assert flow["completed_at"] == times[-1]


def test_phase_counts_are_those_of_the_imports(tenant: int) -> None:
    imports = {row["discovery_flow_id"]: row for row in rows("data_imports", tenant)}
    mappings = rows("import_field_mappings", tenant)
    for flow in rows("discovery_flows", tenant):
        taken = imports.get(flow["id"])
        by_phase = {row["phase"]: row for row in phases_of(flow, tenant)}
        if taken is None:
            assert all(row["records_processed"] == 0 for row in by_phase.values())
            continue
        own = [row["status"] for row in mappings if row["data_import_id"] == taken["id"]]
        intake, mapping, cleansing = (by_phase[phase] for phase in PHASES[:3])
        assert (intake["records_processed"], intake["records_rejected"]) == (
            taken["total_records"],
            taken["failed_records"],
        )
        assert mapping["records_processed"] == len(own) - own.count("pending")
        assert mapping["records_rejected"] == own.count("rejected")
        assert cleansing["records_processed"] in (0, taken["valid_records"])


def test_an_import_happens_while_its_flow_imports(tenant: int) -> None:
    flows = {row["id"]: row for row in rows("discovery_flows", tenant)}
    records = rows("raw_import_records", tenant)
    for taken in rows("data_imports", tenant):
        phase = phases_of(flows[taken["discovery_flow_id"]], tenant)[0]
        own = [row["processed_at"] for row in records if row["data_import_id"] == taken["id"]]
        assert taken["started_at"] == phase["started_at"]
        assert own == sorted(own)
        assert phase["started_at"] < own[0]
        # The last row may be a rounding of microseconds off the end.
        assert own[-1] <= phase["finished_at"] + timedelta(milliseconds=1)


def test_crews_work_in_phases_that_have_begun_and_agree_with_them(tenant: int) -> None:
    phases = {(row["discovery_flow_id"], row["phase"]): row for row in rows("flow_phases", tenant)}
    seen = set()
    for crew in rows("crew_states", tenant):
        phase = phases[crew["discovery_flow_id"], crew["phase"]]
        seen.add((crew["discovery_flow_id"], crew["phase"]))
        expected = "completed" if phase["status"] == "waiting_for_approval" else phase["status"]
        assert crew["status"] == expected
        assert crew["started_at"] == phase["started_at"]
        if crew["finished_at"]:
            assert crew["finished_at"] <= (phase["finished_at"] or AS_OF)
            assert crew["duration_ms"] == (crew["finished_at"] - crew["started_at"]) / timedelta(
                milliseconds=1
            )
    assert seen >= {key for key, phase in phases.items() if phase["started_at"]}


def test_a_crews_tasks_are_done_by_its_agents_in_its_time(tenant: int) -> None:
    for crew in rows("crew_states", tenant):
        roles = {agent["role"] for agent in crew["agents"]}
        assert {output["agent"] for output in crew["task_outputs"]} <= roles
        ends = [
            datetime.fromisoformat(output["finished_at"])
            for output in crew["task_outputs"]
            if "finished_at" in output
        ]
        assert ends == sorted(ends)
        if crew["status"] == "completed":
            assert ends[-1] == crew["finished_at"]
        assert (crew["status"] == "pending") == (crew["task_outputs"] == [])


def test_a_flows_agent_state_is_the_sum_of_its_crews(tenant: int) -> None:
    crews = rows("crew_states", tenant)
    for flow in rows("discovery_flows", tenant):
        own = [row for row in crews if row["discovery_flow_id"] == flow["id"]]
        state = flow["agent_state"]
        assert state["total_tokens"] == sum(row["total_tokens"] for row in own)
        assert state["cost_usd"] == float(sum(row["cost_usd"] for row in own))
        assert state["crews"] == {f"{row['phase']}/{row['crew_name']}": row["status"] for row in own}
        assert state["memory"] == {
            "scope": flow["learning_scope"],
            "isolation": flow["memory_isolation_level"],
        }
        running = [row["crew_name"] for row in own if row["status"] == "running"]
        assert state["active_crew"] == (running[0] if running else None)


def test_insights_are_noticed_while_their_phase_runs_and_numbers_in_them_are_true(tenant: int) -> None:
    phases = {(row["discovery_flow_id"], row["phase"]): row for row in rows("flow_phases", tenant)}
    assets = {row["id"] for row in rows("assets", tenant)}
    for insight in rows("agent_insights", tenant):
        phase = phases[insight["discovery_flow_id"], insight["phase"]]
        assert phase["started_at"] <= insight["created_at"] <= (phase["finished_at"] or AS_OF)
        assert set(insight["asset_ids"]) <= assets
        assert "{" not in insight["description"]
        assert (insight["reviewed_at"] or AS_OF) <= AS_OF
    cmdb = next(row for row in rows("data_imports", tenant) if row["import_type"] == "cmdb")
    title = f"{cmdb['failed_records']} of {cmdb['total_records']} configuration items are refused"
    counted = next(row for row in rows("agent_insights", tenant) if row["title"] == title)
    assert counted["evidence"] == {
        "total_records": cmdb["total_records"],
        "failed_records": cmdb["failed_records"],
    }
