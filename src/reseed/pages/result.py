"""What a checklist asks and what was found: one line for each role, page and question; and all of them together."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal

Status = Literal["passed", "failed", "not run"]

NOT_RUN: Status = "not run"

#: Page of the lines that are about signing in.
SIGN_IN = "Sign-in"


@dataclass(frozen=True, slots=True)
class Line:
    """One question about one page, asked as one role.

    Attributes:
        kind: which measurement answers it; see `judge.py`.
        what: what to do, for people: "Read Linux servers". expected, found: for people, too; why it was not run.
        wanted: the texts that the page must show. subject: selector, path or request it is about.
        sql: where the expected value comes from. screenshot: path of the picture, beside the result.
    """

    role: str
    page: str
    kind: str
    what: str
    expected: str
    subject: str = ""
    wanted: tuple[str, ...] = ()
    sql: str = ""
    screenshot: str = ""
    found: str = ""
    status: Status = NOT_RUN

    def answered(self, passed: bool, found: str) -> Line:
        return replace(self, status="passed" if passed else "failed", found=found)

    def left(self, why: str) -> Line:
        """The line, not run, with the reason."""
        return replace(self, status=NOT_RUN, found=why)


@dataclass(frozen=True, slots=True)
class PagesResult:
    """A checklist, executed or not.

    Attributes:
        lines: every line, in the order of roles and pages. reason: why lines were not run; empty where all were.
        browser: name and version. base: the application's address. began: when, UTC, ISO 8601. seconds: wall time.
        measured: schema fingerprint and dataset digest of the database that was shown, where a run's gate relies on it.
        pictures: path of each screenshot beside the result -> its sha256, where a run's gate relies on it.
    """

    lines: tuple[Line, ...]
    reason: str = ""
    browser: str = ""
    base: str = ""
    began: str = ""
    seconds: float = 0.0
    measured: Mapping[str, str] = field(default_factory=dict)
    pictures: Mapping[str, str] = field(default_factory=dict)

    @property
    def passed(self) -> bool:
        """True when something was asked and every line has passed."""
        return bool(self.lines) and all(line.status == "passed" for line in self.lines)

    @property
    def executed(self) -> bool:
        """Whether a browser has answered any line."""
        return any(line.status != NOT_RUN for line in self.lines)

    def of(self, status: Status) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.status == status)

    @property
    def sentence(self) -> str:
        """ "412 of 412 lines passed", and what did not."""
        counted = f"{len(self.of('passed'))} of {len(self.lines)} lines passed"
        failed, left = len(self.of("failed")), len(self.of(NOT_RUN))
        return ", ".join(
            [counted, *([f"{failed} failed"] if failed else []), *([f"{left} not run"] if left else [])]
        )


def unasked(planned: Iterable[Line], result: PagesResult) -> tuple[Line, ...]:
    """The planned lines that a result does not have, answered or not."""
    asked = {(line.role, line.page, line.kind, line.what) for line in result.lines}
    return tuple(line for line in planned if (line.role, line.page, line.kind, line.what) not in asked)


@dataclass(frozen=True, slots=True)
class Counted:
    """Lines of one role by status."""

    role: str
    statuses: Mapping[str, int] = field(default_factory=dict)


def by_role(result: PagesResult) -> tuple[Counted, ...]:
    """How many lines of each role passed, failed and were not run."""
    roles = dict.fromkeys(line.role for line in result.lines)
    return tuple(
        Counted(
            role,
            {
                status: sum(line.role == role and line.status == status for line in result.lines)
                for status in ("passed", "failed", NOT_RUN)
            },
        )
        for role in roles
    )


def to_json(result: PagesResult) -> str:
    """The result for machines: what `pages.json` holds."""
    head: dict[str, Any] = {"passed": result.passed, **asdict(result)}
    return json.dumps(head, indent=1, ensure_ascii=False) + "\n"


def from_json(text: str) -> PagesResult:
    """The result that `to_json` wrote.

    Raises:
        ValueError: the text is none.
    """
    try:
        head = json.loads(text)
        head.pop("passed")
        lines = tuple(Line(**{**line, "wanted": tuple(line["wanted"])}) for line in head.pop("lines"))
        return PagesResult(lines=lines, **head)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"it is no result of a page checklist: {error}") from error
