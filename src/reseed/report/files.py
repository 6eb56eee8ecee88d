"""Every form of a report, written whole or not at all."""

from __future__ import annotations

from pathlib import Path

from reseed.errors import StorageError
from reseed.files import write_atomically
from reseed.records import Report
from reseed.report.html import validation_html
from reseed.report.issues import issues_markdown
from reseed.report.junit import junit_xml
from reseed.report.machine import report_json
from reseed.report.markdown import validation_markdown
from reseed.report.masking import without_passwords

FORMS = {
    "VALIDATION_REPORT.md": validation_markdown,
    "VALIDATION_REPORT.html": validation_html,
    "junit.xml": junit_xml,
    "report.json": report_json,
    "ISSUES.md": issues_markdown,
}


def write_all(report: Report, folder: Path) -> tuple[Path, ...]:
    """Write every form of the report into `folder`, without passwords, and return the files' paths.

    All forms are made before the first is written, and each takes its name when it is complete: a reader sees the
    old file or the new one, never half of one.

    Raises:
        StorageError: the folder cannot be written, or its disk is full.
    """
    safe = without_passwords(report)
    texts = {folder / name: form(safe) for name, form in FORMS.items()}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for file, text in texts.items():
            write_atomically(file, text)
    except OSError as error:
        raise StorageError(
            f"{folder} cannot be written: {error.strerror}.", "Free some space or correct its permissions."
        ) from error
    return tuple(texts)
