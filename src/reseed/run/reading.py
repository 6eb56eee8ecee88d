"""A run folder as readers see it: which runs there are, how far one is, what a task left behind.

For the commands and for anyone's console. Nothing here writes, holds a lock or imports what carries a run out.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from reseed import plan
from reseed.errors import PlanError, StorageError
from reseed.plan import Plan
from reseed.records import JSON, Finding
from reseed.run.folder import PLAN_FILE, RunRecord, runs_folder
from reseed.run.journal import FILE, Event, parse_lines, read_journal
from reseed.run.state import RunState, fold


@dataclass(frozen=True, slots=True)
class TaskResult:
    """What a task left behind: the contents of its `tasks/<id>.json`.

    Attributes:
        status: passed, failed or blocked. seconds: wall time; None where it never started.
        artifacts: files it made, relative to the run folder.
        facts: what later tasks may need. findings: every answer its gate got.
        handoff: the handoff's file name, its whole text and its measured head; None where it hands nothing over.
    """

    task: str
    status: str
    summary: str
    seconds: float | None
    artifacts: tuple[str, ...]
    facts: Mapping[str, JSON]
    findings: tuple[Finding, ...]
    handoff: Mapping[str, Any] | None


@dataclass
class JournalReader:
    """Reads a journal as it grows: each look takes only what is new since the last one."""

    folder: Path
    _offset: int = field(default=0, repr=False)

    def read_new(self) -> tuple[Event, ...]:
        """The whole lines that came since the last look.

        Raises:
            StorageError: a whole line is not an event, or the file is shorter than what was read of it.
        """
        path = self.folder / FILE
        try:
            with path.open("rb") as file:
                size = file.seek(0, 2)
                if size < self._offset:
                    raise StorageError(f"The journal {path} is damaged: it has become shorter.")
                file.seek(self._offset)
                text = file.read()
        except FileNotFoundError:
            return ()
        except OSError as error:
            raise StorageError(f"The journal {path} cannot be read: {error.strerror}.") from error
        whole = text[: text.rfind(b"\n") + 1]
        events = parse_lines(path, whole)
        self._offset += len(whole)
        return events


def run_folders(state: Path) -> tuple[Path, ...]:
    """The folders of all runs, the newest first."""
    return tuple(sorted((path for path in runs_folder(state).glob("*") if path.is_dir()), reverse=True))


def plan_of(folder: Path, record: RunRecord, otherwise: Path) -> Plan:
    """The plan that a run began with: its own copy, or the project's plan while that still says the same.

    Raises:
        PlanError: neither is the plan it began with.
    """
    for file in (folder / PLAN_FILE, otherwise):
        if file.is_file():
            found = plan.read(file)
            if found.digest == record.plan_digest:
                return found
    raise PlanError(
        f"The plan of run {record.id} is not in its folder, and the project's {otherwise.name} has changed since.",
        "Look at the folder's STATUS.txt instead.",
    )


def state_of(folder: Path, of_plan: Plan) -> RunState:
    """Where a run stands, from its journal."""
    return fold(folder.name, of_plan, read_journal(folder))


def read_task(folder: Path, task: str) -> TaskResult | None:
    """What a task left behind; None where it has not ended yet.

    Raises:
        StorageError: its file is damaged.
    """
    path = folder / "tasks" / f"{task}.json"
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return TaskResult(
            task=found["task"],
            status=found["status"],
            summary=found["summary"],
            seconds=found.get("seconds"),
            artifacts=tuple(found["artifacts"]),
            facts=dict(found["facts"]),
            findings=tuple(Finding.from_json(finding) for finding in found["findings"]),
            handoff=found["handoff"],
        )
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise StorageError(
            f"The task result {path} is damaged: {type(error).__name__}: {error}.",
            f"Do the task again with: reseed redo {task}",
        ) from error
