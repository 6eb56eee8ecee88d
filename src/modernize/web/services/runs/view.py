"""What pages and API show of runs: frozen values, made by reading and never by guessing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

Verdict = Literal["passed", "failed", "under way", "interrupted", "not begun", "unreadable"]

#: `interrupted`: it was running when the process that worked on the run ended.
Status = Literal["waiting", "running", "passed", "failed", "blocked", "stale", "interrupted"]


@dataclass(frozen=True, slots=True)
class Counts:
    """What was wrong in the database: schema drifts, rows without their parent, rows of the wrong tenant."""

    drift: int
    orphans: int
    leaks: int


@dataclass(frozen=True, slots=True)
class RunLine:
    """One run in the history.

    Attributes:
        sentence: how it ended, or why it cannot be read. seconds: time it was at work, without pauses.
        target: address without a password. database: the public name. before, after: None where not counted.
    """

    id: str
    verdict: Verdict
    sentence: str
    started: datetime | None = None
    ended: datetime | None = None
    seconds: float | None = None
    target: str = ""
    database: str = ""
    tasks: int = 0
    passed: int = 0
    before: Counts | None = None
    after: Counts | None = None


@dataclass(frozen=True, slots=True)
class TaskLine:
    """One task of a run.

    Attributes:
        needs: what it waits for, without what these already imply.
        estimate, planned_start: minutes; the earliest start by the plan. critical: on the plan's critical path.
        seconds: of the last attempt that ended. checks: how many its gate measured.
    """

    id: str
    agent: str
    title: str
    needs: tuple[str, ...]
    estimate: int
    planned_start: int
    critical: bool
    status: Status
    attempts: int
    seconds: float | None
    checks: int
    summary: str
    started: datetime | None
    ended: datetime | None


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try at a task, in seconds after the run's start, pauses left out; `end` is None while it is at work."""

    task: str
    number: int
    start: float
    end: float | None
    status: Status


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that happened to the run as a whole, in seconds after its start."""

    at: float
    what: str


@dataclass(frozen=True, slots=True)
class AgentLane:
    """One agent and the ids of its tasks, in its order. `now`: what it is doing, in words."""

    id: str
    name: str
    focus: str
    tasks: tuple[str, ...]
    now: str


@dataclass(frozen=True, slots=True)
class RunView:
    """One run as a whole.

    Attributes:
        seconds: length of the time axis. planned_minutes: length of the plan, when nothing slips.
    """

    line: RunLine
    title: str
    agents: tuple[AgentLane, ...]
    tasks: tuple[TaskLine, ...]
    attempts: tuple[Attempt, ...]
    marks: tuple[Mark, ...]
    seconds: float
    planned_minutes: int


@dataclass(frozen=True, slots=True)
class FindingLine:
    """One answer to one check, in short; the check's name is its id."""

    id: str
    check: str
    family: str
    question: str
    result: Literal["passed", "failed"]
    expected: str
    actual: str
    measured: int


@dataclass(frozen=True, slots=True)
class Difference:
    """Where expected and actual differ."""

    key: str
    expected: str
    actual: str


@dataclass(frozen=True, slots=True)
class FindingView:
    """A finding with what proves it. `withheld`: why offending rows are not shown, empty where all are."""

    line: FindingLine
    expected: Any
    actual: Any
    sql: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    withheld: str
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class FamilyLine:
    """The findings whose checks share the first part of their names."""

    name: str
    passed: int
    asked: int


@dataclass(frozen=True, slots=True)
class ReportView:
    """A validation report's head, and how each family did."""

    title: str
    database: str
    measured: str
    passed: bool
    sentence: str
    facts: tuple[tuple[str, str], ...]
    families: tuple[FamilyLine, ...]


@dataclass(frozen=True, slots=True)
class ArtifactLine:
    """A file that a task made. `why_not`: why it cannot be downloaded, empty where it can."""

    path: str
    size: int | None
    why_not: str


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line of a task's log."""

    at: datetime
    event: str
    text: str


@dataclass(frozen=True, slots=True)
class HandoffView:
    """A handoff file: what its head measured, and its text below the head."""

    file: str
    head: tuple[tuple[str, str], ...]
    checks: tuple[tuple[str, bool, int], ...]
    body: str
    withheld: str


@dataclass(frozen=True, slots=True)
class TaskView:
    """One task in full.

    Attributes:
        gate: names of the checks that must pass; `findings` their answers, once measured.
        traceback: what a bug left in the task's log file.
    """

    line: TaskLine
    agent_name: str
    description: str
    gate: tuple[str, ...]
    findings: tuple[FindingView, ...]
    log: tuple[LogLine, ...]
    traceback: str
    handoff: HandoffView | None
    artifacts: tuple[ArtifactLine, ...]
