"""Run folders for tests, made by the very writers that a run uses, of the application's own plan; no database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reseed.plan import Plan, read
from reseed.records import Finding, Report
from reseed.report import report_json
from reseed.run.folder import RunRecord, create_run, hold, write_task
from reseed.run.journal import Journal

PLAN = Path(__file__).resolve().parents[1] / "src" / "modernize" / "plan.toml"

DEMO = "11111111-1111-1111-1111-111111111111"
OTHER = "99999999-9999-9999-9999-999999999999"


@dataclass
class RunFolder:
    """A run folder to which tests add what a run would add."""

    folder: Path
    plan: Plan
    journal: Journal

    @property
    def id(self) -> str:
        return self.folder.name

    def begin(self) -> None:
        self.journal.write("run.started", run=self.id, database="shop", server="reseed@127.0.0.1:5432/shop")
        self.journal.write("survey.before", drift=744, orphans=51, leaks=40, heads=2)

    def start(self, task: str) -> None:
        self.journal.write("task.started", task, agent=self.plan.task(task).agent)

    def end(self, task: str, status: str = "passed", summary: str = "done", **result: Any) -> None:
        """A task ends, and leaves its result."""
        findings = result.pop("findings", [finding(name) for name in self.plan.task(task).gate])
        document = {"artifacts": [], "facts": {}, "handoff": None, "seconds": 0.5, **result}
        document |= {"task": task, "status": status, "summary": summary}
        write_task(self.folder, task, {**document, "findings": [one.as_json() for one in findings]})
        self.journal.write(f"task.{status}", task, seconds=0.5, summary=summary, checks=len(findings))

    def do(self, *tasks: str) -> None:
        for task in tasks:
            self.start(task)
            self.end(task)

    def finish(self, verdict: str = "passed") -> None:
        if verdict == "passed":
            self.journal.write("survey.after", drift=0, orphans=0, leaks=0, heads=1)
        self.journal.write(
            "run.finished", verdict=verdict, summary=f"it {verdict}", swapped=verdict == "passed"
        )

    def write(self, path: str, content: str | bytes = "content") -> Path:
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return file

    def report(self, *findings: Finding) -> None:
        document = Report("Validation of shop", "shop__new", "2026-01-15T09:00:00+00:00", findings)
        self.write("report.json", report_json(document))

    @contextmanager
    def held(self) -> Iterator[None]:
        with hold(self.folder):
            yield


def make_run(state: Path, run: str = "20260115-090000-aaaa") -> RunFolder:
    """A run that has been asked for and has not begun."""
    plan = read(PLAN)
    record = RunRecord(
        run, "reseed.toml", "the embedded server", "shop", f"shop__new_{run}", "migrations", plan.digest
    )
    folder = create_run(state, record, PLAN.read_text(encoding="utf-8"))
    return RunFolder(folder, plan, Journal(folder))


def finding(check: str, passed: bool = True, **more: Any) -> Finding:
    values: dict[str, Any] = {"question": f"Is {check} as it should be?", "expected": 0, "measured": 5}
    return Finding(check=check, passed=passed, **{**values, "actual": 0 if passed else 2, **more})
