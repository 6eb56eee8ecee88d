"""Runs of the plan as the console shows them: history, one run live, its tasks, its report, its files."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import modernize
from modernize.web.access.caller import Caller
from modernize.web.errors import Conflict, NotFound
from modernize.web.services.paging import Page, Paging
from modernize.web.services.runs import artifacts, findings, pictures
from modernize.web.services.runs.findings import FindingFilter
from modernize.web.services.runs.folder import Follower, line_of, open_run, without_place
from modernize.web.services.runs.pictures import PagesView, PictureLine
from modernize.web.services.runs.sight import seeded_account
from modernize.web.services.runs.task import task_view
from modernize.web.services.runs.timeline import view
from modernize.web.services.runs.view import (
    AgentLane,
    ArtifactLine,
    Attempt,
    Counts,
    FamilyLine,
    FindingLine,
    FindingView,
    HandoffView,
    ReportView,
    RunLine,
    RunView,
    TaskLine,
    TaskView,
)
from modernize.web.settings import ConsoleSettings
from reseed.errors import ReseedError
from reseed.plan import Task
from reseed.records import Report
from reseed.run import TaskResult, read_task, run_folders

NEWEST = Paging()


@dataclass(frozen=True, slots=True)
class Runs:
    """The runs in one state folder.

    Attributes:
        state: what `reseed` calls `--state`; there need not be any run in it, nor the folder itself. None: no runs.
        project_plan: the plan of runs that were made before each kept a copy of its own.
    """

    state: Path | None
    project_plan: Path

    @classmethod
    def of(cls, settings: ConsoleSettings) -> Runs:
        """The runs of a console; none where it was told no folder."""
        return cls(settings.state, Path(modernize.__file__).with_name("plan.toml"))

    def history(self, caller: Caller, paging: Paging = NEWEST) -> Page[RunLine]:
        """The runs, the newest first; a damaged one says so."""
        folders = self._folders(_account(caller))
        wanted = folders[paging.offset : paging.offset + paging.limit]
        return Page([line_of(folder, self.project_plan) for folder in wanted], len(folders))

    def latest(self, caller: Caller) -> str | None:
        """The id of the run that began last; None where there is none. Pages ask by themselves: no use of a session."""
        return next((folder.name for folder in self._folders(_account(caller, noted=False))), None)

    def one(self, caller: Caller, run: str) -> RunView:
        """One run: its agents, tasks, attempts and times.

        Raises:
            NotFound: there is no such run. Conflict: it is damaged.
        """
        with _said(self.state):
            return view(open_run(self._folder(_account(caller), run), self.project_plan))

    def task(self, caller: Caller, run: str, task: str) -> TaskView:
        """One task in full.

        Raises:
            NotFound: there is no such run or task. Conflict: its result is damaged.
        """
        account = _account(caller)
        with _said(self.state):
            opened = open_run(self._folder(account, run), self.project_plan)
            if task not in opened.state.tasks:
                raise NotFound(f"The plan of run {run} has no task {task}.")
            return task_view(opened, task, account)

    def report(self, caller: Caller, run: str) -> ReportView | None:
        """How each family of checks did; None before the validation."""
        found = self._report(_account(caller), run)
        return findings.report_view(found) if found else None

    def find(self, caller: Caller, run: str, wanted: FindingFilter, paging: Paging) -> Page[FindingLine]:
        """The findings of the report that match; none before the validation.

        Raises:
            Invalid: there is no such field to sort by.
        """
        found = self._report(_account(caller), run)
        return findings.page(found, wanted, paging) if found else Page([], 0)

    def finding(self, caller: Caller, run: str, check: str) -> FindingView:
        """One finding of the report, with its SQL and offending rows.

        Raises:
            NotFound: the report does not speak of this check.
        """
        account = _account(caller)
        report = self._report(account, run)
        found = next((one for one in report.findings if one.check == check), None) if report else None
        if found is None:
            raise NotFound(f"The report of run {run} has no finding {check!r}.")
        return findings.finding_view(found, account)

    def artifact(self, caller: Caller, run: str, path: str) -> Path:
        """A file that a task of the run lists.

        Raises:
            NotFound: no task lists it. Conflict: it is not offered, and why.
        """
        account = _account(caller)
        with _said(self.state):
            folder = self._folder(account, run)
            found = artifacts.find(folder, self._ended(folder), account, path)
        if found is None:
            raise NotFound(f"No task of run {run} lists a file {path!r}.")
        if isinstance(found, ArtifactLine):
            raise Conflict(f"{path}: {found.why_not}")
        return found

    def pages(self, caller: Caller, run: str) -> PagesView | None:
        """What the page checklist found; None where the run has none yet."""
        with _said(self.state):
            return pictures.pages_view(self._folder(_account(caller), run))

    def picture(self, caller: Caller, run: str, path: str) -> Path:
        """A screenshot of the page checklist.

        Raises:
            NotFound: the checklist has no such picture.
        """
        with _said(self.state):
            folder = self._folder(_account(caller), run)
            found = pictures.find(folder, path)
        if found is None:
            raise NotFound(f"The page checklist of run {run} has no picture {path!r}.")
        return found

    def watch(self, caller: Caller, run: str) -> Watch:
        """Follow one run; each look asks again who is looking."""
        with _said(self.state):
            return Watch(caller, Follower(self._folder(_account(caller), run), self.project_plan), self.state)

    def _folders(self, account: UUID) -> tuple[Path, ...]:
        """The run folders that a member of this account may know of, the newest first."""
        if self.state is None or account != seeded_account():
            return ()
        return run_folders(self.state)

    def _folder(self, account: UUID, run: str) -> Path:
        # Chosen from what is there, so that no id is ever joined to a path.
        found = next((folder for folder in self._folders(account) if folder.name == run), None)
        if found is None:
            raise NotFound(f"There is no run {run!r}.")
        return found

    def _report(self, account: UUID, run: str) -> Report | None:
        with _said(self.state):
            return findings.read_report(self._folder(account, run))

    def _ended(self, folder: Path) -> Iterator[tuple[Task, TaskResult]]:
        """The tasks whose results hold now, with what they left."""
        opened = open_run(folder, self.project_plan)
        for state in opened.state.of("passed", "failed", "blocked"):
            if result := read_task(folder, state.id):
                yield opened.plan.task(state.id), result


class Watch:
    """One page's view of one run, as long as somebody looks at it; used by one thread at a time."""

    def __init__(self, caller: Caller, follower: Follower, state: Path | None) -> None:
        self._caller = caller
        self._follower = follower
        self._state = state

    def look(self) -> RunView:
        """The run now; reads only what its journal has gained since the last look.

        Raises:
            NotSignedIn, Forbidden: as of now. Conflict: the run folder was damaged meanwhile.
        """
        _account(self._caller, noted=False)
        with _said(self._state):
            return view(self._follower.look())


def _account(caller: Caller, *, noted: bool = True) -> UUID:
    """The client account the caller works in, asked and authorized now."""
    with caller.working("run:read", noted=noted) as work:
        return work.identity.client_account_id


@contextmanager
def _said(state: Path | None) -> Iterator[None]:
    """A damaged run folder is said in its own sentence, without where on the server it lies."""
    try:
        yield
    except ReseedError as error:
        raise Conflict(without_place(_runs_in(state), str(error))) from error
    except OSError as error:
        sentence = f"{error.filename} cannot be read: {error.strerror}."
        raise Conflict(without_place(_runs_in(state), sentence)) from error


def _runs_in(state: Path | None) -> Path:
    return (state or Path()) / "runs"


__all__ = [
    "AgentLane",
    "ArtifactLine",
    "Attempt",
    "Counts",
    "FamilyLine",
    "FindingFilter",
    "FindingLine",
    "FindingView",
    "HandoffView",
    "PagesView",
    "PictureLine",
    "ReportView",
    "RunLine",
    "RunView",
    "Runs",
    "TaskLine",
    "TaskView",
    "Watch",
]
