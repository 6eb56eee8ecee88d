"""The page checklist that a run prepares while others seed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from reseed import database
from reseed.database import Target
from reseed.pages import prepare_pages, read_result, write_result
from reseed.project import Project
from reseed.records import Finding
from reseed.site import Site

from .validated import check_named, site_on


@pytest.fixture
def unbuilt(server: Target, project: Project, tmp_path: Path) -> Site:
    """A run whose database does not exist yet."""
    database.ensure_app_role(server, project.app_role)
    return site_on(server.on("not_built_yet"), project, tmp_path)


def gate(site: Site, name: str) -> Finding:
    return check_named(site.project, name).measure(site)


def test_the_checklist_has_every_role_and_page_with_numbers_and_is_not_run(unbuilt: Site) -> None:
    outcome = prepare_pages(unbuilt)
    text = (unbuilt.folder / "UI_VALIDATION.md").read_text()
    why = "not run: no browser has executed it yet | not run"
    assert (
        f"| Asset Inventory | Read Linux servers | 20 | {why} | screenshots/viewer/asset-inventory.png |"
        in text
    )
    assert f"| Users | Open /users, though not in the menu | Refused | {why} |" in text
    assert f"| Users | Read Users | 4 | {why} | screenshots/client-admin/users.png |" in text
    result = read_result(unbuilt.folder)
    assert not result.passed
    assert len(result.lines) == outcome.facts["lines"]
    finding = gate(unbuilt, "pages.checklist_complete")
    assert finding.passed
    assert finding.measured == 4 * (10 + 1)


def test_a_line_missing_for_one_role_closes_the_gate(unbuilt: Site) -> None:
    prepare_pages(unbuilt)
    result = read_result(unbuilt.folder)
    lines = [
        line for line in result.lines if (line.role, line.page, line.kind) != ("VIEWER", "Users", "refused")
    ]
    write_result(replace(result, lines=tuple(lines)), unbuilt.folder)
    finding = gate(unbuilt, "pages.checklist_complete")
    assert not finding.passed
    assert finding.rows == ({"missing": "VIEWER: Users: Open /users, though not in the menu"},)
