"""The page checklist of anyone's application: what each page must show to whom, and what a browser saw there."""

from reseed.check import Check
from reseed.pages.checklist import COMPLETE, prepare_pages
from reseed.pages.numbers import number_checks
from reseed.project import Project


def checks(project: Project) -> tuple[Check, ...]:
    """Every check of this room: about the numbers that pages are compared with, and about the checklist."""
    return (*number_checks(project), COMPLETE)


__all__ = ["checks", "prepare_pages"]
