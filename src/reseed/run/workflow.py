"""The durable part: one workflow for the run, one for each agent, one step for each task.

Every result is written to the run's own state file before the next task may see it, so a process that is killed
at any instant goes on where it was. Agents wait for each other through events named after tasks.

What cannot be noted did not happen: when the journal or the state file cannot be written (a full disk), the process
halts as if it had been killed, and a resume goes on from the last result that is on disk.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from dbos import DBOS, DBOSClient, DBOSPortableJSONSerializer, SetWorkflowID, WorkflowHandle
from dbos import error as dbos_error
from sqlalchemy.exc import SQLAlchemyError

from reseed.errors import StorageError
from reseed.plan import Plan, predecessors
from reseed.run.work import Result

#: A need is waited for without an end: a person may resume a run after a holiday.
_WAIT_SECONDS = 10 * 365 * 24 * 3600

#: How often DBOS looks for what is there already or in a moment, since whoever waits for it was woken.
_POLL_SECONDS = 0.02

#: What DBOS calls a workflow that a launch goes on with.
_AT_WORK = ("ENQUEUED", "DELAYED", "PENDING")

#: Workflows stored by one release are carried on by the next, as long as this stays.
_APPLICATION_VERSION = "reseed-1"

#: Results are stored as JSON, which another release can read; pickles it could not.
_JSON = DBOSPortableJSONSerializer()

#: For each agent: its tasks in a workable order, each with what it needs as (agent, task).
Assignment = list[dict[str, Any]]


class Crew(Protocol):
    """What the workflows call to get something done; each call is one durable step, run at least once."""

    def survey(self, when: str) -> Result: ...
    def perform(self, task_id: str, known: Mapping[str, Result]) -> Result: ...
    def block(self, task_id: str, broken: Sequence[str]) -> Result: ...
    def conclude(self, results: Mapping[str, Result]) -> Result: ...


class Halted(BaseException):
    """Stops an agent without a result. Not an `Exception`, so that it is not stored as one."""


class Notes:
    """What this process has noted, for those who wait for it, and whether results can still be noted.

    All agents of a run are in one process, so nobody need look into the state file again and again: whoever notes
    something wakes those who wait. What was noted before this process began is told to it at the beginning.
    """

    def __init__(self) -> None:
        self._noted: set[str] = set()
        self._failure: Exception | None = None
        self._changed = threading.Condition()

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Run something whose failure means that nothing can be noted any more; it halts every agent."""
        try:
            yield
        except (OSError, StorageError, SQLAlchemyError) as error:
            with self._changed:
                self._failure = self._failure or error
                self._changed.notify_all()
            raise Halted from error

    @contextmanager
    def ending(self, workflow: str) -> Iterator[None]:
        """Run a workflow, and tell that it has come to its end, in whatever way."""
        try:
            yield
        finally:
            self.tell(workflow)

    def tell(self, *names: str) -> None:
        """Something is noted: a task's result, or that a workflow has come to its end."""
        with self._changed:
            self._noted.update(names)
            self._changed.notify_all()

    def wait(self, name: str) -> None:
        """Wait until something is noted.

        Raises:
            StorageError: something could not be noted.
        """
        with self._changed:
            self._changed.wait_for(lambda: name in self._noted or self._failure is not None)
        if self._failure is not None:
            raise StorageError(
                f"The run was halted, because its progress cannot be written down: {self._failure}",
                "Free space or correct the folder's permissions, then run: reseed resume",
            ) from self._failure


@dataclass(frozen=True)
class Durable:
    """The durable run of one folder, launched in this process."""

    run: str
    start: Callable[[str, dict[str, Assignment]], Any]
    notes: Notes

    def carry_on(self, assignments: dict[str, Assignment]) -> Result:
        """Start the run, or go on with it, and wait for its result.

        Raises:
            StorageError: its progress could not be written down; a resume goes on from the last that was.
        """
        if DBOS.get_workflow_status(self.run) is None:
            with SetWorkflowID(self.run):
                DBOS.start_workflow(self.start, self.run, assignments)
        for name, tasks in assignments.items():
            self._tell_if_ended(f"{self.run}/{name}", [task["id"] for task in tasks])
        self._tell_if_ended(self.run)
        self.notes.wait(self.run)
        handle: WorkflowHandle[Result] = DBOS.retrieve_workflow(self.run)
        return handle.get_result(polling_interval_sec=_POLL_SECONDS)

    def _tell_if_ended(self, workflow: str, tasks: Sequence[str] = ()) -> None:
        """A workflow that ended in an earlier process does nothing in this one that would wake anybody."""
        status = DBOS.get_workflow_status(workflow)
        if status is not None and status.status not in _AT_WORK:
            self.notes.tell(workflow, *tasks)


