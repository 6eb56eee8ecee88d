"""The plan for the inventory: waves, assignments and the case for every strategy agree with the assets."""

from __future__ import annotations

from collections import Counter

from tests.unit.modernize.demo_rows import AS_OF, by_id, cycles, edges, rows


def test_a_cycle_moves_in_one_wave(tenant: int) -> None:
    for group in cycles(tenant):
        waves = {row["migration_wave_id"] for row in rows("assets", tenant) if row["name"] in group}
        assert len(waves) == 1
        assert None not in waves


def test_every_asset_moves_in_one_wave_or_stays_or_goes(tenant: int) -> None:
    assigned = {row["asset_id"]: row["migration_wave_id"] for row in rows("wave_assignments", tenant)}
    assert len(assigned) == len(rows("wave_assignments", tenant))
    for row in rows("assets", tenant):
        assert row["migration_wave_id"] == assigned.get(row["id"])
        assert (row["migration_wave_id"] is None) == (row["six_r_strategy"] in ("retain", "retire"))


def test_waves_follow_one_another_within_their_capacity(tenant: int) -> None:
    waves = sorted(rows("migration_waves", tenant), key=lambda row: int(row["sequence"]))
    filled = Counter(row["migration_wave_id"] for row in rows("wave_assignments", tenant))
    assert [row["sequence"] for row in waves] == [1, 2, 3, 4]
    before = AS_OF.date()
    for wave in waves:
        assert before < wave["planned_start"] < wave["planned_end"]
        assert (wave["planned_start"].weekday(), wave["planned_end"].weekday()) == (0, 4)
        assert wave["planned_start"] <= wave["cutover_starts_at"].date() <= wave["planned_end"]
        assert wave["cutover_starts_at"] < wave["cutover_ends_at"]
        assert 0 < filled[wave["id"]] <= wave["capacity"]
        before = wave["planned_end"]
    engagement = rows("engagements", tenant)[0]
    assert engagement["starts_on"] < AS_OF.date()
    assert before < engagement["ends_on"]
    assert sum(wave["budget"] for wave in waves) < engagement["budget"]


def test_what_carries_others_moves_first(tenant: int) -> None:
    order = {
        row["asset_id"]: (row["migration_wave_id"], row["move_order"])
        for row in rows("wave_assignments", tenant)
    }
    for edge in edges(tenant, "runs_on", "stores_data_in", "hosted_on"):
        carried, carrier = order.get(edge["source_asset_id"]), order.get(edge["target_asset_id"])
        if carried and carrier:
            assert carried[0] == carrier[0]
            assert carried[1] > carrier[1]


def test_every_strategy_has_a_case_with_numbers_that_add_up(tenant: int) -> None:
    cases = {row["asset_id"]: row for row in rows("sixr_assessments", tenant)}
    assert len(cases) == len(rows("sixr_assessments", tenant)) == len(rows("assets", tenant))
    for row in rows("assets", tenant):
        case = cases[row["id"]]
        assert case["strategy"] == row["six_r_strategy"]
        assert len(case["rationale"]) > 40
        assert 0.7 <= float(case["confidence"]) <= 0.95
        assert case["monthly_saving"] == row["monthly_cost"] - row["cloud_monthly_cost"]
        others = [other["strategy"] for other in case["alternatives"]]
        assert len(set(others) | {case["strategy"]}) == 3
        assert all(
            other["technical_fit_score"] < case["technical_fit_score"] for other in case["alternatives"]
        )
        assert case["created_at"] < case["approved_at"] <= AS_OF


def test_only_what_is_ready_is_confirmed_and_what_is_blocked_says_why(tenant: int) -> None:
    assets = by_id(tenant)
    for row in rows("wave_assignments", tenant):
        asset = assets[row["asset_id"]]
        if row["status"] == "confirmed":
            assert asset["readiness_status"] == "ready"
        assert (row["note"] is not None) == bool(asset["blockers"])
    assert {row["status"] for row in rows("wave_assignments", tenant)} == {"confirmed", "planned"}


def test_the_demo_tenant_shows_every_strategy_and_every_readiness() -> None:
    found = rows("assets", 0)
    assert {row["six_r_strategy"] for row in found} == {
        "rehost",
        "replatform",
        "refactor",
        "repurchase",
        "retain",
        "retire",
    }
    assert {row["readiness_status"] for row in found} == {"ready", "needs_attention", "blocked"}
