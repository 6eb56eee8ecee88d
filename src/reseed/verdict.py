"""Task "validate_all": every check, every query and every page, and the report that says what was found."""

from __future__ import annotations

from datetime import UTC, datetime

from reseed import pages, report, schema, seed, validate
from reseed.check import Check
from reseed.database import Connection, server_version
from reseed.errors import ChecksFailed, ReseedError
from reseed.pages import PagesResult
from reseed.records import JSON, Finding, Outcome, QueryAnswer, Report, Section
from reseed.site import Site


def validate_all(site: Site) -> Outcome:
    """Ask every check and every query, open every page, and write the report in all its forms.

    Raises:
        ChecksFailed: an answer is not the expected one. The report is written all the same.
    """
    findings = validate.run_checks(site, database_checks(site))
    answers = validate.answer_queries(site)
    (site.folder / "query_results.md").write_text(validate.answers_markdown(answers), encoding="utf-8")
    shown = pages.try_pages(site, but=_failed_before(findings))
    written = compose(site, (*findings, *pages.findings(shown)), answers, shown)
    files = report.write_all(written, site.folder)
    if not written.passed:
        first = written.failures[0]
        raise ChecksFailed(
            f"{len(written.failures)} of {len(written.findings)} checks failed on {site.database}; "
            f"first {first.check}: expected {first.expected}, found {first.actual}.",
            f"Read {site.folder / 'ISSUES.md'}.",
            written.findings,
        )
    return Outcome(
        f"{len(written.findings)} of {len(written.findings)} checks passed, {len(answers)} queries answered, "
        f"pages {pages.in_words(shown)}",
        artifacts=(*(path.name for path in files), "query_results.md", pages.CHECKLIST, pages.RESULT),
        facts=dict(written.facts),
    )


def _failed_before(findings: tuple[Finding, ...]) -> str:
    """Why no page is opened, where the database is not what the pages should show."""
    failed = sum(not finding.passed for finding in findings)
    return f"{failed} of {len(findings)} checks failed before" if failed else ""


def database_checks(site: Site) -> tuple[Check, ...]:
    """Every check that holds for any database of the project: the tool's and the project's own."""
    known = (
        *schema.checks(site.project),
        *seed.CHECKS,
        *validate.checks(site.project),
        *pages.checks(site.project),
    )
    return tuple(check for check in known if check.scope == "database")


def compose(
    site: Site,
    findings: tuple[Finding, ...],
    answers: tuple[QueryAnswer, ...] = (),
    shown: PagesResult | None = None,
) -> Report:
    """The report over one database, headed by what identifies it."""
    return Report(
        title=f"Validation of {site.public if site.run else site.database}",
        database=site.database,
        measured=datetime.now(UTC).isoformat(timespec="seconds"),
        findings=findings,
        facts=_identity(site),
        sections=(*_queries(answers), *(pages.sections(shown) if shown else ())),
        left_out=pages.left_out(shown) if shown else "",
        pictures=pages.pictures(shown) if shown else (),
    )


def _queries(answers: tuple[QueryAnswer, ...]) -> tuple[Section, ...]:
    rows: tuple[tuple[JSON, ...], ...] = tuple(
        (answer.name, answer.question, len(answer.rows), answer.error or "answered") for answer in answers
    )
    return (("Query pack", ("Query", "Question", "Rows", "Result"), rows),) if answers else ()


def _identity(site: Site) -> dict[str, JSON]:
    with site.connect() as connection:
        return {
            "run": site.run,
            "server": server_version(connection),
            "schema_fingerprint": schema.fingerprint(connection),
            "dataset_digest": _digest(connection, site),
        }


def _digest(connection: Connection, site: Site) -> str:
    """The digest of the rows, or why there is none: a table may be missing, and the report must say so all the same."""
    try:
        return validate.rows_digest(connection, site)
    except ReseedError as error:
        return f"none: {error.message}"


def _is_complete(site: Site) -> Finding:
    written = report.from_json((site.folder / "report.json").read_text(encoding="utf-8"))
    asked = {check.name for check in database_checks(site)}
    answered = {finding.check for finding in written.findings if finding.passed}
    now = {**_identity(site), "unanswered": sorted(asked - answered)}
    then = {**written.facts, "unanswered": []}
    return COMPLETE.answer(then, now, measured=len(answered & asked))


def _queries_are_answered(site: Site) -> Finding:
    answers = validate.answer_queries(site)
    silent = [answer.name for answer in answers if answer.error or not answer.rows]
    rows: tuple[dict[str, object], ...] = tuple(
        {"query": answer.name, "error": answer.error or "no rows"}
        for answer in answers
        if answer.name in silent
    )
    return ANSWERED.answer([], silent, measured=len(answers), rows=rows)


COMPLETE = Check(
    name="validation.complete",
    question="Does the report answer every check, all passed, about the database as it is now?",
    measure=_is_complete,
    scope="run",
)
ANSWERED = Check(
    name="queries.answered",
    question="Does every query of the pack return rows for the demo tenant?",
    measure=_queries_are_answered,
    scope="run",
)

CHECKS = (COMPLETE, ANSWERED)
