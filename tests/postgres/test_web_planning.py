"""The plan of waves through its API: numbers, warnings, changes that hold every constraint, refusals, conflicts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from modernize.checks import planning
from modernize.models.enums import SixrStrategy
from modernize.web.errors import Invalid
from modernize.web.pages.planning_board import REASONS
from modernize.web.services import planning_changes
from reseed.validate import read_queries
from tests.console import Console

#: What the domain's checks say of any plan.
RULES = read_queries(Path(planning.__file__).with_suffix(".sql"))
WHY = "Nobody has opened it since the spring, and its data lies in the archive."


@pytest.fixture(scope="module")
def manager(shared_console: Console) -> Any:
    """Plans on the one database of this module: each test changes assets of its own and leaves every rule kept."""
    return shared_console.signed_in("ENGAGEMENT_MANAGER")


def ask(client: Any, path: str = "", **query: object) -> Any:
    answer = client.get(f"/api/planning{path}", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def asset(client: Any, name: str) -> dict[str, Any]:
    found = client.get("/api/assets", params={"search": name}).json()["rows"]
    placing: dict[str, Any] = ask(
        client, f"/assets/{next(row['id'] for row in found if row['name'] == name)}"
    )
    return placing


def wave(client: Any, sequence: int) -> str:
    return str(ask(client)["waves"][sequence - 1]["row"]["id"])


def move(client: Any, rows: list[dict[str, Any]], wave_id: str | None, **more: object) -> Any:
    seen = [{"id": row["id"], "updated_at": row["updated_at"]} for row in rows]
    return client.post("/api/planning/moves", json={"assets": seen, "wave_id": wave_id, **more})


def decide(client: Any, row: dict[str, Any], strategy: str, **more: object) -> Any:
    body = {"strategy": strategy, "rationale": WHY, "confidence": "0.85", "effort_days": "4.5", **more}
    return client.post(
        f"/api/planning/assets/{row['id']}/strategy", json={"updated_at": row["updated_at"], **body}
    )


def look(console: Console, query: str, **values: object) -> list[dict[str, Any]]:
    return console.rows(query, {"tenant": console.tenant_id(0), **values})


def broken_rules(console: Console) -> list[dict[str, Any]]:
    """What the project's own checks of the plan would find wrong with the first tenant."""
    found = []
    for name in ("every_asset_placed", "move_order", "sixr_cases", "savings"):
        rows = look(console, RULES[name].sql)
        found += [{"rule": name, **row} for row in rows if row["client_account_id"] == console.tenant_id(0)]
    return found


def test_the_plan_has_the_numbers_that_the_dataset_defines(manager: Any, numbers: Mapping[str, int]) -> None:
    plan = ask(manager)
    assert len(plan["waves"]) == numbers["migration_waves"]
    assert plan["assigned"] == numbers["wave_assignments"]
    for strategy in SixrStrategy:
        assert plan["strategies"][strategy] == numbers[f"assets.{strategy}"]
    assert {bucket["reason"]: bucket["number"] for bucket in plan["buckets"]} == {
        "retain": numbers["assets.retain"],
        "retire": numbers["assets.retire"],
        "undecided": 0,
        "unplanned": 0,
    }


def test_warnings_are_those_that_the_rows_give_reason_for(shared_console: Console, manager: Any) -> None:
    late = look(
        shared_console,
        """SELECT DISTINCT s.name FROM asset_dependencies d
           JOIN assets s ON s.id = d.source_asset_id JOIN assets t ON t.id = d.target_asset_id
           JOIN migration_waves a ON a.id = s.migration_wave_id JOIN migration_waves b ON b.id = t.migration_wave_id
           WHERE d.client_account_id = %(tenant)s AND d.strength = 'hard' AND b.sequence > a.sequence""",
    )
    found = ask(manager, "/warnings")
    first = [warning["assets"][0]["name"] for warning in found if warning["kind"] == "dependent_first"]
    assert sorted(first) == sorted(row["name"] for row in late) != []
    # The dataset moves circles together and keeps to every capacity.
    assert not [warning for warning in found if warning["kind"] in ("circle_split", "capacity")]


