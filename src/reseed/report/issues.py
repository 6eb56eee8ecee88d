"""`ISSUES.md`: the log of what is wrong, worst first, with what to do about each."""

from __future__ import annotations

from reseed.records import Finding, Report
from reseed.report.markdown import detail, inline, table
from reseed.report.verdict import families, family_of, sentence

SEVERITIES = ("critical", "high", "medium")

# What a failed check of a family means to a team, and where its cause usually lies.
_CRITICAL = {"tenancy", "backup", "handoff"}
_HIGH = {"reset", "contract", "squash", "schema", "integrity", "dataset"}
_NEXT_STEPS = {
    "tenancy": "Give this database to nobody. Restore the policy or the rows' tenant, then validate again.",
    "backup": "Keep the old database. Take the backup again and restore it before going on.",
    "handoff": "Redo the task that hands over; do not correct the file by hand.",
    "contract": "Correct the model that breaks the contract, then build the migration again.",
    "squash": "Read what the squash could not carry over, correct it, then build the migration again.",
    "schema": "Bring models and migration together, then build the migration again.",
    "integrity": "Correct what makes the rows that point nowhere, then load them again.",
    "dataset": "Find out who changed rows after the load, or load them again.",
}
_ELSEWHERE = "Correct the rows, or what makes them in the dataset's definition, then validate again."
_NOTHING_MEASURED = "Find out why there was nothing to look at; an answer over nothing proves nothing."


def issues_markdown(report: Report) -> str:
    """Each failed finding as one issue; says plainly when there is none, and over what."""
    blocks = [
        f"# Issues: {inline(report.title)}",
        f"Database {inline(report.database)}, {inline(report.measured)}.",
    ]
    if not report.findings:
        blocks.append(f"**Not validated.** {sentence(report)}")
    elif not report.failures:
        blocks += [f"**No issues.** {sentence(report)}", _what_was_measured(report)]
    else:
        ordered = worst_first(report)
        blocks += [f"**{len(ordered)} open.** {sentence(report)}", _overview(ordered)]
        for number, finding in enumerate(ordered, start=1):
            blocks += _issue(number, finding)
    return "\n\n".join(block for block in blocks if block) + "\n"


def severity(finding: Finding) -> str:
    """How bad a failed finding is.

    critical: data may be lost or seen by others; high: the database is not what the models say, or nothing
    was measured; medium: the data is not what its definition says.
    """
    family = family_of(finding)
    if family in _CRITICAL:
        return "critical"
    return "high" if family in _HIGH or finding.measured == 0 else "medium"


def worst_first(report: Report) -> list[Finding]:
    """The failed findings by severity, and in the order asked within one."""
    return sorted(report.failures, key=lambda finding: SEVERITIES.index(severity(finding)))


def next_step(finding: Finding) -> str:
    """What to do about a failed finding."""
    if finding.measured == 0:
        return _NOTHING_MEASURED
    return _NEXT_STEPS.get(family_of(finding), _ELSEWHERE)


def _what_was_measured(report: Report) -> str:
    return table(
        ("family", "checks", "measured"),
        [
            (family.name, len(family.findings), sum(finding.measured for finding in family.findings))
            for family in families(report.findings)
        ],
    )


def _overview(failures: list[Finding]) -> str:
    rows = [(number, severity(one), one.check, one.question) for number, one in enumerate(failures, start=1)]
    return table(("#", "severity", "check", "question"), rows)


def _issue(number: int, finding: Finding) -> list[str]:
    return [
        f"## {number}. {inline(finding.check)}",
        f"- severity: {severity(finding)}\n- next step: {next_step(finding)}",
        *detail(finding),
    ]
