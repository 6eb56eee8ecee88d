"""Frozen values handed from room to room. They hold facts and decide nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

JSON: TypeAlias = "bool | int | float | str | list[JSON] | dict[str, JSON] | None"


@dataclass(frozen=True, slots=True)
class Finding:
    """One answer to one check, measured on a real database or a real file.

    Attributes:
        check: name of the check, dotted: `rows.assets`.
        question: the question in words: "Are there exactly 60 assets?".
        passed: whether the answer is the expected one.
        expected: what the dataset's definition, the models or the plan say.
        actual: what was measured.
        measured: how many things were looked at (rows, objects, files). A finding over nothing never passes.
        rows: up to ten offending rows.
        sql: the statement that anyone can run to see it, empty where there is none.
    """

    check: str
    question: str
    passed: bool
    expected: JSON
    actual: JSON
    measured: int
    rows: tuple[Mapping[str, JSON], ...] = ()
    sql: str = ""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Finding:
        return cls(**{**data, "rows": tuple(data.get("rows", ()))})


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a stage did, before its gate judges it.

    Attributes:
        summary: one line for people: "21 tables, 4 dumps".
        artifacts: files it made, relative to the run folder.
        facts: what later tasks may need, as JSON.
    """

    summary: str
    artifacts: tuple[str, ...] = ()
    facts: Mapping[str, JSON] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Backup:
    """A dump that was taken: the contents of its `manifest.json`.

    Attributes:
        form: "plain" (one SQL file) or "directory" (an archive written in parallel).
        files: path within the backup -> size in bytes and sha256.
        rows, digests: `schema.table` -> exact rows, and a digest over them.
        sequences: name -> where each stood before and after the dump, since they do not wait for it: (last value,
            whether it was handed out).
        views: materialized views -> whether each is populated.
        large_objects: their `count`, their `bytes` together, and a `digest` over them.
        roles: those that must exist where it is restored. extensions: name -> version.
        left_out: what the database has and the dump has not, as sentences.
        separate: file -> the table whose rows it holds, where the archive could not take them.
        proven: when it was restored and found equal; None where that is a gate's to say, or was not done.
    """

    database: str
    taken: datetime
    server_version: str
    client_version: str
    form: str
    files: Mapping[str, Mapping[str, JSON]]
    rows: Mapping[str, int]
    digests: Mapping[str, str]
    sequences: Mapping[str, Sequence[Sequence[int | bool]]]
    views: Mapping[str, bool]
    large_objects: Mapping[str, int | str]
    roles: Sequence[str]
    extensions: Mapping[str, str]
    left_out: Sequence[str]
    separate: Mapping[str, Mapping[str, JSON]]
    proven: datetime | None = None


@dataclass(frozen=True, slots=True)
class Load:
    """What one seeding step put into the database: rows for each table, in the order loaded, and seconds."""

    part: str
    rows: Mapping[str, int]
    seconds: float


@dataclass(frozen=True, slots=True)
class Handoff:
    """The measured head of a handoff file.

    Attributes:
        run: id of the run; task: id of the task that hands over.
        written: when, UTC.
        schema_fingerprint: sha256 over the canonical facts of the database.
        dataset_digest: digest over the rows in the database, empty before seeding.
        findings: each check of the task's gate with its answer.
    """

    run: str
    task: str
    written: str
    schema_fingerprint: str
    dataset_digest: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Proof:
    """How one check behaved on a clone.

    Attributes:
        check: its name. fault: what was planted in the clone; empty for the control, where nothing was.
        passed: the check caught the fault, or passed the control.
        answer: what it said, in words. seconds: planting and measuring together.
    """

    check: str
    fault: str
    passed: bool
    answer: str
    seconds: float


@dataclass(frozen=True, slots=True)
class QueryAnswer:
    """What one query of the project's query pack returned for the demo tenant.

    Attributes:
        name, question: as the pack declares them. sql: the statement.
        columns, rows: the whole result. error: why there is none, empty where there is.
        seconds: time until the last row.
    """

    name: str
    question: str
    sql: str
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[JSON, ...], ...] = ()
    error: str = ""
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Mess:
    """Rows that cannot be right, counted on any database.

    Attributes:
        orphans: rows that name a row which does not exist. leaks: rows that name a row of another tenant.
        findings: one for each reference that was followed, with examples and the SQL.
    """

    orphans: int
    leaks: int
    findings: tuple[Finding, ...]


#: A picture for people: what it shows, and its path beside the report.
Picture: TypeAlias = tuple[str, str]

#: A further table for people: heading, columns, rows.
Section: TypeAlias = tuple[str, tuple[str, ...], tuple[tuple[JSON, ...], ...]]


@dataclass(frozen=True, slots=True)
class Report:
    """One validation of one database.

    Attributes:
        title: heading of the report; database: name of the database that was measured.
        measured: when, UTC, ISO 8601.
        findings: every answer, in the order asked.
        facts: name -> value lines for the report's head (run, fingerprint, digest, server version, ...).
        sections: further tables for people: (heading, columns, rows).
        left_out: what the verdict does not speak of, and why, as a sentence; empty where it speaks of all.
        pictures: what was photographed.
    """

    title: str
    database: str
    measured: str
    findings: tuple[Finding, ...]
    facts: Mapping[str, JSON] = field(default_factory=dict)
    sections: tuple[Section, ...] = ()
    left_out: str = ""
    pictures: tuple[Picture, ...] = ()

    @property
    def passed(self) -> bool:
        """True when something was asked and every answer is the expected one."""
        return bool(self.findings) and all(finding.passed for finding in self.findings)

    @property
    def failures(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if not finding.passed)
