"""The durable run: agents, gates, handoffs, journal. The only room that imports dbos."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from reseed.run.folder import RunRecord, find_run, is_held, read_run, runs_folder
from reseed.run.journal import Event, read_journal
from reseed.run.reading import JournalReader, TaskResult, plan_of, read_task, run_folders, state_of
from reseed.run.state import RunState, TaskState, apply, fold, status_line

if TYPE_CHECKING:
    from reseed.run.context import RunContext, locate_target
    from reseed.run.control import begin, preflight, read_plan, redo, resume
    from reseed.run.recovery import recover
    from reseed.run.restoring import restore
    from reseed.run.rollback import rollback
    from reseed.run.standing import interrupted, left_open

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
    "interrupted",
    "is_held",
    "left_open",
    "locate_target",
    "plan_of",
    "preflight",
    "read_journal",
    "read_plan",
    "read_run",
    "read_task",
    "recover",
    "redo",
    "restore",
    "resume",
    "rollback",
    "run_folders",
    "runs_folder",
    "state_of",
    "status_line",
]

# What carries a run out imports every room, a second and a half; a reader of run folders needs none of them.
_CARRIES_OUT = {
    "RunContext": "context",
    "locate_target": "context",
    "begin": "control",
    "interrupted": "standing",
    "left_open": "standing",
    "preflight": "control",
    "read_plan": "control",
    "redo": "control",
    "resume": "control",
    "recover": "recovery",
    "restore": "restoring",
    "rollback": "rollback",
}


def __getattr__(name: str) -> Any:
    """Import the module that has a name when it is first asked for."""
    if name not in _CARRIES_OUT:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"reseed.run.{_CARRIES_OUT[name]}"), name)
