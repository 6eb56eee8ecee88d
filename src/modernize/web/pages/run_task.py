"""The drawer of one task: how it stands, its gate's answers, its own log, what it handed over, its files."""

from __future__ import annotations

from urllib.parse import quote

from modernize.web.look import parts
from modernize.web.look.moments import second
from modernize.web.look.overlay import Overlay
from modernize.web.look.words import said, size, took
from modernize.web.pages.run_words import SIGNS
from modernize.web.services.runs import ArtifactLine, FindingView, HandoffView, TaskLine, TaskView

#: A handoff is read in the drawer up to here; the file has all of it.
_LONGEST = 12_000


def show_task(drawer: Overlay, run: str, task: TaskView) -> None:
    """Fill the drawer with a task and open it."""
    line = task.line
    with drawer.showing(f"{line.id} {line.title}", note=f"Agent {line.agent}, {task.agent_name}"):
        with parts.box("div", "line"):
            status_chip(line.status)
            if line.critical:
                parts.chip("critical path", "neutral")
            if line.summary:
                parts.text("span", line.summary)
        parts.text("p", task.description, "prose")
        _times(line)
        _gate(task)
        _log(task)
        if task.handoff:
            _handoff(task.handoff)
        _files(run, task.artifacts)


def show_finding(drawer: Overlay, finding: FindingView) -> None:
    """Fill the drawer with a finding of the report and open it."""
    with drawer.showing(finding.line.check, note=finding.line.question):
        with parts.box("div", "line"):
            status_chip(finding.line.result)
            parts.text("span", f"{parts.number(finding.line.measured)} measured")
        _proof(finding)


def status_chip(status: str) -> None:
    """A status with its sign; unknown ones are neutral."""
    tone: parts.Tone = "warn" if status == "blocked" else parts.tone_of(status)
    parts.chip(f"{SIGNS.get(status, '')} {status}".strip(), tone)


def _times(line: TaskLine) -> None:
    parts.facts(
        {
            "Began (UTC)": second(line.started),
            "Ended (UTC)": second(line.ended),
            "Took": took(line.seconds),
            "Estimate": took(line.estimate * 60),
            "Waits for": ", ".join(line.needs) or "nothing",
            "Attempts": line.attempts,
        }
    )


def _gate(task: TaskView) -> None:
    failed = [finding for finding in task.findings if finding.line.result == "failed"]
    with parts.section("Gate", note=f"Done when {' and '.join(task.gate)} pass"):
        if not task.findings:
            parts.text("p", "Not measured.", "note")
        # A validation that failed answers with every check of its report; those that passed are listed there.
        shown = task.findings if len(task.findings) <= len(task.gate) else failed
        with parts.box("div"):
            for finding in shown:
                with parts.box("div", "finding"):
                    with parts.box("div", "line"):
                        status_chip(finding.line.result)
                        parts.text("h3", finding.line.check)
                        parts.text("span", f"{parts.number(finding.line.measured)} measured", "note")
                    parts.text("p", finding.line.question, "prose")
                    _proof(finding)
        if len(shown) < len(task.findings):
            others = len(task.findings) - len(shown)
            parts.text("p", f"{others} other checks passed; the validation report lists them.", "note")


def _proof(finding: FindingView) -> None:
    """Expected and actual, where they differ, the rows and the SQL."""
    passed = finding.line.result == "passed"
    if finding.differences:
        differing = [(one.key, one.expected, one.actual) for one in finding.differences]
        parts.table(
            ("Differs at", "Expected", "Actual"),
            differing,
            caption=f"Where the answer to {finding.line.check} differs",
        )
    elif len(finding.line.expected) + len(finding.line.actual) < 120:
        parts.facts({"Expected": finding.line.expected, "Actual": finding.line.actual})
    if finding.differences or len(finding.line.expected) + len(finding.line.actual) >= 120:
        _folded("Expected, whole", said(finding.expected, indent=1))
        _folded("Actual, whole", said(finding.actual, indent=1))
    if finding.withheld:
        parts.text("p", finding.withheld, "note")
    if finding.rows:
        parts.text("h3", f"Offending rows ({len(finding.rows)})")
        rows = [[said(value) for value in row] for row in finding.rows]
        parts.table(finding.columns, rows, caption=f"Offending rows of {finding.line.check}")
    if finding.sql:
        _folded("SQL", finding.sql, opened=not passed)


def _log(task: TaskView) -> None:
    with parts.section("Log"):
        if not task.log:
            parts.text("p", "Nothing yet.", "note")
        with parts.box("ul", "log"):
            for line in task.log:
                with parts.box("li"):
                    parts.text("time", f"{line.at:%H:%M:%S.%f}"[:-3], datetime=line.at.isoformat())
                    parts.text("span", line.text)
        if task.traceback:
            parts.text("h3", "Traceback")
            parts.text("pre", task.traceback, "code", tabindex=0)


def _handoff(handoff: HandoffView) -> None:
    with parts.section(f"Handoff: {handoff.file}", note="Its head, as measured on the database"):
        parts.facts(dict(handoff.head))
        checks = [
            (check, "passed" if passed else "failed", measured) for check, passed, measured in handoff.checks
        ]
        parts.table(
            ("Check", "Result", "Measured"), checks, caption=f"Checks of {handoff.file}", numbers=(2,)
        )
        if handoff.withheld:
            parts.text("p", handoff.withheld, "note")
        elif handoff.body:
            _folded("Text of the file", handoff.body)


def _files(run: str, artifacts: tuple[ArtifactLine, ...]) -> None:
    with parts.section("Files"):
        if not artifacts:
            parts.text("p", "None.", "note")
            return
        with parts.box("ul", "rows"):
            for artifact in artifacts:
                with parts.box("li"):
                    with parts.box("div"):
                        _file(run, artifact)
                    parts.text("span", size(artifact.size), "note")


def _file(run: str, artifact: ArtifactLine) -> None:
    if not artifact.why_not:
        parts.link(artifact.path, f"/api/runs/{quote(run)}/artifacts/{quote(artifact.path)}", download=True)
        return
    parts.text("span", artifact.path)
    parts.text("p", artifact.why_not, "note")


def _folded(title: str, content: str, *, opened: bool = False) -> None:
    cut = (
        content
        if len(content) <= _LONGEST
        else f"{content[:_LONGEST]}\n… ({len(content):,} characters in all)"
    )
    with parts.box("details") as details:
        details.props.set_bool("open", opened)
        parts.text("summary", title)
        parts.text("pre", cut, "code", tabindex=0)
