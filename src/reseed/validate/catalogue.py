"""Every question about a project's data: those made from its models and its dataset, and its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from reseed.check import Check
from reseed.errors import ProjectError
from reseed.project import Project
from reseed.validate import integrity, seeded, tenancy


def data_checks(project: Project) -> tuple[Check, ...]:
    """In the order a report shows them.

    Raises:
        ProjectError: two checks have one name.
    """
    own: Sequence[Check] = project.load_checks()
    checks = (
        *seeded.checks(project),
        *integrity.checks(project),
        *tenancy.checks(project),
        *own,
    )
    repeated = [name for name, times in Counter(check.name for check in checks).items() if times > 1]
    if repeated:
        raise ProjectError(
            f"{project.references['checks']} declares the check {repeated[0]}, which exists already.",
            "Give it another name.",
        )
    return checks
