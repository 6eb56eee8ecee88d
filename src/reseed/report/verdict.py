"""What a report comes to: one sentence, and its findings by family."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from reseed.records import Finding, Report
from reseed.report.values import as_text


@dataclass(frozen=True, slots=True)
class Family:
    """Findings whose checks share the first part of their names: `rows` of `rows.assets`."""

    name: str
    findings: tuple[Finding, ...]

    @property
    def passed(self) -> int:
        """How many of the findings passed."""
        return sum(finding.passed for finding in self.findings)

    @property
    def failures(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if not finding.passed)


def family_of(finding: Finding) -> str:
    """First part of the check's dotted name."""
    return finding.check.partition(".")[0]


def families(findings: Iterable[Finding]) -> tuple[Family, ...]:
    """The findings by family, in the order in which the families first appear."""
    grouped: dict[str, list[Finding]] = {}
    for finding in findings:
        grouped.setdefault(family_of(finding), []).append(finding)
    return tuple(Family(name, tuple(members)) for name, members in grouped.items())


def word(passed: bool) -> str:
    return "PASSED" if passed else "FAILED"


def reason(finding: Finding) -> str:
    """Why a finding failed, in a few words."""
    if finding.measured == 0:
        return "nothing was measured"
    return f"expected {as_text(finding.expected)}, found {as_text(finding.actual)}"


def sentence(report: Report) -> str:
    """Why the report passed or failed, and what it says nothing about.

    A report without findings has failed: it proves nothing.
    """
    return f"{_answers(report)} {as_text(report.left_out)}".strip()


def _answers(report: Report) -> str:
    asked, failed = len(report.findings), len(report.failures)
    if not asked:
        return "No check was executed. A validation that asks nothing proves nothing."
    if failed:
        return f"{failed} of {asked} checks failed."
    measured = sum(finding.measured for finding in report.findings)
    return f"{asked} of {asked} checks passed, over {measured:,} measured rows, objects and files."
