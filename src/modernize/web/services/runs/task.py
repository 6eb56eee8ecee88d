"""One task in full: its gate's answers, its own log, what it handed over, the files it left."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

from modernize.web.services.runs import artifacts, findings
from modernize.web.services.runs.folder import OpenRun, undamaged, without_place
from modernize.web.services.runs.timeline import task_line
from modernize.web.services.runs.view import FindingView, HandoffView, LogLine, TaskView
from reseed.report import masked
from reseed.run import Event, TaskResult, read_task, status_line

#: A traceback is read in a drawer; the file in the run folder has all of it.
_LONGEST = 20_000

_FENCE = "```json handoff\n"


def task_view(run: OpenRun, task_id: str, account: UUID) -> TaskView:
    """A task of an open run. KeyError where the plan has none of this id.

    Raises:
        ReseedError: its result is damaged.
    """
    task = run.plan.task(task_id)
    line = task_line(run, task_id)
    # While it is done again, the result on disk is that of the attempt before.
    result = None if line.status in ("waiting", "running", "stale") else read_task(run.folder, task_id)
    return TaskView(
        line=line,
        agent_name=run.plan.agent(task.agent).name,
        description=" ".join(task.description.split()),
        gate=task.gate,
        findings=_answers(result, account),
        log=tuple(_log_line(run, event) for event in run.events if event.task == task_id),
        traceback=_traceback(run.folder, task_id) if line.status == "failed" else "",
        handoff=_handoff(run.folder, result, account),
        artifacts=artifacts.lines(run.folder, task, result, account) if result else (),
    )


def _answers(result: TaskResult | None, account: UUID) -> tuple[FindingView, ...]:
    found = findings.masked_findings(result.findings) if result else ()
    views = [findings.finding_view(finding, account) for finding in found]
    return tuple(sorted(views, key=lambda view: view.line.result))


def _log_line(run: OpenRun, event: Event) -> LogLine:
    _, _, text = status_line(event, run.plan).partition("STATUS: ")
    said = text or json.dumps(dict(event.details), ensure_ascii=False, default=str)
    return LogLine(event.at, event.kind, without_place(run.folder, masked(said)))


def _traceback(folder: Path, task: str) -> str:
    file = artifacts.inside(folder, f"tasks/{task}.log")
    if file is None:
        return ""
    return masked(file.read_text(encoding="utf-8", errors="replace"))[-_LONGEST:]


def _handoff(folder: Path, result: TaskResult | None, account: UUID) -> HandoffView | None:
    if result is None or not result.handoff:
        return None
    with undamaged(folder):
        return _handed_over(result, result.handoff, account)


def _handed_over(result: TaskResult, handoff: Mapping[str, Any], account: UUID) -> HandoffView:
    file, text, head = (handoff[key] for key in ("file", "text", "head"))
    foreign = findings.has_foreign_rows(result.findings, account)
    return HandoffView(
        file=str(file),
        head=_measured(head),
        checks=tuple(
            (str(check["check"]), bool(check["passed"]), int(check["measured"])) for check in head["checks"]
        ),
        body="" if foreign else masked(_below_head(str(text))),
        withheld="It quotes rows of another client account." if foreign else "",
    )


def _measured(head: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    shown = {
        "Run": head["run"],
        "Task": head["task"],
        "Written": head["written"],
        "Schema fingerprint": head["schema_fingerprint"],
        "Dataset digest": head["dataset_digest"] or "nothing is seeded yet",
        "Parts seeded": ", ".join(head["parts"]) or "none",
    }
    return tuple((name, str(value)) for name, value in shown.items())


def _below_head(text: str) -> str:
    """The body: Markdown below its fenced head, JSON without its member `handoff`."""
    if text.startswith(_FENCE):
        return text[len(_FENCE) :].partition("\n```\n")[2].strip()
    try:
        document = json.loads(text)
        document.pop("handoff", None)
    except (ValueError, AttributeError):
        return text
    return json.dumps(document, indent=2, ensure_ascii=False)
