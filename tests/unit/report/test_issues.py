"""The issue log: worst first, with a next step, and honest when there is nothing in it."""

from __future__ import annotations

import re

from reseed.records import Report
from reseed.report import issues_markdown


def test_the_worst_comes_first(failed: Report) -> None:
    text = issues_markdown(failed)
    assert re.findall(r"^## \d\. (\S+)", text, re.MULTILINE) == ["tenancy.leaks", "files.size", "rows.tables"]
    assert re.findall(r"^- severity: (\w+)", text, re.MULTILINE) == ["critical", "high", "medium"]


def test_each_issue_has_a_next_step(failed: Report) -> None:
    steps = re.findall(r"^- next step: (.+)", issues_markdown(failed), re.MULTILINE)
    assert len(steps) == 3
    assert "Restore the policy" in steps[0]
    assert "nothing to look at" in steps[1]


def test_no_issues_says_what_was_measured(passed: Report) -> None:
    text = issues_markdown(passed)
    assert "**No issues.** 2 of 2 checks passed" in text
    assert "| schema | 1 | 18 |" in text
    assert "| rows | 1 | 4 |" in text


def test_no_checks_is_not_no_issues(empty: Report) -> None:
    text = issues_markdown(empty)
    assert "No issues" not in text
    assert "**Not validated.** No check was executed." in text
