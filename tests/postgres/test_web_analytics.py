"""Analytics through its API: every sum is what the rows add up to, and the list behind a piece has its number."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from modernize.web.look.bars import Bars
from modernize.web.pages import analytics_bars
from modernize.web.services import analytics
from modernize.web.services.analytics import Analysis
from tests.console import Console


@pytest.fixture(scope="module")
def console(shared_console: Console) -> Console:
    """With an asset that has no unit, no strategy, no estimate and no known end of support."""
    with shared_console.everything() as connection:
        connection.execute(
            b"""INSERT INTO assets (client_account_id, engagement_id, asset_type, name, environment, os_name, os_family,
                                    monthly_cost)
                SELECT client_account_id, engagement_id, 'server', 'unknown-01', 'test', 'Plan 9', 'unix', 100
                FROM assets WHERE client_account_id = %s LIMIT 1""",
            (shared_console.tenant_id(0),),
        )
    return shared_console


@pytest.fixture(scope="module")
def found(console: Console, viewer: Any) -> Analysis:
    return analytics.analysis(console.caller(viewer))


def test_the_api_answers_what_the_service_found(viewer: Any, found: Analysis) -> None:
    answer = viewer.get("/api/analytics").json()
    assert answer["today"] == found.today.isoformat() == datetime.now(UTC).date().isoformat()
    assert answer["total"]["now"] == found.total.now
    assert [unit["name"] for unit in answer["units"]] == [unit.name for unit in found.units]


def test_costs_are_the_rows_sums_and_savings_compare_like_with_like(
    console: Console, found: Analysis
) -> None:
    row = console.rows(
        """SELECT count(*) AS assets, count(monthly_cost) AS known, sum(monthly_cost) AS now,
                  sum(cloud_monthly_cost) AS cloud,
                  sum(monthly_cost - cloud_monthly_cost) AS saving, count(cloud_monthly_cost) AS estimated
           FROM assets WHERE client_account_id = %s""",
        (console.tenant_id(0),),
    )[0]
    total = found.total
    assert (total.assets, total.known, total.estimated) == (row["assets"], row["known"], row["estimated"])
    assert total.known == total.estimated + 1
    assert total.now == float(row["now"])
    assert total.cloud == float(row["cloud"])
    assert total.saving == float(row["saving"])
    assert total.now == pytest.approx(total.estimated_now + 100)
    for groups in (found.units, found.strategies):
        assert sum(each.costs.assets for each in groups) == total.assets
        assert sum(each.costs.saving for each in groups) == pytest.approx(total.saving)


def test_strategies_are_the_datasets(found: Analysis, numbers: Mapping[str, int]) -> None:
    by_strategy = {each.strategy: each.costs.assets for each in found.strategies}
    assert by_strategy.pop(None) == 1
    assert {str(name): count for name, count in by_strategy.items()} == {
        name: numbers[f"assets.{name}"]
        for name in ("rehost", "replatform", "refactor", "repurchase", "retire", "retain")
    }


def test_support_is_judged_by_today(console: Console, found: Analysis) -> None:
    row = console.rows(
        """SELECT count(*) FILTER (WHERE os_end_of_life < %(today)s) AS ended,
                  count(*) FILTER (WHERE os_end_of_life >= %(today)s
                                     AND os_end_of_life < %(today)s + interval '1 year') AS ending,
                  count(*) FILTER (WHERE os_end_of_life >= %(today)s + interval '1 year') AS supported
           FROM assets WHERE client_account_id = %(tenant)s""",
        {"today": found.today, "tenant": console.tenant_id(0)},
    )[0]
    for state in ("ended", "ending", "supported"):
        assert sum(getattr(each, state) for each in found.systems) == row[state], state
    assert sum(each.unknown for each in found.systems) == 1
    for each in found.systems:
        assert each.ended + each.ending + each.supported + each.unknown == each.assets


def test_imports_and_reasons_are_those_of_the_rows(
    console: Console, found: Analysis, numbers: Mapping[str, int]
) -> None:
    assert found.records == sum(each.total for each in found.imports) == numbers["raw_import_records"]
    assert found.records_refused == sum(each.refused for each in found.imports)
    rows = console.rows(
        """SELECT error ->> 'code' AS code, count(*) AS rows
           FROM raw_import_records CROSS JOIN LATERAL jsonb_array_elements(validation_errors) AS error
           WHERE client_account_id = %s GROUP BY 1""",
        (console.tenant_id(0),),
    )
    assert {each.code: each.rows for each in found.reasons} == {row["code"]: row["rows"] for row in rows}
    assert list(found.reasons) == sorted(found.reasons, key=lambda each: (-each.rows, each.code))


@pytest.mark.parametrize("draw", [analytics_bars.units, analytics_bars.support])
def test_the_list_behind_a_piece_has_its_number(viewer: Any, found: Analysis, draw: Any) -> None:
    wanted: Bars = draw(found)
    asked = 0
    for bar in wanted.bars:
        for number, href in bar.pieces:
            assert total(viewer, href) == number, href
            asked += 1
        assert str(total(viewer, bar.href)) == bar.after[-1], bar.href
    assert asked == len(wanted.bars) * len(wanted.series) > 10


@pytest.mark.parametrize("draw", [analytics_bars.strategy_costs, analytics_bars.unit_costs])
def test_the_list_behind_a_cost_has_its_assets(viewer: Any, found: Analysis, draw: Any) -> None:
    groups = {bar.name: total(viewer, bar.href) for bar in draw(found).bars}
    assert sum(groups.values()) == found.total.assets
    assert {"Undecided", "No business unit"} & set(groups)


def test_the_records_behind_quality_and_reasons_are_counted_alike(viewer: Any, found: Analysis) -> None:
    asked = 0
    for bar in [*analytics_bars.quality(found).bars, *analytics_bars.reasons(found).bars]:
        for number, href in bar.pieces:
            query = dict(parse_qsl(urlsplit(href).query))
            if "import" in query:
                query["import_id"] = query.pop("import")
            answer = viewer.get("/api/imports/records", params={**query, "limit": 1})
            assert answer.json()["total"] == number, href
            asked += 1
    assert asked >= len(found.imports) + len(found.reasons) > 5


def test_another_tenants_sums_are_its_own(console: Console, found: Analysis) -> None:
    theirs = console.signed_in("VIEWER", 1).get("/api/analytics").json()
    assert theirs["total"]["now"] != found.total.now
    assert theirs["imports"] and theirs["units"]
    assert not {each["id"] for each in theirs["imports"]} & {str(each.id) for each in found.imports}
    assert None not in {unit["name"] for unit in theirs["units"]}


def test_a_year_after_a_leap_day_is_a_day() -> None:
    assert analytics.a_year_after(date(2028, 2, 29)) == date(2029, 2, 28)
    assert analytics.a_year_after(date(2026, 11, 22)) == date(2027, 11, 22)


def total(client: Any, href: str) -> int:
    """How many assets the API lists for the query of a link."""
    parts = urlsplit(href)
    assert parts.path == "/assets"
    answer = client.get("/api/assets", params={**dict(parse_qsl(parts.query)), "limit": 1})
    assert answer.status_code == 200, answer.text
    number: int = answer.json()["total"]
    return number


def test_assets_out_of_support_are_counted_as_they_are_listed(console: Console, viewer: Any) -> None:
    with console.everything() as connection:
        connection.execute(
            b"""INSERT INTO assets (client_account_id, engagement_id, asset_type, name, environment, os_end_of_life)
                SELECT client_account_id, engagement_id, 'server', 'nameless-01', 'test', DATE '2001-01-01'
                FROM assets WHERE client_account_id = %s LIMIT 1""",
            (console.tenant_id(0),),
        )
    now = viewer.get("/api/analytics").json()
    before = viewer.get("/api/assets", params={"end_of_life_before": now["today"]}).json()["total"]
    assert now["out_of_support"] == before > sum(each["ended"] for each in now["systems"])
    known = viewer.get("/api/assets", params={"known": "os_end_of_life"}).json()["total"]
    assert now["with_support"] == known
