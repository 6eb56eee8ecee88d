"""The report for machines: `report.json`, and the way back."""

from __future__ import annotations

import json
from typing import Any

from reseed.errors import ReseedError
from reseed.records import Finding, Report
from reseed.report.values import as_json
from reseed.report.verdict import sentence

FORMAT = 1


def report_json(report: Report) -> str:
    """The report as JSON text; `passed` and `verdict` are there for readers and ignored on the way back."""
    document = {
        "format": FORMAT,
        "title": report.title,
        "database": report.database,
        "measured": report.measured,
        "passed": report.passed,
        "verdict": sentence(report),
        "checks": len(report.findings),
        "failed": [finding.check for finding in report.failures],
        "facts": as_json(report.facts),
        "findings": [as_json(finding.as_json()) for finding in report.findings],
        "sections": [
            {"heading": heading, "columns": list(columns), "rows": as_json(rows)}
            for heading, columns, rows in report.sections
        ],
        "left_out": report.left_out,
        "pictures": [{"shows": shows, "file": file} for shows, file in report.pictures],
    }
    return json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def from_json(text: str) -> Report:
    """The report that `report_json` wrote; its verdict is worked out again from its findings.

    Raises:
        ReseedError: the text is not such a report.
    """
    try:
        document = json.loads(text)
        if document["format"] != FORMAT:
            raise ReseedError(f"The report has format {document['format']!r}, expected {FORMAT}.")
        return _report(document)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ReseedError(
            f"The text is not a reseed report: {type(error).__name__}: {error}.",
            "Write it again with a validation.",
        ) from error


def _report(document: dict[str, Any]) -> Report:
    return Report(
        title=document["title"],
        database=document["database"],
        measured=document["measured"],
        findings=tuple(Finding.from_json(finding) for finding in document["findings"]),
        facts=dict(document["facts"]),
        sections=tuple(
            (section["heading"], tuple(section["columns"]), tuple(map(tuple, section["rows"])))
            for section in document["sections"]
        ),
        left_out=document.get("left_out", ""),
        pictures=tuple((picture["shows"], picture["file"]) for picture in document.get("pictures", ())),
    )
