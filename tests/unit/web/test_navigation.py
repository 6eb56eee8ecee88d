"""The menu: every page is in it or below it, and the page checklist names the roles that its scopes let in."""

from __future__ import annotations

import re
from pathlib import Path

from tests.console import BELOW

from modernize.models.enums import AccountRole
from modernize.web import pages
from modernize.web.access import scopes
from modernize.web.look.navigation import MENU
from reseed.pages import read_pages
from reseed.project import Project


def test_every_page_is_expected() -> None:
    written = "".join(file.read_text() for file in Path(pages.__path__[0]).glob("*.py"))
    assert set(re.findall(r'@page\("([^"]+)"', written)) == {entry.path for entry in MENU} | set(BELOW)


def test_the_checklist_names_the_roles_that_may(project: Project) -> None:
    checklist = read_pages(project.pages)
    scope = {entry.path: entry.scope for entry in MENU}
    seeded = {role.name for role in checklist.roles}
    for page in checklist.pages:
        may = {role.value for role in AccountRole if scope[page.path] in scopes.by_role()[role]}
        assert set(page.roles) == may & seeded, page.path
    assert {page.path for page in checklist.pages} == set(scope)
