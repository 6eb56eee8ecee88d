"""Before there is data: list every check, and see each say no where there is nothing to say yes about."""

from __future__ import annotations

import json
from collections.abc import Sequence

from reseed.check import Check
from reseed.records import Finding, Outcome
from reseed.site import Site
from reseed.validate.catalogue import data_checks
from reseed.validate.schema_only import schema_only
from reseed.validate.suite import answered, run_checks

LIST = "validate_seeding.json"


def prepare_checks(site: Site) -> Outcome:
    """Write what will be asked, what answer is expected, and which faults prove that it can be another."""
    checks = data_checks(site.project)
    listed = [
        {
            "name": check.name,
            "question": check.question,
            "expected": finding.expected,
            "faults": [fault.name for fault in check.faults],
        }
        for check, finding in zip(checks, ask_empty_tables(site, checks), strict=True)
    ]
    site.artifact(LIST).write_text(json.dumps(listed, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    faults = sum(len(check.faults) for check in checks)
    return Outcome(
        f"{len(checks)} checks, {faults} faults to prove them by",
        artifacts=(LIST,),
        facts={"checks": len(checks), "faults": faults},
    )


def ask_empty_tables(site: Site, checks: Sequence[Check]) -> tuple[Finding, ...]:
    """What each check says about a scratch database that has every table and no row."""
    with schema_only(site, "empty") as target:
        return run_checks(site.on(target.database), checks)


def _can_fail(site: Site) -> Finding:
    checks = data_checks(site.project)
    listed = {entry["name"] for entry in json.loads((site.folder / LIST).read_text(encoding="utf-8"))}
    findings = ask_empty_tables(site, checks)
    wrong = [finding for finding in findings if finding.passed or not answered(finding)]
    unlisted = [check.name for check in checks if check.name not in listed]
    return CAN_FAIL.answer(
        {"without a no": [], "without a fault": [], "not listed": []},
        {
            "without a no": [finding.check for finding in wrong],
            "without a fault": [check.name for check in checks if not check.faults],
            "not listed": unlisted,
        },
        measured=len(checks),
        rows=tuple({"check": finding.check, "said": finding.actual} for finding in wrong),
    )


CAN_FAIL = Check(
    "validation.can_fail",
    "Does every check about data say no where there is none, and does every one declare a fault to prove it by?",
    _can_fail,
    scope="run",
)
