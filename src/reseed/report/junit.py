"""The report as JUnit XML, so that any build server shows each check as a test: one suite for each family."""

from __future__ import annotations

from xml.etree import ElementTree as xml

from reseed.records import Finding, Report
from reseed.report.values import LONG, as_text, differences, visible
from reseed.report.verdict import Family, families, reason, sentence


def junit_xml(report: Report) -> str:
    """One `testsuite` for each family, one `testcase` for each check.

    A report without findings has one failed test case, as most readers take an empty file for a success.
    """
    suites = [_suite(family, report) for family in families(report.findings)] or [_nothing(report)]
    root = xml.Element("testsuites", {"name": visible(report.title), **_totals(suites)})
    root.extend(suites)
    xml.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + xml.tostring(root, encoding="unicode") + "\n"


def _totals(suites: list[xml.Element]) -> dict[str, str]:
    sums = {name: str(sum(int(suite.attrib[name]) for suite in suites)) for name in ("tests", "failures")}
    return {**sums, "errors": "0", "time": "0"}


def _suite(family: Family, report: Report) -> xml.Element:
    suite = _empty_suite(family.name, len(family.findings), len(family.failures), report)
    suite.extend(_case(family, finding) for finding in family.findings)
    return suite


def _empty_suite(name: str, tests: int, failures: int, report: Report) -> xml.Element:
    suite = xml.Element(
        "testsuite",
        name=visible(name),
        tests=str(tests),
        failures=str(failures),
        errors="0",
        skipped="0",
        time="0",
        timestamp=visible(report.measured),
    )
    properties = xml.SubElement(suite, "properties")
    for key, value in {"database": report.database, **report.facts}.items():
        xml.SubElement(properties, "property", name=visible(key), value=as_text(value))
    return suite


def _case(family: Family, finding: Finding) -> xml.Element:
    case = xml.Element("testcase", classname=visible(family.name), name=visible(finding.check), time="0")
    if not finding.passed:
        failure = xml.SubElement(case, "failure", type="check", message=reason(finding))
        failure.text = _explanation(finding)
    return case


def _explanation(finding: Finding) -> str:
    lines = [
        finding.question,
        f"expected: {as_text(finding.expected, LONG)}",
        f"actual:   {as_text(finding.actual, LONG)}",
        f"measured: {finding.measured}",
        *(
            f"{key}: expected {one}, found {two}"
            for key, one, two in differences(finding.expected, finding.actual)
        ),
        *(f"row: {as_text(row)}" for row in finding.rows),
    ]
    if finding.sql:
        lines += ["", finding.sql]
    return visible("\n".join(lines))


def _nothing(report: Report) -> xml.Element:
    suite = _empty_suite("validation", 1, 1, report)
    case = xml.SubElement(suite, "testcase", classname="validation", name="validation.executed", time="0")
    xml.SubElement(case, "failure", type="check", message=sentence(report)).text = sentence(report)
    return suite
