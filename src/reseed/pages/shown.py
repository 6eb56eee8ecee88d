"""The gate's question about the executed checklist: is it whole, about this database, and do all files say the same?"""

from __future__ import annotations

from reseed.check import Check
from reseed.pages.checklist import CHECKLIST, read_result
from reseed.pages.findings import left_out, was_tried
from reseed.pages.lines import plan_lines
from reseed.pages.numbers import wanted_by_definition
from reseed.pages.reading import read_pages
from reseed.pages.render import to_markdown
from reseed.pages.result import NOT_RUN, PagesResult, unasked
from reseed.pages.trial import digests, identity
from reseed.records import JSON, Finding
from reseed.report import from_json
from reseed.site import Site


def _are_shown(site: Site) -> Finding:
    result = read_result(site.folder)
    wrong = [line for line in result.lines if line.status == "failed"]
    unsaid = [line for line in result.lines if line.status == NOT_RUN and not line.found]
    tried = was_tried(result)
    expected: dict[str, JSON] = {
        "failed": 0,
        "not run although tried": 0,
        "not run without a reason": 0,
        "not asked": [],
        "checklist": "as recorded",
        "report": left_out(result) or "nothing left out",
        "pictures": [],
        "measured": {**identity(site)} if tried else {},
    }
    actual: dict[str, JSON] = {
        "failed": len(wrong),
        "not run although tried": len(result.of(NOT_RUN)) if tried else 0,
        "not run without a reason": len(unsaid) + (not result.executed and not result.reason),
        "not asked": _not_asked(site, result),
        "checklist": _checklist(site, result),
        "report": _report(site),
        "pictures": _pictures(site, result),
        "measured": dict(result.measured),
    }
    rows: tuple[dict[str, object], ...] = tuple(
        {"role": line.role, "page": line.page, "what": line.what, "found": line.found}
        for line in (*wrong, *unsaid)
    )
    return SHOWN.answer(expected, actual, measured=len(result.lines), rows=rows)


def _not_asked(site: Site, result: PagesResult) -> list[JSON]:
    """Lines that pages.toml asks for now and that the result does not have."""
    pages = read_pages(site.project.pages)
    planned = plan_lines(pages, wanted_by_definition(pages, site.dataset.definition))
    return [f"{line.role}: {line.page}: {line.what}" for line in unasked(planned, result)]


def _checklist(site: Site, result: PagesResult) -> str:
    """Whether people read what the machine recorded."""
    file = site.folder / CHECKLIST
    text = file.read_text(encoding="utf-8") if file.is_file() else ""
    return "as recorded" if text == to_markdown(result) else f"{CHECKLIST} says something else"


def _report(site: Site) -> str:
    written = from_json((site.folder / "report.json").read_text(encoding="utf-8"))
    if not any(heading == "Pages" for heading, _, _ in written.sections):
        return "has no section about the pages"
    return written.left_out or "nothing left out"


def _pictures(site: Site, result: PagesResult) -> list[JSON]:
    """Screenshots that are not those that were taken, that are missing, or that nobody has recorded."""
    there = digests(site.folder, result)
    named = {line.screenshot for line in result.lines if line.status != NOT_RUN}
    known = dict(result.pictures)
    as_taken = {name for name, digest in known.items() if there.get(name) == digest}
    return [*sorted({*there, *known, *named} - as_taken)]


SHOWN = Check(
    "pages.shown",
    "Has every page shown every role what this database holds, or is it said why no page was opened?",
    _are_shown,
    scope="run",
)
