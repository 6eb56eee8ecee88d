"""What the tests of validation share: a site on a database, and what may change when something is only looked at."""

from __future__ import annotations

from pathlib import Path

from reseed import database, pages, schema, seed
from reseed.check import Check
from reseed.database import Connection, Target
from reseed.project import Project
from reseed.records import Finding
from reseed.site import Site
from reseed.validate import checks as own_checks
from reseed.validate import run_checks


def site_on(target: Target, project: Project, folder: Path) -> Site:
    return Site(project, target, target.database, folder, "run", project.migrations, project.load_dataset())


def checks(project: Project) -> tuple[Check, ...]:
    return (*own_checks(project), *pages.checks(project))


def data_checks(project: Project) -> list[Check]:
    return [check for check in checks(project) if check.scope == "database"]


def check_named(project: Project, name: str) -> Check:
    return next(check for check in checks(project) if check.name == name)


def failed(site: Site, *names: str) -> dict[str, Finding]:
    """Answers that are no, by check, of all checks or of those named."""
    asked = [check for check in data_checks(site.project) if not names or check.name in names]
    assert not names or {check.name for check in asked} == set(names), "a check is not known by this name"
    return {finding.check: finding for finding in run_checks(site, asked) if not finding.passed}


def state_of(connection: Connection, site: Site) -> tuple[str, str, dict[str, int]]:
    """Everything about a database that looking at it must leave alone."""
    return (
        schema.fingerprint(connection),
        seed.actual_digest(connection, site.dataset),
        database.row_counts(connection),
    )
