"""The page checklist of anyone's application: what each page must show to whom, and what a browser saw there.

Start reading in `declared.py`, the format; `lines.py` makes the checklist from it, `execute.py` has a browser answer it
and `prove.py` shows that every answer can be no.
"""

from reseed.check import Check
from reseed.pages.application import Application, running
from reseed.pages.browser import Browser, NoBrowser, find_browser
from reseed.pages.checklist import (
    CHECKLIST,
    COMPLETE,
    RESULT,
    not_run,
    prepare_pages,
    read_result,
    write_result,
)
from reseed.pages.declared import Pages
from reseed.pages.execute import check_pages
from reseed.pages.findings import findings, in_words, left_out, pictures, sections
from reseed.pages.lines import Selection
from reseed.pages.numbers import number_checks
from reseed.pages.prove import prove_pages
from reseed.pages.reading import read_pages
from reseed.pages.result import Line, PagesResult, by_role, to_json
from reseed.pages.shown import SHOWN
from reseed.pages.trial import try_pages
from reseed.project import Project


def checks(project: Project) -> tuple[Check, ...]:
    """Every check of this room: about the numbers that pages are compared with, and about the checklist."""
    return (*number_checks(project), COMPLETE, SHOWN)


__all__ = [
    "CHECKLIST",
    "RESULT",
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
    "findings",
    "in_words",
    "left_out",
    "not_run",
    "pictures",
    "prepare_pages",
    "prove_pages",
    "read_pages",
    "read_result",
    "running",
    "sections",
    "to_json",
    "try_pages",
    "write_result",
]