def test_a_preview_says_what_a_move_would_mean_and_moves_nothing(manager: Any) -> None:
    viewer = manager
    billing = asset(viewer, "Billing")
    before = ask(viewer)
    found = ask(viewer, "/preview", asset_id=billing["asset"]["id"], wave_id=wave(viewer, 1))
    kinds = {warning["kind"] for warning in found}
    assert {"circle_split", "dependent_first"} <= kinds
    assert {row["name"] for row in billing["circle"]} == {"Customer Relations", "Notification Service"}
    together = [billing["asset"]["id"], *(row["id"] for row in billing["circle"])]
    whole = ask(viewer, "/preview", asset_id=together, wave_id=wave(viewer, 1))
    assert "circle_split" not in {warning["kind"] for warning in whole}
    assert ask(viewer) == before


def test_a_moved_asset_is_in_its_new_wave_everywhere_and_orders_have_no_gap(
    shared_console: Console, manager: Any
) -> None:
    server = asset(manager, "dmc-oms-web-01")["asset"]
    assert move(manager, [server], wave(manager, 2), note="Needed by the portal").status_code == 200
    (row,) = look(
        shared_console,
        """SELECT w.sequence, a.migration_wave_id = wa.migration_wave_id AS agree, wa.note, wa.status::text,
                  u.email, wa.scheduled_on BETWEEN w.planned_start AND w.planned_end AS in_time
           FROM assets a JOIN wave_assignments wa ON wa.asset_id = a.id
           JOIN migration_waves w ON w.id = wa.migration_wave_id JOIN users u ON u.id = wa.assigned_by
           WHERE a.client_account_id = %(tenant)s AND a.id = %(id)s""",
        id=server["id"],
    )
    assert row == {
        "sequence": 2, "agree": True, "note": "Needed by the portal", "status": "planned",
        "email": "demo@democorp.com", "in_time": True,
    }  # fmt: skip
    assert broken_rules(shared_console) == []


def test_servers_move_before_the_databases_and_applications_of_their_new_wave(
    shared_console: Console, manager: Any
) -> None:
    server = asset(manager, "dmc-oms-web-02")["asset"]
    assert move(manager, [server], wave(manager, 1)).status_code == 200
    moved = look(
        shared_console,
        """SELECT a.id::text, a.asset_type::text AS kind FROM wave_assignments wa JOIN assets a ON a.id = wa.asset_id
           JOIN migration_waves w ON w.id = wa.migration_wave_id
           WHERE wa.client_account_id = %(tenant)s AND w.sequence = 1 ORDER BY wa.move_order""",
    )
    assert server["id"] in {row["id"] for row in moved}
    kinds = [row["kind"] for row in moved]
    order = ["network_device", "server", "database", "application"]
    assert kinds == sorted(kinds, key=order.index)


def test_a_circle_moves_as_one(shared_console: Console, manager: Any) -> None:
    billing = asset(manager, "Billing")
    answer = move(manager, [billing["asset"], *billing["circle"]], wave(manager, 4))
    assert answer.status_code == 200
    moved = [asset(manager, row["name"])["asset"] for row in (billing["asset"], *billing["circle"])]
    assert {row["migration_wave_id"] for row in moved} == {wave(manager, 4)}
    assert "circle_split" not in {warning["kind"] for warning in answer.json()["warnings"]}
    assert broken_rules(shared_console) == []


def test_an_asset_taken_out_of_every_wave_is_still_to_be_planned(
    shared_console: Console, manager: Any
) -> None:
    server = asset(manager, "dmc-wms-app-02")["asset"]
    assert move(manager, [server], None).status_code == 200
    buckets = {bucket["reason"]: bucket for bucket in ask(manager)["buckets"]}
    assert [card["name"] for card in buckets["unplanned"]["cards"]] == ["dmc-wms-app-02"]
    assert [row["rule"] for row in broken_rules(shared_console)] == ["every_asset_placed"]
    back = asset(manager, "dmc-wms-app-02")["asset"]
    assert move(manager, [back], server["migration_wave_id"]).status_code == 200
    assert broken_rules(shared_console) == []


