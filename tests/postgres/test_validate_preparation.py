"""What agent 4 prepares while others seed: the list of checks, and the query pack at size."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from reseed import database
from reseed.check import Check
from reseed.database import Target
from reseed.project import Project
from reseed.records import Finding
from reseed.site import Site
from reseed.validate import answer_queries, answers_markdown, checks, prepare_checks, prepare_queries
from reseed.validate.plans import plans_at_size

from .validated import check_named, site_on

NO_INDEX = (
    "-- name: by_blockers\n-- question: What is blocked?\nSELECT name FROM assets WHERE blockers <> '[]';\n"
)


LYING = """
from reseed.check import Check
from reseed.records import Finding

CHECKS = (Check("all.well", "Is all well?", lambda site: Finding("all.well", "Is all well?", True, 0, 0, 1)),)
"""


@pytest.fixture
def site(demo_database: Target, project: Project, tmp_path: Path) -> Site:
    return site_on(demo_database, project, tmp_path)


@pytest.fixture
def unbuilt(server: Target, project: Project, tmp_path: Path) -> Site:
    """A run whose database does not exist yet."""
    database.ensure_app_role(server, project.app_role)
    return site_on(server.on("not_built_yet"), project, tmp_path)


def about_data(project: Project) -> list[Check]:
    return [check for check in checks(project) if check.scope == "database"]


def gate(site: Site, name: str) -> Finding:
    return check_named(site.project, name).measure(site)


def test_checks_are_listed_and_each_fails_where_there_is_no_data(unbuilt: Site, project: Project) -> None:
    outcome = prepare_checks(unbuilt)
    listed = json.loads((unbuilt.folder / "validate_seeding.json").read_text())
    asked = about_data(project)
    assert {name: entry["faults"] for name, entry in listed.items()} == {
        check.name: [fault.name for fault in check.faults] for check in asked
    }
    assert outcome.facts == {"checks": len(asked), "faults": sum(len(check.faults) for check in asked)}
    finding = gate(unbuilt, "validation.can_fail")
    assert finding.passed
    assert finding.measured == len(asked)
    listed = json.loads((unbuilt.folder / "validate_seeding.json").read_text())
    assert listed["rows.assets"]["expected"] == 60
    assert listed["access.users"]["expected"]["viewer@democorp.com"].endswith(" VIEWER")


def test_a_check_that_cannot_fail_or_is_not_listed_closes_the_gate(
    unbuilt: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "lying_checks.py").write_text(LYING)
    monkeypatch.syspath_prepend(tmp_path)
    references = {**unbuilt.project.references, "checks": "lying_checks:CHECKS"}
    site = replace(unbuilt, project=replace(unbuilt.project, references=references))
    listed: dict[str, object] = {
        check.name: {} for check in about_data(site.project) if check.name != "rows.assets"
    }
    (site.folder / "validate_seeding.json").write_text(json.dumps(listed))
    finding = gate(site, "validation.can_fail")
    assert not finding.passed
    assert finding.actual == {
        "without a no": ["all.well"],
        "without a fault": ["all.well"],
        "not listed": ["rows.assets"],
    }


def test_no_query_scans_a_tenant_table_at_size(unbuilt: Site) -> None:
    outcome = prepare_queries(unbuilt)
    finding = gate(unbuilt, "queries.use_indexes")
    assert finding.passed, finding.rows
    assert finding.measured == outcome.facts["queries"] == 16
    assert "Index Scan" in (unbuilt.folder / "query_plans.md").read_text()


def test_tables_read_from_end_to_end_are_named(unbuilt: Site) -> None:
    # Three tenants fill one page of the smallest tables, which PostgreSQL then reads whole.
    scanned = {plan.query.name: plan.scanned for plan in plans_at_size(unbuilt, tenants=3)}
    assert "migration_waves" in scanned["migration_readiness"]


def test_the_pack_is_answered_for_the_demo_tenant(site: Site) -> None:
    answers = {answer.name: answer for answer in answer_queries(site)}
    assert [name for name, answer in answers.items() if answer.error or not answer.rows] == []
    flows = [
        dict(zip(answers["discovery_flow_status"].columns, row, strict=True))
        for row in answers["discovery_flow_status"].rows
    ]
    assert {flow["name"]: flow["phases_done"] for flow in flows} == {
        "CMDB baseline discovery": 6,
        "Regional sites survey": 1,
        "Private cloud inventory": 3,
        "Network scan, data centre 2": 0,
        "Quarterly refresh": 0,
    }
    lengths = [row[0] for row in answers["circular_dependencies"].rows]
    assert lengths == [2, 3]
    text = answers_markdown(tuple(answers.values()))
    assert text.count("\n## ") == len(answers)
    assert "5 rows in" in text


def test_a_query_that_fails_is_an_answer_with_its_reason(site: Site, tmp_path: Path) -> None:
    file = tmp_path / "queries.sql"
    file.write_text(
        "-- name: wrong\n-- question: What?\nSELECT nothing FROM nowhere;\n-- name: write\nDELETE FROM assets;\n"
    )
    answers = answer_queries(replace(site, project=replace(site.project, queries=file)))
    assert 'relation "nowhere" does not exist' in answers[0].error
    assert "read-only" in answers[1].error
    assert "**No answer:**" in answers_markdown(answers)
