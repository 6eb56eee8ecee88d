"""The validation report of a run: how each family of checks did, and every finding."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from urllib.parse import quote

from nicegui.element import Element

from modernize.web.look import parts
from modernize.web.look.filters import Filters
from modernize.web.look.grid import Column, Grid
from modernize.web.services.runs import FamilyLine, ReportView

FILTERS = ("q", "family", "result")

_COLUMNS = (
    Column("check", "Check"),
    Column("result", "Result", "chip"),
    Column("question", "Question", "wraps", sort=False),
    Column("expected", "Expected", sort=False),
    Column("actual", "Actual", sort=False),
    Column("measured", "Measured", "number"),
)


def show_report(
    run: str, report: ReportView, given: Mapping[str, str], opened: Callable[[str], Awaitable[None]]
) -> None:
    """How each family did, and every finding: filtered, and opened for its proof."""
    filters = Filters(given, FILTERS)
    with parts.section("Validation report", note=report.sentence):
        parts.facts(_facts(report))
        pills: dict[str, Element] = {}

        def changed(_: str) -> None:
            for family, pill in pills.items():
                pill.props["aria-pressed"] = _pressed(filters, family)
                pill.update()
            grid.show(filters.values)

        with parts.box("div", "families", role="group", aria_label="Families of checks"):
            for family in report.families:
                pills[family.name] = _family(family, filters)
        with parts.box("div", "filters", role="search", aria_label="Filter the findings"):
            filters.search("Check or question", name="q")
            filters.choice("result", "Result", {"failed": "Failed", "passed": "Passed"})
        grid = Grid(
            "findings",
            f"/api/runs/{quote(run)}/findings",
            _COLUMNS,
            caption="Findings, failed ones first",
            filters=filters.values,
            sort="result",
            size=25,
            opened=opened,
            nothing="No finding fits these filters.",
        )
        filters.tell(changed)


def _facts(report: ReportView) -> dict[str, object]:
    """The report's head; a fingerprint is known by its beginning, and the report itself has all of it."""
    known = {parts.words(name): value for name, value in report.facts if name != "run"}
    measured = report.measured.replace("T", " ").removesuffix("+00:00")
    short = {name: value if len(value) < 60 else f"{value[:16]}…" for name, value in known.items()}
    return {"Database": report.database, "Measured (UTC)": measured, **short}


def _family(family: FamilyLine, filters: Filters) -> Element:
    failed = family.asked - family.passed
    said = f"{failed} of {family.asked} failed" if failed else f"{family.passed} passed"

    async def press() -> None:
        await filters.set("family", "" if filters["family"] == family.name else family.name)

    pill = parts.box(
        "button", "bad" if failed else "", type="button", aria_pressed=_pressed(filters, family.name)
    )
    with pill.on("click", press):
        parts.text("span", f"{'✗' if failed else '✓'} {family.name}")
        parts.text("span", said, "count")
    return pill


def _pressed(filters: Filters, family: str) -> str:
    return "true" if filters["family"] == family else "false"
