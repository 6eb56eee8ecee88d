"""The validation report of a run: how each family of checks did, and single findings with their proof."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from operator import attrgetter
from pathlib import Path
from uuid import UUID

from modernize.web.errors import Invalid
from modernize.web.services.paging import Page, Paging
from modernize.web.services.runs.sight import is_foreign, own_rows
from modernize.web.services.runs.view import (
    Difference,
    FamilyLine,
    FindingLine,
    FindingView,
    ReportView,
)
from reseed.errors import StorageError
from reseed.records import Finding, Report
from reseed.report import as_text, differences, families, from_json, sentence, without_passwords
from reseed.report import columns as columns_of

FILE = "report.json"

#: What a list of findings can be sorted by.
SORTS = ("result", "check", "family", "measured")


def read_report(folder: Path) -> Report | None:
    """The report of a run without secrets; None where it has not been written yet.

    Raises:
        ReseedError: it is damaged.
    """
    path = folder / FILE
    try:
        state = path.stat()
        return _parsed(path, state.st_mtime_ns, state.st_size)
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise StorageError(f"The report {path} cannot be read: {error}.") from error


@lru_cache(maxsize=8)
def _parsed(path: Path, _changed: int, _size: int) -> Report:
    # A report has tens of thousands of lines, and a search asks for it at every keystroke; it is a frozen value.
    return without_passwords(from_json(path.read_text(encoding="utf-8")))


def report_view(report: Report) -> ReportView:
    """The head of a report."""
    return ReportView(
        title=report.title,
        database=report.database,
        measured=report.measured,
        passed=report.passed,
        sentence=sentence(report),
        facts=tuple((name, str(value)) for name, value in report.facts.items()),
        families=tuple(
            FamilyLine(family.name, family.passed, len(family.findings))
            for family in families(report.findings)
        ),
    )


@dataclass(frozen=True, slots=True)
class FindingFilter:
    """Which findings; what is empty does not filter. `search`: words that name or question contain, in any order."""

    search: str = ""
    family: str = ""
    result: str = ""


def page(report: Report, wanted: FindingFilter, paging: Paging) -> Page[FindingLine]:
    """The findings that match, `failed` before `passed` unless told otherwise.

    Raises:
        Invalid: there is no such field to sort by.
    """
    sort = paging.sort or "result"
    if sort.removeprefix("-") not in SORTS:
        raise Invalid(f"Findings cannot be sorted by {sort!r}, expected one of {', '.join(SORTS)}.")
    words = wanted.search.lower().split()
    found = [
        one
        for one in map(line, report.findings)
        if wanted.family in ("", one.family)
        and wanted.result in ("", one.result)
        and all(word in f"{one.check} {one.question}".lower() for word in words)
    ]
    found.sort(key=attrgetter(sort.removeprefix("-")), reverse=sort.startswith("-"))
    return Page(found[paging.offset : paging.offset + paging.limit], len(found))


def line(finding: Finding) -> FindingLine:
    """A finding in short."""
    return FindingLine(
        id=finding.check,
        check=finding.check,
        family=finding.check.partition(".")[0],
        question=finding.question,
        result="passed" if finding.passed else "failed",
        expected=as_text(finding.expected),
        actual=as_text(finding.actual),
        measured=finding.measured,
    )


def finding_view(finding: Finding, account: UUID) -> FindingView:
    """A finding with its SQL and the offending rows that a member of the account may see."""
    rows, withheld = own_rows(finding.rows, account)
    columns = columns_of(rows)
    return FindingView(
        line=line(finding),
        expected=finding.expected,
        actual=finding.actual,
        sql=finding.sql,
        columns=columns,
        rows=tuple(tuple(row.get(column) for column in columns) for row in rows),
        withheld=withheld,
        differences=tuple(Difference(*found) for found in differences(finding.expected, finding.actual)),
    )


def has_foreign_rows(findings: Iterable[Finding], account: UUID) -> bool:
    """Whether some finding quotes a row of another client account."""
    return any(is_foreign(row, account) for finding in findings for row in finding.rows)


def masked_findings(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Findings without secrets, as a report has them."""
    return without_passwords(Report("", "", "", findings)).findings
