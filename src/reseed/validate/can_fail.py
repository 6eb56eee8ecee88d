"""Before there is data: list every check, and see each say no where there is nothing to say yes about."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from reseed.check import Check
from reseed.records import JSON, Finding, Outcome
from reseed.site import Site
from reseed.validate.catalogue import data_checks
from reseed.validate.schema_only import schema_only
from reseed.validate.suite import answered, run_checks

LIST = "validate_seeding.json"


def prepare_checks(site: Site) -> Outcome:
    """List what will be asked, and which faults prove that the answer can be no.

    The gate asks it all where there is no data, and adds the answers that are expected where there is.
    """
    checks = data_checks(site.project)
    _write(site, {check.name: {"question": check.question, "faults": _faults(check)} for check in checks})
    faults = sum(len(check.faults) for check in checks)
    return Outcome(
        f"{len(checks)} checks about data, {faults} faults to prove them by",
        artifacts=(LIST,),
        facts={"checks": len(checks), "faults": faults},
    )


def ask_empty_tables(site: Site, checks: Sequence[Check]) -> tuple[Finding, ...]:
    """What each check says about a scratch database that has every table and no row."""
    with schema_only(site, "empty") as target:
        return run_checks(site.on(target.database), checks)


def _can_fail(site: Site) -> Finding:
    checks = data_checks(site.project)
    listed = json.loads((site.folder / LIST).read_text(encoding="utf-8"))
    findings = _findings(site, checks)
    wrong = [finding for finding in findings if finding.passed or not answered(finding)]
    _write(
        site,
        {
            check.name: {"question": check.question, "expected": finding.expected, "faults": _faults(check)}
            for check, finding in zip(checks, findings, strict=True)
            if check.name in listed
        },
    )
    return CAN_FAIL.answer(
        {"without a no": [], "without a fault": [], "not listed": []},
        {
            "without a no": [finding.check for finding in wrong],
            "without a fault": [check.name for check in checks if not check.faults],
            "not listed": [check.name for check in checks if check.name not in listed],
        },
        measured=len(checks),
        rows=tuple({"check": finding.check, "said": finding.actual} for finding in wrong),
    )


def _findings(site: Site, checks: Sequence[Check]) -> Sequence[Finding]:
    early = site.beforehand(CAN_FAIL.name, lambda: _beforehand(site))
    findings = tuple(map(Finding.from_json, early))
    same = [finding.check for finding in findings] == [check.name for check in checks]
    return findings if same else ask_empty_tables(site, checks)


def _beforehand(site: Site) -> JSON:
    return [finding.as_json() for finding in ask_empty_tables(site, data_checks(site.project))]


def _faults(check: Check) -> list[JSON]:
    return [fault.name for fault in check.faults]


def _write(site: Site, listed: Mapping[str, Mapping[str, JSON]]) -> None:
    text = json.dumps(listed, indent=2, ensure_ascii=False)
    site.artifact(LIST).write_text(text + "\n", encoding="utf-8")


CAN_FAIL = Check(
    "validation.can_fail",
    "Does every check about data say no where there is none, and does every one declare a fault to prove it by?",
    _can_fail,
    scope="run",
    beforehand=_beforehand,
)
