"""The page checklist of anyone's application: what each page must show to whom, and what a browser saw there.

Start reading in `declared.py`, the format; `lines.py` makes the checklist from it, `execute.py` has a browser answer it
and `prove.py` shows that every answer can be no.
"""

from reseed.check import Check
from reseed.pages.application import Application, running
from reseed.pages.browser import Browser, NoBrowser, find_browser
from reseed.pages.checklist import COMPLETE, not_run, prepare_pages, read_result, write_result
from reseed.pages.declared import Pages
from reseed.pages.execute import check_pages
from reseed.pages.lines import Selection
from reseed.pages.numbers import number_checks
from reseed.pages.reading import read_pages
from reseed.pages.result import Line, PagesResult, by_role, to_json
from reseed.project import Project


def checks(project: Project) -> tuple[Check, ...]:
    """Every check of this room: about the numbers that pages are compared with, and about the checklist."""
    return (*number_checks(project), COMPLETE)


__all__ = [
    "Application",
    "Browser",
    "Line",
    "NoBrowser",
    "Pages",
    "PagesResult",
    "Selection",
    "by_role",
    "check_pages",
    "checks",
    "find_browser",
    "not_run",
    "prepare_pages",
    "read_pages",
    "read_result",
    "running",
    "to_json",
    "write_result",
]
