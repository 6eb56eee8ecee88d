"""The page checklist that a run prepares while others seed."""

from __future__ import annotations

from pathlib import Path

import pytest

from reseed import database
from reseed.database import Target
from reseed.pages import prepare_pages
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
    prepare_pages(unbuilt)
    text = (unbuilt.folder / "UI_VALIDATION.md").read_text()
    assert (
        "| Asset Inventory | Read Linux servers | 20 | screenshots/viewer/asset-inventory.png | not run |"
        in text
    )
    assert "| Users | Open /users, though not in the menu | Refused; the API refuses too |" in text
    assert "| Users | Read Users | 4 | screenshots/client-admin/users.png | not run |" in text
    rows = [line for line in text.splitlines() if line.startswith("| ") and "screenshots/" in line]
    assert all(line.endswith("| not run |") for line in rows)
    finding = gate(unbuilt, "pages.checklist_complete")
    assert finding.passed
    assert finding.measured == 4 * (10 + 1)


def test_a_page_missing_for_one_role_closes_the_gate(unbuilt: Site) -> None:
    prepare_pages(unbuilt)
    file = unbuilt.folder / "UI_VALIDATION.md"
    lines = file.read_text().splitlines()
    file.write_text("\n".join(line for line in lines if "screenshots/viewer/users.png" not in line))
    finding = gate(unbuilt, "pages.checklist_complete")
    assert not finding.passed
    assert finding.rows == ({"missing": "VIEWER: Users"},)
