"""The page checklist of a run: what a browser found, role by role, and the pictures it took."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from modernize.web.services.runs.artifacts import inside

if TYPE_CHECKING:
    from reseed.pages import Line, PagesResult

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
    result = _result(folder)
    if result is None:
        return None
    # The room of the checklist imports the whole way of the data, and only this page needs it.
    from reseed.pages import by_role

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
    result = _result(folder)
    return inside(folder, wanted) if result and wanted in _shots(result) else None


def _result(folder: Path) -> PagesResult | None:
    try:
        state = (folder / FILE).stat()
    except FileNotFoundError:
        return None
    return _parsed(folder, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=8)
def _parsed(folder: Path, _changed: int, _size: int) -> PagesResult:
    # A page of pictures asks for it as many times as it has pictures; it is a frozen value.
    from reseed.pages import read_result

    return read_result(folder)


def _shots(result: PagesResult) -> dict[str, list[Line]]:
    """The screenshots that lines name, each with its lines."""
    found: dict[str, list[Line]] = {}
    for line in result.lines:
        if line.screenshot.endswith(".png"):
            found.setdefault(line.screenshot, []).append(line)
    return found


def _pictures(folder: Path, result: PagesResult) -> tuple[PictureLine, ...]:
    """The screenshots that lie in the run folder."""
    return tuple(
        PictureLine(
            lines[0].role, lines[0].page, path, sum(line.status == "passed" for line in lines), len(lines)
        )
        for path, lines in _shots(result).items()
        if inside(folder, path)
    )
