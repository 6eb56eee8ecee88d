"""The checklist of a run: written before there is a database, and again once a browser has executed it."""

from __future__ import annotations

from pathlib import Path

from reseed.check import Check
from reseed.errors import StorageError
from reseed.files import write_atomically
from reseed.pages.declared import Pages
from reseed.pages.lines import plan_lines
from reseed.pages.numbers import wanted_by_definition
from reseed.pages.reading import read_pages
from reseed.pages.render import to_markdown
from reseed.pages.result import SIGN_IN, PagesResult, from_json, to_json, unasked
from reseed.records import Finding, Outcome
from reseed.seed import Definition
from reseed.site import Site

CHECKLIST = "UI_VALIDATION.md"
RESULT = "pages.json"

_NOT_YET = "no browser has executed it yet"


def prepare_pages(site: Site) -> Outcome:
    """Write the checklist of every role and page, with the numbers that the dataset defines."""
    pages = read_pages(site.project.pages)
    result = not_run(pages, site.dataset.definition, _NOT_YET)
    files = write_result(result, site.folder)
    values = sum(1 for _ in pages.expectations())
    return Outcome(
        f"{len(pages.pages)} pages for {len(pages.roles)} roles, {values} expectations, {len(result.lines)} lines; "
        "not run",
        artifacts=files,
        facts={"pages": len(pages.pages), "roles": len(pages.roles), "lines": len(result.lines)},
    )


def not_run(pages: Pages, definition: Definition, reason: str) -> PagesResult:
    """The checklist that nobody has executed, with the reason at every line."""
    lines = plan_lines(pages, wanted_by_definition(pages, definition))
    return PagesResult(tuple(line.left(f"not run: {reason}") for line in lines), reason=reason)


def write_result(result: PagesResult, folder: Path) -> tuple[str, ...]:
    """Write UI_VALIDATION.md and pages.json; returns their names.

    Raises:
        StorageError: the folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(f"{folder} cannot be made: {error.strerror}.", "Name another folder.") from error
    write_atomically(folder / CHECKLIST, to_markdown(result))
    write_atomically(folder / RESULT, to_json(result))
    return CHECKLIST, RESULT


def read_result(folder: Path) -> PagesResult:
    """The result that lies in a folder.

    Raises:
        StorageError: there is none, or it is damaged.
    """
    file = folder / RESULT
    try:
        return from_json(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise StorageError(
            f"The result of the page checklist, {file}, cannot be read: {error}.", "Execute it again."
        ) from error


def _is_complete(site: Site) -> Finding:
    """Each line that roles and pages ask for is there, in what people read and in what machines do."""
    pages = read_pages(site.project.pages)
    planned = plan_lines(pages, wanted_by_definition(pages, site.dataset.definition))
    unlisted = unasked(planned, read_result(site.folder))
    text = (site.folder / CHECKLIST).read_text(encoding="utf-8")
    missing = [
        f"{line.role}: {line.page}: {line.what}"
        for line in planned
        if line in unlisted or f"| {line.screenshot} |" not in text
    ]
    wanted = [(role.name, page) for role in pages.roles for page in (SIGN_IN, *(p.name for p in pages.pages))]
    asked = {(line.role, line.page) for line in planned}
    missing += [f"{role}: {page}" for role, page in wanted if (role, page) not in asked]
    return COMPLETE.answer(
        {"missing": 0},
        {"missing": len(missing)},
        measured=len(wanted),
        rows=tuple({"missing": place} for place in missing),
    )


COMPLETE = Check(
    "pages.checklist_complete",
    "Does the checklist have a line for every page and every role, and for each page a role must not open?",
    _is_complete,
    scope="run",
)
