"""Findings as Markdown, HTML, JUnit XML, JSON, an issue log, and tables for a terminal."""

from reseed.report.files import FORMS, write_all
from reseed.report.html import validation_html
from reseed.report.issues import issues_markdown
from reseed.report.junit import junit_xml
from reseed.report.machine import from_json, report_json
from reseed.report.markdown import validation_markdown
from reseed.report.masking import masked, without_passwords
from reseed.report.proofs import proofs_table
from reseed.report.terminal import (
    TaskLine,
    before_after_table,
    duration,
    findings_table,
    tasks_table,
    verdict_line,
)
from reseed.report.values import as_text, columns, differences
from reseed.report.verdict import Family, families, sentence

__all__ = [
    "FORMS",
    "Family",
    "TaskLine",
    "as_text",
    "before_after_table",
    "columns",
    "differences",
    "duration",
    "families",
    "findings_table",
    "from_json",
    "issues_markdown",
    "junit_xml",
    "masked",
    "proofs_table",
    "report_json",
    "sentence",
    "tasks_table",
    "validation_html",
    "validation_markdown",
    "verdict_line",
    "without_passwords",
    "write_all",
]