def assign(plan: Plan) -> dict[str, Assignment]:
    """Each agent's tasks in its sequence, and whose tasks they wait for."""
    before = predecessors(plan)
    owner = {task.id: task.agent for task in plan.tasks}
    return {
        agent.id: [
            {"id": task.id, "needs": [[owner[need], need] for need in before[task.id]]}
            for task in plan.sequence(agent.id)
        ]
        for agent in plan.agents
    }


def _state_url(folder: Path) -> str:
    return f"sqlite:///{folder / 'state.sqlite'}"


@contextmanager
def launched(folder: Path, run: str, crew: Crew) -> Iterator[Durable]:
    """The durable run in this process, on the state file of its folder.

    Interrupted workflows go on at once. At most one process may hold a folder; `folder.hold` sees to it.
    """
    DBOS(
        config={
            "name": "reseed",
            "system_database_url": _state_url(folder),
            "application_version": _APPLICATION_VERSION,
            "executor_id": "local",
            "log_level": "CRITICAL",
            "serializer": _JSON,
            "notification_listener_polling_interval_sec": _POLL_SECONDS,
        }
    )
    notes = Notes()
    start = _define(crew, notes)
    DBOS.launch()
    yield Durable(run, start, notes)
    # Not after an error: agents may still be at work, and what they meet in a closed state would be noted as theirs.
    DBOS.destroy(destroy_registry=True)


def _define(crew: Crew, notes: Notes) -> Callable[[str, dict[str, Assignment]], Any]:
    """The two workflows, bound to this process's crew."""

    def step(name: str, call: Callable[..., Result], *arguments: object) -> Result:
        def noted() -> Result:
            with notes.kept():
                return call(*arguments)

        return DBOS.run_step({"name": name}, noted)

    @DBOS.workflow(name="agent")
    def agent(run: str, tasks: Assignment) -> dict[str, Result]:
        known: dict[str, Result] = {}
        with notes.kept(), notes.ending(str(DBOS.workflow_id)):
            for task in tasks:
                for owner, need in task["needs"]:
                    if need not in known:
                        notes.wait(need)
                        known[need] = DBOS.get_event(f"{run}/{owner}", need, timeout_seconds=_WAIT_SECONDS)
                broken = [need for _, need in task["needs"] if known[need]["status"] != "passed"]
                if broken:
                    result = step(task["id"], crew.block, task["id"], broken)
                else:
                    result = step(task["id"], crew.perform, task["id"], known)
                known[task["id"]] = result
                DBOS.set_event(task["id"], result)
                notes.tell(task["id"])
        return {task["id"]: known[task["id"]] for task in tasks}

    @DBOS.workflow(name="run")
    def run(run: str, assignments: dict[str, Assignment]) -> Result:
        results: dict[str, Result] = {}
        with notes.kept(), notes.ending(run):
            step("survey", crew.survey, "before")
            agents = []
            for name, tasks in assignments.items():
                with SetWorkflowID(f"{run}/{name}"):
                    agents.append((f"{run}/{name}", DBOS.start_workflow(agent, run, tasks)))
            for workflow, handle in agents:
                notes.wait(workflow)
                results.update(handle.get_result(polling_interval_sec=_POLL_SECONDS))
            return step("conclude", crew.conclude, results)

    return run


def rewind(folder: Path, run: str, assignments: Mapping[str, Assignment], redo: frozenset[str]) -> None:
    """Make the next launch do the tasks of `redo` again, with everything an agent does after the first of them.

    Done without a running executor, so that no agent reads an event that is about to be taken back.
    """
    try:
        _rewind(folder, run, assignments, redo)
    except (SQLAlchemyError, dbos_error.DBOSException, IndexError) as error:
        first = next(iter(str(error).splitlines()), type(error).__name__)
        raise StorageError(
            f"The durable state {folder / 'state.sqlite'} is damaged or missing: {first}.",
            "Everything else in the run folder is untouched; start a new run with: reseed run",
        ) from error


def _rewind(folder: Path, run: str, assignments: Mapping[str, Assignment], redo: frozenset[str]) -> None:
    client = DBOSClient(system_database_url=_state_url(folder), serializer=_JSON)
    try:
        for name, tasks in assignments.items():
            first = next((index for index, task in enumerate(tasks) if task["id"] in redo), None)
            if first is not None:
                client.rewind_workflow(
                    f"{run}/{name}", start_step=_first_step(client, f"{run}/{name}", first)
                )
        client.rewind_workflow(run, start_step=_step_after(client, run, "survey", 1) + len(assignments))
    finally:
        client.destroy()


def _first_step(client: DBOSClient, workflow: str, task_index: int) -> int:
    """Number of the first step that belongs to an agent's task: the one after the event of the task before."""
    return 1 if task_index == 0 else _step_after(client, workflow, "DBOS.setEvent", task_index)


def _step_after(client: DBOSClient, workflow: str, name: str, occurrence: int) -> int:
    steps = [step for step in client.list_workflow_steps(workflow) if step["function_name"] == name]
    return int(steps[occurrence - 1]["function_id"]) + 1
