"""Looking for a template: the one that stands for the inputs as they are, and all that a project has."""

from __future__ import annotations

from reseed import database
from reseed.database import Target, Template
from reseed.proven.held import Held, measure_held
from reseed.proven.inputs import Inputs


def find(target: Target, inputs: Inputs, *, by_run: bool) -> Template | None:
    """The template for these inputs; None where there is none, or where somebody has opened it or changed its comment.

    Args:
        by_run: only one that a run proved will do, not one of which only rows and schema were measured.
    """
    name = database.template_name(inputs.key)
    for each in database.templates(target):
        if each.name == name and each.closed and each.said.get("key") == inputs.key:
            return each if each.said.get("run") or not by_run else None
    return None


def is_unchanged(copy: Target, template: Template) -> bool:
    """Whether a copy of a template measures as the template did when it was kept."""
    held = measure_held(copy)
    return held == Held(str(template.said.get("schema_fingerprint")), str(template.said.get("contents")))


def is_as_kept(copy: Target, template: Template) -> bool:
    """Whether nobody has been in the template since it was kept; if somebody has, whether its copy measures the same.

    Enough for a copy of one's own. A run that takes a copy in the place of building measures it in any case.
    """
    return not template.entered or is_unchanged(copy, template)


def of_project(target: Target, project: str) -> tuple[Template, ...]:
    """A project's templates, the latest used first; those that no longer say whose they are count, too."""
    found = [each for each in database.templates(target) if each.said.get("project", project) == project]
    return tuple(sorted(found, key=lambda each: str(each.said.get("used", "")), reverse=True))
