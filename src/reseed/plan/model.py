"""What a plan says, as frozen values. Nothing here reads a file or knows how a plan is carried out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Literal

from reseed.records import JSON

Executor = Literal["builtin", "external"]


@dataclass(frozen=True, slots=True)
class Agent:
    """The owner of a sequence of tasks; it does them one at a time, in the order the plan writes them.

    Attributes:
        estimate: the least and the most minutes the plan gives this agent.
        prerequisites: what must be there before it begins, in words.
        deliverables: what it leaves behind, in words.
        executor: "builtin" tasks run their action here; "external" ones are done by a person or an AI agent.
    """

    id: str
    name: str
    focus: str
    skills: tuple[str, ...]
    estimate: tuple[int, int]
    prerequisites: tuple[str, ...]
    deliverables: tuple[str, ...]
    executor: Executor = "builtin"


@dataclass(frozen=True, slots=True)
class EarlierStart:
    """A need that the plan could trade for weaker ones, so that a task starts sooner.

    Attributes:
        task: the task that would start sooner.
        instead_of: the need that is given up. after: the tasks it waits for instead; none means at once.
        why: what in the plan or in the work allows it.
        provided: what must hold for it; empty where nothing the task reads is missing at the earlier time.
    """

    task: str
    instead_of: str
    after: tuple[str, ...]
    why: str
    provided: str = ""


@dataclass(frozen=True, slots=True)
class Task:
    """One unit of work: done when its gate passes, whoever did the work.

    Attributes:
        estimate: minutes.
        needs: tasks that must have passed before this one starts, apart from the one before it in its agent's
            sequence.
        action: name of the stage that does the work; empty only for an external agent.
        arguments: given to the action.
        gate: names of the checks that must pass; never empty.
        deliverables: files it leaves in the run folder.
        handoff: the file that tells the next agent it may begin, if this task writes one.
        earlier: earlier starts that the plan may choose.
    """

    id: str
    agent: str
    title: str
    estimate: int
    needs: tuple[str, ...]
    action: str
    gate: tuple[str, ...]
    description: str
    arguments: Mapping[str, JSON] = field(default_factory=dict)
    deliverables: tuple[str, ...] = ()
    handoff: str | None = None
    earlier: tuple[EarlierStart, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """Agents, their tasks in sequence, and the hours the whole is meant to take.

    Attributes:
        target_hours: least and most hours from the first start to the last finish.
        file: where it was read from; no part of what the plan says.
    """

    title: str
    target_hours: tuple[float, float]
    agents: tuple[Agent, ...]
    tasks: tuple[Task, ...]
    file: Path | None = field(default=None, compare=False, repr=False)

    @property
    def digest(self) -> str:
        """sha256 of what the plan says: comments, layout and the file's place do not change it."""
        said = {key: value for key, value in asdict(self).items() if key != "file"}
        return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()

    def task(self, id: str) -> Task:
        """The task with this id; KeyError where there is none."""
        for task in self.tasks:
            if task.id == id:
                return task
        raise KeyError(id)

    def agent(self, id: str) -> Agent:
        """The agent with this id; KeyError where there is none."""
        for agent in self.agents:
            if agent.id == id:
                return agent
        raise KeyError(id)

    def sequence(self, agent: str) -> tuple[Task, ...]:
        """The tasks of one agent, in the order it does them."""
        return tuple(task for task in self.tasks if task.agent == agent)
