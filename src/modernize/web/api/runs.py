"""`/api/runs`: the plan's runs, their tasks, findings and files."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import FileResponse

from modernize.web.access.caller import Caller
from modernize.web.access.dependency import needs
from modernize.web.api.refusals import files
from modernize.web.api.shapes import Limit, Offset, Paged, Slice, Text
from modernize.web.errors import NotFound
from modernize.web.services.paging import Page, Paging
from modernize.web.services.runs import (
    FindingFilter,
    FindingLine,
    FindingView,
    PagesView,
    ReportView,
    RunLine,
    Runs,
    RunView,
    TaskView,
)
from modernize.web.settings import settings_of

router = APIRouter(prefix="/runs", tags=["runs"])

Reader = Annotated[Caller, needs("run:read")]


class Findings(Paged):
    """Which findings to list; what is empty does not filter. `q`: words in the check's name or question."""

    q: Text = ""
    family: Text = ""
    result: Literal["", "passed", "failed"] = ""
    sort: Text = "result"


def _runs(request: Request) -> Runs:
    return Runs.of(settings_of(request))


Kept = Annotated[Runs, Depends(_runs)]


@router.get("", response_model=Slice[RunLine])
def history(
    caller: Reader,
    runs: Kept,
    offset: Annotated[Offset, Query()] = 0,
    limit: Annotated[Limit, Query()] = 50,
) -> Page[RunLine]:
    """The runs of the plan, the newest first."""
    return runs.history(caller, Paging("", offset, limit))


@router.get("/{run}", response_model=RunView)
def one(caller: Reader, runs: Kept, run: str) -> RunView:
    """One run: agents, tasks, and when each was worked on."""
    return runs.one(caller, run)


@router.get("/{run}/tasks/{task}", response_model=TaskView)
def task(caller: Reader, runs: Kept, run: str, task: str) -> TaskView:
    """One task: its log, its gate's answers, its handoff and its files."""
    return runs.task(caller, run, task)


@router.get("/{run}/report", response_model=ReportView)
def report(caller: Reader, runs: Kept, run: str) -> ReportView:
    """The head of the validation report, and how each family of checks did."""
    found = runs.report(caller, run)
    if found is None:
        raise NotFound(f"Run {run} has no validation report yet.")
    return found


@router.get("/{run}/findings", response_model=Slice[FindingLine])
def findings(caller: Reader, runs: Kept, run: str, query: Annotated[Findings, Query()]) -> Page[FindingLine]:
    """The findings of the validation report, failed ones first; none before the validation."""
    return runs.find(caller, run, FindingFilter(query.q, query.family, query.result), query.paging())


@router.get("/{run}/findings/{check}", response_model=FindingView)
def finding(caller: Reader, runs: Kept, run: str, check: str) -> FindingView:
    """One finding with its SQL and its offending rows."""
    return runs.finding(caller, run, check)


@router.get("/{run}/pages", response_model=PagesView)
def pages(caller: Reader, runs: Kept, run: str) -> PagesView:
    """What a browser saw of the application's pages."""
    found = runs.pages(caller, run)
    if found is None:
        raise NotFound(f"No browser has opened the pages of run {run} yet.")
    return found


@router.get(
    "/{run}/artifacts/{path:path}", response_class=FileResponse, responses=files("application/octet-stream")
)
def artifact(caller: Reader, runs: Kept, run: str, path: str) -> FileResponse:
    """A file that a task of the run made, as a download."""
    file = runs.artifact(caller, run, path)
    # Never shown in the console's own origin, whatever is in it.
    return FileResponse(file, filename=file.name, media_type="application/octet-stream")


@router.get("/{run}/pictures/{path:path}", response_class=FileResponse, responses=files("image/png"))
def picture(caller: Reader, runs: Kept, run: str, path: str) -> FileResponse:
    """A screenshot of the page checklist."""
    return FileResponse(runs.picture(caller, run, path), media_type="image/png")
