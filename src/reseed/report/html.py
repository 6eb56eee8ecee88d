"""The report as one HTML file that needs nothing else: no script, no network, light and dark."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from reseed.records import Report
from reseed.report.issues import next_step, severity, worst_first
from reseed.report.values import LONG, as_text, columns, differences, visible
from reseed.report.verdict import families, sentence, word


def validation_html(report: Report) -> str:
    """The whole report as a self-contained page; every value is escaped by the template."""
    return (
        _environment()
        .get_template("page.html.j2")
        .render(
            report=report,
            verdict=word(report.passed),
            sentence=sentence(report),
            facts={"database": report.database, "measured": report.measured, **report.facts},
            failures=worst_first(report),
            families=families(report.findings),
            columns=columns,
            differences=differences,
            severity=severity,
            next_step=next_step,
        )
    )


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("reseed.report", "."),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    environment.filters["text"] = as_text
    environment.filters["long"] = lambda value: as_text(value, LONG)
    environment.filters["visible"] = visible
    return environment
