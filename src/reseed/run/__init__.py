"""The durable run: agents, gates, handoffs, journal. The only room that imports dbos."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reseed.run.folder import RunRecord, find_run, is_held, read_run
from reseed.run.journal import Event, read_journal
from reseed.run.reading import JournalReader, TaskResult, plan_of, read_task, run_folders, state_of
from reseed.run.state import RunState, TaskState, apply, fold, status_line

if TYPE_CHECKING:
    from reseed.run.control import RunContext, begin, preflight, read_plan, redo, resume, rollback

__all__ = [
    "Event",
    "JournalReader",
    "RunContext",
    "RunRecord",
    "RunState",
    "TaskResult",
    "TaskState",
    "apply",
    "begin",
    "find_run",
    "fold",
    "is_held",
    "plan_of",
    "preflight",
    "read_journal",
    "read_plan",
    "read_run",
    "read_task",
    "redo",
    "resume",
    "rollback",
    "run_folders",
    "state_of",
    "status_line",
]

_CARRIES_OUT = frozenset({"RunContext", "begin", "preflight", "read_plan", "redo", "resume", "rollback"})


def __getattr__(name: str) -> Any:
    """What carries a run out imports every room, a second and a half; a reader of run folders needs none of them."""
    if name not in _CARRIES_OUT:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from reseed.run import control

    return getattr(control, name)
