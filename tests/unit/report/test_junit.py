"""JUnit XML as a build server reads it."""

from __future__ import annotations

from xml.etree import ElementTree as xml

from reseed.records import Report
from reseed.report import junit_xml


def read(report: Report) -> xml.Element:
    return xml.fromstring(junit_xml(report))  # noqa: S314


def test_one_suite_for_each_family_with_its_counts(failed: Report) -> None:
    suites = {suite.attrib["name"]: suite for suite in read(failed).iter("testsuite")}
    counts = {name: (suite.attrib["tests"], suite.attrib["failures"]) for name, suite in suites.items()}
    assert counts == {"schema": ("1", "0"), "rows": ("2", "1"), "tenancy": ("1", "1"), "files": ("1", "1")}
    assert {name: len(suite.findall("testcase")) for name, suite in suites.items()} == {
        "schema": 1,
        "rows": 2,
        "tenancy": 1,
        "files": 1,
    }


def test_the_sums_stand_at_the_top(failed: Report) -> None:
    root = read(failed)
    assert (root.attrib["tests"], root.attrib["failures"], root.attrib["errors"]) == ("5", "3", "0")


def test_a_failure_says_what_differs_and_how_to_see_it(failed: Report) -> None:
    case = next(case for case in read(failed).iter("testcase") if case.attrib["name"] == "rows.tables")
    failure = case.find("failure")
    assert failure is not None and failure.text is not None
    assert "sizes.linux: expected 20, found 19" in failure.text
    assert "SELECT count(*)" in failure.text
    assert failure.attrib["message"].startswith('expected {"assets": 60')


def test_an_answer_over_nothing_says_so(failed: Report) -> None:
    case = next(case for case in read(failed).iter("testcase") if case.attrib["name"] == "files.size")
    failure = case.find("failure")
    assert failure is not None
    assert failure.attrib["message"] == "nothing was measured"


def test_a_report_without_findings_is_one_failed_test(empty: Report) -> None:
    root = read(empty)
    assert (root.attrib["tests"], root.attrib["failures"]) == ("1", "1")
    assert len(root.findall("testsuite/testcase/failure")) == 1