def test_a_retired_asset_leaves_its_wave_and_its_case_says_who_decided_why(
    shared_console: Console, manager: Any
) -> None:
    server = asset(manager, "dmc-wms-web-01")
    answer = decide(manager, server["asset"], "retire")
    assert answer.status_code == 200, answer.text
    assert "needed_retired" in {warning["kind"] for warning in answer.json()["warnings"]}
    cases = look(
        shared_console,
        """SELECT strategy::text, s.status::text, rationale, u.email, approved_at IS NOT NULL AS dated,
                  alternatives -> 0 ->> 'strategy' AS former
           FROM sixr_assessments s JOIN users u ON u.id = s.approved_by
           WHERE s.client_account_id = %(tenant)s AND asset_id = %(id)s ORDER BY s.created_at""",
        id=server["asset"]["id"],
    )
    assert [(case["strategy"], case["status"]) for case in cases] == [
        ("rehost", "superseded"),
        ("retire", "accepted"),
    ]
    assert cases[1]["rationale"] == WHY
    assert (cases[1]["email"], cases[1]["dated"], cases[1]["former"]) == ("demo@democorp.com", True, "rehost")
    assert asset(manager, "dmc-wms-web-01")["asset"]["migration_wave_id"] is None
    assert broken_rules(shared_console) == []


def test_what_stays_no_longer_can_be_given_a_wave_with_its_strategy(
    shared_console: Console, manager: Any
) -> None:
    (retained, *_) = next(bucket for bucket in ask(manager)["buckets"] if bucket["reason"] == "retain")[
        "cards"
    ]
    assert move(manager, [retained], wave(manager, 3)).status_code == 422
    assert decide(manager, retained, "rehost", wave_id=wave(manager, 3)).status_code == 200
    assert asset(manager, retained["name"])["asset"]["migration_wave_id"] == wave(manager, 3)
    assert broken_rules(shared_console) == []


def test_a_change_of_strategy_alone_leaves_an_asset_in_its_wave(
    shared_console: Console, manager: Any
) -> None:
    server = asset(manager, "dmc-oms-app-01")["asset"]
    assert decide(manager, server, "replatform").status_code == 200
    assert asset(manager, "dmc-oms-app-01")["asset"]["migration_wave_id"] == server["migration_wave_id"]
    assert broken_rules(shared_console) == []


def test_the_second_of_two_people_is_told_that_somebody_was_faster(manager: Any) -> None:
    server = asset(manager, "dmc-wms-app-01")["asset"]
    assert move(manager, [server], wave(manager, 2)).status_code == 200
    for answer in (move(manager, [server], wave(manager, 3)), decide(manager, server, "retire")):
        assert answer.status_code == 409
        assert "was changed by somebody else" in answer.json()["detail"]
    assert asset(manager, "dmc-wms-app-01")["asset"]["migration_wave_id"] == wave(manager, 2)


def test_of_several_assets_all_move_or_none(manager: Any) -> None:
    server, other = (asset(manager, name)["asset"] for name in ("dmc-oms-app-01", "dmc-oms-app-02"))
    stale = {**other, "updated_at": "2020-01-01T00:00:00Z"}
    assert move(manager, [server, stale], wave(manager, 2)).status_code == 409
    assert asset(manager, "dmc-oms-app-01")["asset"] == server


def test_nothing_moves_into_a_wave_that_is_over_or_out_of_one_that_is_under_way(
    shared_console: Console, manager: Any
) -> None:
    first, server = wave(manager, 1), asset(manager, "dmc-oms-app-02")["asset"]
    with shared_console.everything() as connection:
        connection.execute("UPDATE migration_waves SET status = 'completed' WHERE id = %s", (first,))
        connection.execute(
            "UPDATE wave_assignments SET status = 'migrated' WHERE asset_id = %s", (server["id"],)
        )
    over = move(manager, [server], first)
    assert (over.status_code, "is completed" in over.json()["detail"]) == (409, True)
    under_way = move(manager, [server], wave(manager, 2))
    assert (under_way.status_code, "is migrated" in under_way.json()["detail"]) == (409, True)
    another_way = decide(manager, server, "refactor")
    assert (another_way.status_code, "is migrated" in another_way.json()["detail"]) == (409, True)
    with shared_console.everything() as connection:
        connection.execute("UPDATE migration_waves SET status = 'approved' WHERE id = %s", (first,))


@pytest.mark.parametrize(
    "wrong",
    [
        {"rationale": "Because."},
        {"confidence": "0.2"},
        {"effort_days": "0"},
        {"strategy": "burn"},
        {"status": "x"},
    ],
)
def test_a_decision_that_breaks_a_rule_is_refused(manager: Any, wrong: dict[str, str]) -> None:
    server = asset(manager, "dmc-oms-web-01")["asset"]
    answer = decide(manager, server, **{"strategy": "retire", **wrong})
    assert answer.status_code == 422, answer.text
    assert asset(manager, "dmc-oms-web-01")["asset"] == server


