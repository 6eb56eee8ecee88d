"""One run folder, opened for reading: record, plan and journal, or one sentence about what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

from modernize.web.services.runs.view import Counts, RunLine, Verdict
from reseed.errors import ReseedError, StorageError
from reseed.plan import Plan
from reseed.report import masked
from reseed.run import Event, JournalReader, RunRecord, RunState, fold, is_held, plan_of, read_run

_GOING_ON = "run.resumed"
_WRITTEN = ("run.json", "plan.toml", "journal.jsonl")


@dataclass(frozen=True)
class OpenRun:
    """A run as it was when it was looked at.

    Attributes:
        events: the whole journal so far. held: whether a process is working on the run.
    """

    folder: Path
    record: RunRecord
    plan: Plan
    events: tuple[Event, ...]
    state: RunState
    held: bool

    @property
    def verdict(self) -> Verdict:
        """How it ended; what its process says of it where it has not."""
        if self.state.verdict:
            return "passed" if self.state.verdict == "passed" else "failed"
        if self.held:
            return "under way"
        return "interrupted" if self.events else "not begun"


@dataclass
class Follower:
    """Follows one run: each look reads only what its journal has gained.

    Made for one page of one person, and used by one thread at a time.
    """

    folder: Path
    project_plan: Path

    def __post_init__(self) -> None:
        self._record = read_run(self.folder)
        self._plan = plan_of(self.folder, self._record, self.project_plan)
        self._reader = JournalReader(self.folder)
        self._events: tuple[Event, ...] = ()

    def look(self) -> OpenRun:
        """The run now.

        Raises:
            ReseedError: its journal is damaged.
        """
        # Asked before reading: a run that ends in between is seen as under way once more, never as interrupted.
        held = is_held(self.folder)
        self._events += self._reader.read_new()
        with undamaged(self.folder):
            state = fold(self.folder.name, self._plan, self._events)
        return OpenRun(self.folder, self._record, self._plan, self._events, state, held)


@contextmanager
def undamaged(folder: Path) -> Iterator[None]:
    """Where what a run wrote is taken apart: a value that is missing or of another kind means that it is damaged.

    Raises:
        StorageError: it is.
    """
    try:
        yield
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise StorageError(
            f"The run folder {folder} is damaged: {type(error).__name__}: {error}.",
            "Its STATUS.txt tells people what happened.",
        ) from error


def open_run(folder: Path, project_plan: Path) -> OpenRun:
    """A run folder as it is now.

    Raises:
        ReseedError: it is damaged, in one sentence.
    """
    return Follower(folder, project_plan).look()


def line_of(folder: Path, project_plan: Path) -> RunLine:
    """A run's line in the history; a damaged one says so instead of hiding the others."""
    try:
        if is_held(folder):
            return summary(open_run(folder, project_plan))
        files = (*(folder / name for name in _WRITTEN), project_plan)
        return _line_as_left(folder, project_plan, tuple(map(_stamp, files)))
    except ReseedError as error:
        return RunLine(folder.name, "unreadable", without_place(folder, str(error)))
    except OSError as error:
        return RunLine(folder.name, "unreadable", f"The run folder cannot be read: {error.strerror}.")


@lru_cache(maxsize=200)
def _line_as_left(folder: Path, project_plan: Path, _stamps: tuple[tuple[int, int], ...]) -> RunLine:
    """The line of a run that nobody works on: the history asks for those of many runs, and they stay what they are."""
    return summary(open_run(folder, project_plan))


def _stamp(file: Path) -> tuple[int, int]:
    """What differs when a file was written again."""
    try:
        state = file.stat()
    except FileNotFoundError:
        return 0, 0
    return state.st_mtime_ns, state.st_size


def summary(run: OpenRun) -> RunLine:
    """A run in one line."""
    state = run.state
    return RunLine(
        id=run.record.id,
        verdict=run.verdict,
        sentence=_sentence(run),
        started=state.started,
        ended=state.ended,
        seconds=worked(run.events, state.started, _until(run)),
        target=run.record.target,
        database=run.record.public,
        tasks=len(state.tasks),
        passed=len(state.of("passed")),
        before=_counts(run, "before"),
        after=_counts(run, "after"),
    )


def worked(events: Sequence[Event], start: datetime | None, until: datetime | None) -> float | None:
    """Seconds between two moments of a run, without the pauses before it was taken up again."""
    if start is None or until is None:
        return None
    return max((until - start - pauses_before(events, until)).total_seconds(), 0.0)


def pauses_before(events: Sequence[Event], moment: datetime) -> timedelta:
    """How long nobody had worked on the run before a moment: from each last event to the one that went on."""
    paused = timedelta()
    for earlier, event in pairwise(events):
        if event.kind == _GOING_ON and event.at <= moment:
            paused += event.at - earlier.at
    return paused


def without_place(folder: Path, text: str) -> str:
    """What a run said, without where on the server its folder lies: that is no matter of the console's people."""
    return text.replace(f"{folder}/", "").replace(str(folder), "the run folder")


def _until(run: OpenRun) -> datetime | None:
    """To when the run's time counts: its end, now while it is under way, or the last that is known of it."""
    if run.state.ended:
        return run.state.ended
    if run.held:
        return datetime.now(UTC)
    return run.events[-1].at if run.events else None


def _counts(run: OpenRun, when: str) -> Counts | None:
    found = run.state.facts.get(f"survey.{when}")
    if not found:
        return None
    with undamaged(run.folder):
        return Counts(int(found["drift"]), int(found["orphans"]), int(found["leaks"]))


def _sentence(run: OpenRun) -> str:
    if run.verdict == "interrupted":
        return f"It was interrupted; go on with: reseed resume {run.record.id}"
    if run.verdict == "not begun":
        return "It has not begun."
    if run.verdict == "under way":
        at_work = ", ".join(task.id for task in run.state.of("running"))
        return f"At work: {at_work}" if at_work else "Getting ready"
    finished = next(event for event in reversed(run.events) if event.kind == "run.finished")
    said = without_place(run.folder, masked(str(finished.details.get("summary", ""))))
    if run.state.swapped:
        return f"{said}; {run.record.public} is the new database"
    return f"{said}; {run.record.public} is still the database it was"
