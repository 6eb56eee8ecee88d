"""Every form of a report, written whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import NamedTemporaryFile

from reseed.errors import StorageError
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

    All forms are made before the first is written, and each is put in place by a rename: a reader sees the
    old file or the new one, never half of one.

    Raises:
        StorageError: the folder cannot be written, or its disk is full.
    """
    safe = without_passwords(report)
    texts = {folder / name: form(safe) for name, form in FORMS.items()}
    for file, text in texts.items():
        _write(file, text)
    return tuple(texts)


def _write(file: Path, text: str) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=file.parent, prefix=f".{file.name}.", delete=False) as part:
            temporary = Path(part.name)
            try:
                part.write(text.encode("utf-8", "backslashreplace"))
                part.flush()
                os.fsync(part.fileno())
                temporary.chmod(0o644)
                temporary.replace(file)
            except BaseException:
                temporary.unlink(missing_ok=True)
                raise
    except OSError as error:
        raise StorageError(
            f"{file} cannot be written: {error.strerror}.",
            "Free some space or correct the folder's permissions.",
        ) from error