@pytest.mark.parametrize("role", ["VIEWER", "ANALYST", "CLIENT_ADMIN"])
def test_others_change_nothing_through_api_or_service(shared_console: Console, role: str) -> None:
    from modernize.web.errors import Forbidden
    from modernize.web.services import planning_changes

    client = shared_console.signed_in(role)
    server = asset(client, "dmc-oms-web-01")["asset"]
    assert move(client, [server], wave(client, 2)).status_code == 403
    assert decide(client, server, "retire").status_code == 403
    caller = shared_console.caller(client)
    with pytest.raises(Forbidden, match="planning:write"):
        planning_changes.move(caller, {}, None)
    assert asset(client, "dmc-oms-web-01")["asset"] == server


def test_another_tenants_assets_and_waves_are_not_there(shared_console: Console, manager: Any) -> None:
    stranger = shared_console.signed_in("ENGAGEMENT_MANAGER", tenant=1)
    server, theirs = asset(manager, "dmc-oms-web-01")["asset"], ask(stranger)["waves"][0]
    assert move(manager, [server], theirs["row"]["id"]).status_code == 404
    assert move(manager, [theirs["cards"][0]], wave(manager, 1)).status_code == 404
    assert decide(manager, theirs["cards"][0], "retire").status_code == 404
    for path in (f"/assets/{theirs['cards'][0]['id']}", f"/assets/{uuid4()}"):
        assert manager.get(f"/api/planning{path}").status_code == 404
    assert theirs["row"]["id"] not in str(ask(manager))


def test_the_service_itself_judges_the_words_of_a_change(shared_console: Console, manager: Any) -> None:
    caller = shared_console.caller(manager)
    row = asset(manager, "dmc-oms-app-01")["asset"]
    key, seen = UUID(row["id"]), datetime.fromisoformat(row["updated_at"])
    with pytest.raises(Invalid, match=r"The note has 5,000 characters, expected 4,000 at most\."):
        planning_changes.move(caller, {key: seen}, None, "x" * 5000)
    choice = planning_changes.Decision(SixrStrategy.REHOST, f"{WHY}\x00", Decimal("0.8"), Decimal(3))
    with pytest.raises(Invalid, match="The rationale holds a control character"):
        planning_changes.decide(caller, key, seen, choice)


def test_what_the_board_counts_is_what_its_links_list(shared_console: Console, manager: Any) -> None:
    with shared_console.everything() as connection:
        connection.execute(
            b"""INSERT INTO assets (client_account_id, engagement_id, asset_type, name, environment, six_r_strategy)
                SELECT client_account_id, engagement_id, 'server', more.name, 'test', more.strategy::sixr_strategy
                FROM (SELECT * FROM assets WHERE client_account_id = %s LIMIT 1) a,
                     (VALUES ('open-01', NULL), ('open-02', NULL), ('planned-01', 'rehost')) more (name, strategy)""",
            (shared_console.tenant_id(0),),
        )
        connection.execute(
            b"""UPDATE assets SET readiness_status = 'not_assessed', readiness_score = NULL
                WHERE id = (SELECT id FROM assets WHERE client_account_id = %s AND migration_wave_id IS NOT NULL
                            AND readiness_status = 'ready' ORDER BY name LIMIT 1)""",
            (shared_console.tenant_id(0),),
        )
    plan = ask(manager)
    buckets = {bucket["reason"]: bucket["number"] for bucket in plan["buckets"]}
    assert min(buckets.values()) > 0
    for reason, (_, query) in REASONS.items():
        assert listed(manager, query) == buckets[reason], reason
    assert listed(manager, "unassigned=true&staying=false") == buckets["unplanned"] + buckets["undecided"]
    assert listed(manager, "unassigned=true&staying=true") == buckets["retain"] + buckets["retire"]
    unready = [wave["readiness"]["blocked"] + wave["readiness"]["not_assessed"] for wave in plan["waves"]]
    assert any(wave["readiness"]["not_assessed"] for wave in plan["waves"])
    for wave, number in zip(plan["waves"], unready, strict=True):
        assert listed(manager, f"migration_wave_id={wave['row']['id']}&unready=true") == number


def listed(client: Any, query: str) -> int:
    answer = client.get(f"/api/assets?{query}")
    assert answer.status_code == 200, answer.text
    return int(answer.json()["total"])
