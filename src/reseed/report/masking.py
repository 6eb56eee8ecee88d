"""No password leaves in a report: URLs, connection strings and columns lose theirs before the writing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from reseed.records import JSON, Finding, Report
from reseed.report.values import as_json

_IN_URL = re.compile(r"([A-Za-z][\w+.-]*://[^\s:/@]*):[^\s/]*@")
_IN_CONNECTION_STRING = re.compile(r"\b(password\s*=\s*)('[^']*'|[^\s'&;]+)", re.IGNORECASE)
_SECRET_KEY = re.compile(r"password|passwd|secret|token_hash", re.IGNORECASE)


def without_passwords(report: Report) -> Report:
    """The same report in plain JSON values, without secrets.

    Masked are `scheme://user:password@`, `password=…`, and text under a key such as `password_hash`.
    """
    return replace(
        report,
        title=masked(report.title),
        findings=tuple(_finding(finding) for finding in report.findings),
        facts=_mapping(report.facts),
        sections=tuple(
            (masked(heading), tuple(map(masked, columns)), tuple(tuple(map(_value, row)) for row in rows))
            for heading, columns, rows in report.sections
        ),
        left_out=masked(report.left_out),
        pictures=tuple((masked(shows), file) for shows, file in report.pictures),
    )


def masked(text: str) -> str:
    """`text` with the passwords of URLs and connection strings replaced by three stars."""
    return _IN_CONNECTION_STRING.sub(r"\1***", _IN_URL.sub(r"\1:***@", text))


def _finding(finding: Finding) -> Finding:
    return replace(
        finding,
        question=masked(finding.question),
        expected=_value(finding.expected),
        actual=_value(finding.actual),
        rows=tuple(_mapping(row) for row in finding.rows),
        sql=masked(finding.sql),
    )


def _value(value: object) -> JSON:
    plain = as_json(value)
    if isinstance(plain, str):
        return masked(plain)
    if isinstance(plain, dict):
        return _mapping(plain)
    if isinstance(plain, list):
        return [_value(item) for item in plain]
    return plain


def _mapping(items: Mapping[str, JSON]) -> dict[str, JSON]:
    return {
        key: "***" if isinstance(item, str) and _SECRET_KEY.search(key) else _value(item)
        for key, item in items.items()
    }
