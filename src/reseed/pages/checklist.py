"""The page checklist: for each role what to open, what must be refused, what must be shown, and what to photograph."""

from __future__ import annotations

import re
from collections.abc import Iterator

from reseed.check import Check
from reseed.pages.declared import Expectation, Page, Pages, Role, read_pages
from reseed.pages.numbers import defined
from reseed.records import Finding, Outcome
from reseed.seed import Definition
from reseed.site import Site

CHECKLIST = "UI_VALIDATION.md"
NOT_RUN = "not run"

_INTRODUCTION = f"""\
# Page checklist

For each role: sign in, open every page, and compare what it shows. A page counts as passed when it shows every number
below, without an error on the browser's console, a failed request, or a request to another machine. A refused page is
refused in the menu, by its address and by the API behind it. Each line has a screenshot. Until a browser has executed
a line, its result is "{NOT_RUN}".
"""

_COLUMNS = "| Page | What to do | Expected | Screenshot | Result |\n| --- | --- | --- | --- | --- |"


def prepare_pages(site: Site) -> Outcome:
    """Write the checklist of every role and page, with the numbers that the dataset defines."""
    pages = read_pages(site.project.pages)
    text = checklist(pages, site.dataset.definition)
    site.artifact(CHECKLIST).write_text(text, encoding="utf-8")
    lines = len(pages.roles) * (len(pages.pages) + 1)
    numbers = sum(1 for _ in pages.expectations())
    return Outcome(
        f"{len(pages.pages)} pages for {len(pages.roles)} roles, {numbers} numbers; {NOT_RUN}",
        artifacts=(CHECKLIST,),
        facts={"pages": len(pages.pages), "roles": len(pages.roles), "screenshots": lines},
    )


def checklist(pages: Pages, definition: Definition) -> str:
    """The checklist as Markdown."""
    parts = [_INTRODUCTION]
    for role in pages.roles:
        parts += [f"## {role.name}: {role.email}\n", _COLUMNS, _sign_in(pages, role)]
        parts += [line for page in pages.pages for line in _lines(page, role, definition)]
        parts.append("")
    parts += ["## Where the numbers come from\n"]
    parts += [_source(page, expectation) for page, expectation in pages.expectations()]
    return "\n".join(parts).rstrip() + "\n"


def screenshot(role: Role, page: str) -> str:
    """Where the picture of a page, seen by a role, goes."""
    return f"screenshots/{_slug(role.name)}/{_slug(page)}.png"


def _sign_in(pages: Pages, role: Role) -> str:
    return _row(
        "Sign-in", f"Open {pages.sign_in}, sign in as {role.email}", "Signed in", screenshot(role, "sign-in")
    )


def _lines(page: Page, role: Role, definition: Definition) -> Iterator[str]:
    picture = screenshot(role, page.name)
    if role.name not in page.roles:
        yield _row(
            page.name, f"Open {page.path}, though not in the menu", "Refused; the API refuses too", picture
        )
        return
    yield _row(page.name, f"Open {page.path}", "Opens from the menu, no error", picture)
    for expectation in page.expect:
        number = defined(definition, expectation.number)
        yield _row(page.name, f"Read {expectation.shows}", str(number), picture)
    for action in page.actions:
        allowed = "Offered" if role.name in action.roles else "Not offered; the API refuses it"
        yield _row(page.name, action.name, allowed, picture)


def _row(page: str, what: str, expected: str, picture: str) -> str:
    return f"| {page} | {what} | {expected} | {picture} | {NOT_RUN} |"


def _source(page: Page, expectation: Expectation) -> str:
    return (
        f"- {page.name}, {expectation.shows} (`{expectation.number}`): `{' '.join(expectation.sql.split())}`"
    )


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def _is_complete(site: Site) -> Finding:
    pages = read_pages(site.project.pages)
    lines = (site.folder / CHECKLIST).read_text(encoding="utf-8").splitlines()
    wanted = [
        (role, page) for role in pages.roles for page in ("Sign-in", *(page.name for page in pages.pages))
    ]
    missing = [f"{role.name}: {page}" for role, page in wanted if not _is_listed(lines, role, page)]
    forbidden = sum(role.name not in page.roles for role in pages.roles for page in pages.pages)
    refused = sum("| Refused" in line for line in lines)
    return COMPLETE.answer(
        {"missing": [], "refused pages": forbidden},
        {"missing": missing, "refused pages": refused},
        measured=len(wanted),
        rows=tuple({"missing": place} for place in missing),
    )


def _is_listed(lines: list[str], role: Role, page: str) -> bool:
    return any(line.startswith(f"| {page} |") and f" {screenshot(role, page)} |" in line for line in lines)


COMPLETE = Check(
    "pages.checklist_complete",
    "Does the checklist have a line for every page and every role, and for each page a role must not open?",
    _is_complete,
    scope="run",
)
