"""The durable run: agents, gates, handoffs, journal. The only room that imports dbos."""

from reseed.run.control import RunContext, begin, preflight, read_plan, redo, resume, state_of
from reseed.run.folder import find_run, is_held, read_run
from reseed.run.journal import Event, read_journal
from reseed.run.state import RunState, TaskState, apply, fold, status_line

__all__ = [
    "Event",
    "RunContext",
    "RunState",
    "TaskState",
    "apply",
    "begin",
    "find_run",
    "fold",
    "is_held",
    "preflight",
    "read_journal",
    "read_plan",
    "read_run",
    "redo",
    "resume",
    "state_of",
    "status_line",
]
