"""Asking checks: every question gets an answer, and no answer passes by default."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from reseed.check import Check
from reseed.records import Finding
from reseed.site import Site


def run_checks(site: Site, checks: Iterable[Check]) -> tuple[Finding, ...]:
    """The answer to each check, in the order asked; a check that cannot answer has failed."""
    with site.reading() as held:
        return tuple(ask(held, check) for check in checks)


def ask(site: Site, check: Check) -> Finding:
    """One answer. What raises, answers for another check or looked at nothing is a failed finding, never a pass."""
    try:
        site.begin(rows_only=check.rows_only)
        finding = check.measure(site)
    except Exception as error:  # noqa: BLE001 - whatever keeps a check from answering, it has not passed
        return _unanswered(check, f"no answer: {sentence(error)}")
    if finding.check != check.name:
        return _unanswered(check, f"no answer: it answered for {finding.check}")
    if finding.passed and finding.measured <= 0:
        return replace(finding, passed=False)
    return finding


def answered(finding: Finding) -> bool:
    """False when the check broke down instead of answering."""
    return not (isinstance(finding.actual, str) and finding.actual.startswith("no answer: "))


def sentence(error: Exception) -> str:
    """The first line of an error, with its kind."""
    first = next(iter(str(error).splitlines()), "")
    return f"{type(error).__name__}: {first}"


def _unanswered(check: Check, reason: str) -> Finding:
    return Finding(check.name, check.question, passed=False, expected="an answer", actual=reason, measured=0)
