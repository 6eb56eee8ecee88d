"""Which files of a run can be downloaded: those its tasks list, less what is for the folder's owner alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath
from uuid import UUID

from modernize.web.services.runs import findings
from modernize.web.services.runs.view import ArtifactLine
from reseed.plan import Task
from reseed.run import TaskResult

_OWNER = "Not offered: {what}. Whoever may read the run folder finds it there."
_BACKUP = _OWNER.format(what="it is the whole database as it was, of all client accounts")
_PASSWORD = _OWNER.format(what="it holds the demo users' password")
_STATE = _OWNER.format(what="it is the run's working state")
_FOREIGN = "Not offered: it quotes rows of another client account."
_GONE = "It is not there any more."

_WORKING = frozenset({"state.sqlite", "lock", "run.json", "journal.jsonl"})


def lines(folder: Path, task: Task, result: TaskResult, account: UUID) -> tuple[ArtifactLine, ...]:
    """The files of one task, with size and whether they can be downloaded."""
    named = list(result.artifacts) or _left_behind(folder, task)
    foreign = findings.FILE in named and _quotes_others(folder, account)
    kept = result.facts.get("password_file")
    if isinstance(kept, str):
        named.append(kept)
    return tuple(_line(folder, path, foreign) for path in named)


def find(
    folder: Path, ended: Iterable[tuple[Task, TaskResult]], account: UUID, wanted: str
) -> Path | ArtifactLine | None:
    """The file to send; the line that says why not; None where no task of the run made such a file.

    Args:
        ended: the run's tasks that have ended, with what they left.

    Only a path that a task lists, letter by letter, is ever looked up, so nothing a caller writes reaches the disk.
    """
    for task, result in ended:
        for line in lines(folder, task, result, account):
            if line.path == wanted:
                return line if line.why_not else folder / line.path
    return None


def inside(folder: Path, path: str) -> Path | None:
    """A regular file below the folder, named without detours or links; None for anything else."""
    pure = PurePosixPath(path)
    if pure.is_absolute() or not pure.parts or ".." in pure.parts or "\x00" in path:
        return None
    file = folder / pure
    if any(step.is_symlink() for step in _steps(folder, pure)) or not file.is_file():
        return None
    return file if file.resolve().is_relative_to(folder.resolve()) else None


def _steps(folder: Path, pure: PurePosixPath) -> Iterator[Path]:
    step = folder
    for part in pure.parts:
        step /= part
        yield step


def _line(folder: Path, path: str, foreign: bool) -> ArtifactLine:
    file = inside(folder, path)
    return ArtifactLine(path, file.stat().st_size if file else None, _why_not(path, file, foreign))


def _why_not(path: str, file: Path | None, foreign: bool) -> str:
    pure = PurePosixPath(path)
    if pure.parts[:1] == ("backup",):
        return _BACKUP
    if "password" in pure.name:
        return _PASSWORD
    if pure.name in _WORKING or pure.name.startswith("state.sqlite") or pure.parts[:1] == ("tasks",):
        return _STATE
    if file is None:
        return _GONE
    return _FOREIGN if foreign else ""


def _left_behind(folder: Path, task: Task) -> list[str]:
    """What a task that failed has made nevertheless, of what the plan wants of it: its report, above all."""
    return [path for path in task.deliverables if inside(folder, path)]


def _quotes_others(folder: Path, account: UUID) -> bool:
    """Whether the report, and so every file made from it, quotes rows of other accounts."""
    report = findings.read_report(folder)
    return report is not None and findings.has_foreign_rows(report.findings, account)
