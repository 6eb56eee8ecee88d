"""One task: verify what was handed over, act, let the gate measure, hand over. The same for every task of any plan."""

from __future__ import annotations

import time
import traceback
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from reseed import validate
from reseed.check import Check
from reseed.errors import ChecksFailed, ReseedError
from reseed.files import write_atomically
from reseed.plan import Plan, Task, predecessors
from reseed.plan.reach import upstream
from reseed.records import Finding, Outcome
from reseed.run import handoff
from reseed.run.folder import write_task
from reseed.run.journal import Journal
from reseed.run.state import BLOCKED, FAILED, PASSED
from reseed.site import Site
from reseed.stages import Stage

#: The durable result of a task, as JSON: task, status, summary, seconds, artifacts, facts, findings, handoff.
Result = dict[str, Any]


@dataclass(frozen=True)
class Work:
    """What is needed to carry out any task of a run.

    Attributes:
        site: where the run works. plan: what is to be done. journal: where it is told.
        stages: action name -> stage. checks: check name -> check.
    """

    site: Site
    plan: Plan
    journal: Journal
    stages: Mapping[str, Stage]
    checks: Mapping[str, Check]

    def perform(self, task_id: str, known: Mapping[str, Result]) -> Result:
        """Do one task; never raises, a failure is a result.

        Args:
            known: results of the tasks it needs and of its agent's earlier tasks.
        """
        task = self.plan.task(task_id)
        self.journal.write("task.started", task.id, agent=task.agent)
        began = time.perf_counter()
        try:
            result = self._passed(task, known)
        except ChecksFailed as error:
            result = _failed(task, str(error), error.findings)
        except ReseedError as error:
            result = _failed(task, str(error))
        except OSError as error:
            result = _failed(
                task, f"{error.filename or self.site.folder} cannot be written: {error.strerror}."
            )
        except Exception as error:  # noqa: BLE001 - a task's bug fails the task, not the agents beside it
            result = _failed(task, self._keep_traceback(task, error))
        result["seconds"] = round(time.perf_counter() - began, 3)
        write_task(self.site.folder, task.id, result)
        self._tell(task, result)
        return result

    def block(self, task_id: str, broken: Sequence[str]) -> Result:
        """Record that a task cannot start, and which tasks are in its way."""
        summary = f"needs {' and '.join(broken)}, which did not pass"
        result = {**_failed(self.plan.task(task_id), summary), "status": BLOCKED}
        write_task(self.site.folder, task_id, result)
        self.journal.write("task.blocked", task_id, summary=summary, by=list(broken))
        return result

    def _passed(self, task: Task, known: Mapping[str, Result]) -> Result:
        site = replace(
            self.site,
            facts={name: result["facts"] for name, result in known.items()},
            tell=partial(self._say_how_far, task),
        )
        for need in predecessors(self.plan)[task.id]:
            if known[need].get("handoff"):
                handoff.verify(site, known[need]["handoff"])
        outcome = self.stages[task.action].action(site, **task.arguments)
        findings = self._measure(task, site)
        return {
            "task": task.id,
            "status": PASSED,
            "summary": "; ".join([outcome.summary, *self._carried(task)]),
            "artifacts": list(outcome.artifacts),
            "facts": dict(outcome.facts),
            "findings": [finding.as_json() for finding in findings],
            "handoff": self._hand_over(task, site, outcome, findings),
        }

    def _measure(self, task: Task, site: Site) -> tuple[Finding, ...]:
        findings = validate.run_checks(site, [self.checks[name] for name in task.gate])
        broken = [finding for finding in findings if not finding.passed]
        if broken or not findings:
            raise _gate_closed(task, findings, broken)
        return findings

    def _carried(self, task: Task) -> Iterator[str]:
        """Which checks of the gate rely on what an earlier run has measured, in words."""
        early = self.site.early
        for run in sorted({early.run_of(name) for name in task.gate} - {""}):
            names = ", ".join(name for name in task.gate if early.run_of(name) == run)
            yield f"{names}: measured by run {run} of the same inputs, not again"

    def _hand_over(
        self, task: Task, site: Site, outcome: Outcome, findings: tuple[Finding, ...]
    ) -> dict[str, Any] | None:
        if not task.handoff:
            return None
        parts = self.seeded_before(task)
        head = handoff.measure(site, task.id, parts, findings)
        remembered = handoff.write(site, task.handoff, head, parts)
        self.journal.write("handoff.written", task.id, file=task.handoff, checks=len(findings))
        return remembered

    def seeded_before(self, task: Task) -> tuple[str, ...]:
        """The dataset's parts that a task can rely on, in plan order."""
        done = upstream(self.plan, task.id)
        return tuple(
            str(other.arguments["part"])
            for other in self.plan.tasks
            if other.id in done and "part" in other.arguments
        )

    def _say_how_far(self, task: Task, line: str) -> None:
        self.journal.write("task.progress", task.id, summary=line)

    def _tell(self, task: Task, result: Result) -> None:
        self.journal.write(
            f"task.{result['status']}",
            task.id,
            seconds=result["seconds"],
            summary=result["summary"],
            checks=len(result["findings"]),
        )

    def _keep_traceback(self, task: Task, error: Exception) -> str:
        log = self.site.artifact("tasks", f"{task.id}.log")
        write_atomically(log, "".join(traceback.format_exception(error)))
        first = next(iter(str(error).splitlines()), "")
        return f"{type(error).__name__}: {first} (details in {log.relative_to(self.site.folder)})"


def _failed(task: Task, summary: str, findings: Sequence[Finding] = ()) -> Result:
    return {
        "task": task.id,
        "status": FAILED,
        "summary": summary,
        "artifacts": [],
        "facts": {},
        "findings": [finding.as_json() for finding in findings],
        "handoff": None,
    }


def _gate_closed(task: Task, findings: tuple[Finding, ...], broken: list[Finding]) -> ChecksFailed:
    if not findings:
        return ChecksFailed(f"The gate of task {task.id} measured nothing, expected at least one check.")
    first = broken[0]
    more = f" ({len(broken) - 1} more)" if len(broken) > 1 else ""
    return ChecksFailed(
        f"Gate {first.check}: expected {_short(first.expected)}, found {_short(first.actual)}{more}.",
        f"See tasks/{task.id}.json in the run folder.",
        findings,
    )


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= 160 else f"{text[:157]}..."
