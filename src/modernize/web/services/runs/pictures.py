"""The page checklist of a run: what a browser found, role by role, and the pictures it took."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from modernize.web.services.runs.artifacts import inside

if TYPE_CHECKING:
    from reseed.pages import PagesResult

FILE = "pages.json"


@dataclass(frozen=True, slots=True)
class RoleLine:
    """How many lines of one role passed, failed and were not run."""

    role: str
    passed: int
    failed: int
    not_run: int


@dataclass(frozen=True, slots=True)
class PageLine:
    """One question about one page, asked as one role, that was not answered as expected."""

    role: str
    page: str
    what: str
    expected: str
    found: str
    status: Literal["passed", "failed", "not run"]


@dataclass(frozen=True, slots=True)
class PictureLine:
    """One screenshot: of which page, as which role. `path` is relative to the run folder."""

    role: str
    page: str
    path: str
    passed: int
    asked: int


@dataclass(frozen=True, slots=True)
class PagesView:
    """A page checklist.

    Attributes:
        executed: whether a browser has answered any line. reason: why lines were not run, empty where all were.
        failed: every line that failed.
    """

    sentence: str
    executed: bool
    passed: bool
    reason: str
    browser: str
    began: str
    seconds: float
    roles: tuple[RoleLine, ...]
    failed: tuple[PageLine, ...]
    pictures: tuple[PictureLine, ...]


def pages_view(folder: Path) -> PagesView | None:
    """A run's checklist; None where it has not been written yet.

    Raises:
        StorageError: it is damaged.
    """
    if not (folder / FILE).is_file():
        return None
    # The room of the checklist imports the whole way of the data, and only this page needs it.
    from reseed.pages import by_role, read_result

    result = read_result(folder)
    return PagesView(
        sentence=result.sentence,
        executed=result.executed,
        passed=result.passed,
        reason=result.reason,
        browser=result.browser,
        began=result.began,
        seconds=result.seconds,
        roles=tuple(
            RoleLine(one.role, one.statuses["passed"], one.statuses["failed"], one.statuses["not run"])
            for one in by_role(result)
        ),
        failed=tuple(
            PageLine(line.role, line.page, line.what, line.expected, line.found, line.status)
            for line in result.of("failed")
        ),
        pictures=_pictures(folder, result),
    )


def find(folder: Path, wanted: str) -> Path | None:
    """A picture of the checklist; only a path that its result lists, letter by letter, is looked up."""
    view = pages_view(folder)
    listed = view and any(picture.path == wanted for picture in view.pictures)
    return inside(folder, wanted) if listed else None


def _pictures(folder: Path, result: PagesResult) -> tuple[PictureLine, ...]:
    """The screenshots that lines name and that lie in the run folder."""
    found = []
    for path in dict.fromkeys(line.screenshot for line in result.lines if line.screenshot.endswith(".png")):
        lines = [line for line in result.lines if line.screenshot == path]
        if inside(folder, path):
            passed = sum(line.status == "passed" for line in lines)
            found.append(PictureLine(lines[0].role, lines[0].page, path, passed, len(lines)))
    return tuple(found)
