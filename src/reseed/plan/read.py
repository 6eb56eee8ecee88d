"""`plan.toml` -> Plan, refused with one sentence where its entries do not fit together."""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from pathlib import Path

from reseed.errors import PlanError
from reseed.plan.model import Agent, EarlierStart, Plan, Task
from reseed.plan.reach import upstream
from reseed.plan.schedule import predecessors
from reseed.plan.shape import AgentShape, PlanShape, TaskShape, parse
from reseed.plan.source import Source, did_you_mean, load


def read(path: Path) -> Plan:
    """Read one plan and hold that it can be carried out.

    Raises:
        PlanError: the file is missing or malformed; an id is taken twice; an agent or a need is unknown;
            tasks wait for each other; a task has no check or nobody to do it; an earlier start is not
            earlier. It names the task and the line of its `[[task]]`.
    """
    source = load(path)
    shape = parse(source)
    _hold_ids(source, shape)
    plan = _plan(shape, path)
    for index, task in enumerate(plan.tasks):
        _hold_task(source, index, plan, task)
    _hold_order(source, plan)
    for index, task in enumerate(plan.tasks):
        for start in task.earlier:
            _hold_earlier(source, index, plan, start)
    return plan


def _plan(shape: PlanShape, path: Path) -> Plan:
    return Plan(
        title=shape.title,
        target_hours=shape.target_hours,
        agents=tuple(_agent(entry) for entry in shape.agent),
        tasks=tuple(_task(entry) for entry in shape.task),
        file=path,
    )


def _agent(entry: AgentShape) -> Agent:
    return Agent(**{name: getattr(entry, name) for name in AgentShape.model_fields})


def _task(entry: TaskShape) -> Task:
    said = {name: getattr(entry, name) for name in TaskShape.model_fields if name != "earlier"}
    earlier = (EarlierStart(entry.id, **start.model_dump()) for start in entry.earlier)
    return Task(**said, earlier=tuple(earlier))


def _hold_ids(source: Source, shape: PlanShape) -> None:
    sections = {"agent": [entry.id for entry in shape.agent], "task": [entry.id for entry in shape.task]}
    for section, ids in sections.items():
        if not ids:
            raise source.error(f"there is no [[{section}]].", "A plan has at least one agent and one task.")
        for index, id in enumerate(ids):
            if id in ids[:index]:
                raise source.error(
                    f"the {section} before it at {source.place(section, ids.index(id))} has the same id.",
                    "Give each its own id.",
                    section=section,
                    index=index,
                )


def _hold_task(source: Source, index: int, plan: Plan, task: Task) -> None:
    def error(sentence: str, next_step: str) -> PlanError:
        return source.error(sentence, next_step, section="task", index=index)

    agents = [agent.id for agent in plan.agents]
    if task.agent not in agents:
        raise error(
            f'agent is "{task.agent}", expected one of {", ".join(agents)}.', did_you_mean(task.agent, agents)
        )
    ids = [other.id for other in plan.tasks]
    for need in task.needs:
        if need not in ids:
            raise error(f'needs "{need}", and there is no such task.', did_you_mean(need, ids))
    if not task.gate:
        raise error(
            "gate is empty, expected at least one check.",
            "A task is done when its gate passes: name the check that shows it.",
        )
    if not task.action and plan.agent(task.agent).executor == "builtin":
        raise error(
            f"action is missing, and agent {task.agent} is builtin.",
            'Name the stage that does the work, or give the agent executor = "external".',
        )


def _hold_order(source: Source, plan: Plan) -> None:
    try:
        TopologicalSorter(predecessors(plan)).prepare()
    except CycleError as error:
        # graphlib gives each node before the one that waits for it, the first one again at the end.
        waiting = list(reversed(error.args[1]))
        links = ", ".join(_link(plan, task, need) for task, need in pairwise(waiting))
        first = [task.id for task in plan.tasks].index(waiting[0])
        raise source.error(
            f"tasks wait for each other: {links}.",
            "Take one of these needs away, or change the order of an agent's tasks.",
            section="task",
            index=first,
        ) from error


def _link(plan: Plan, task: str, need: str) -> str:
    if need in plan.task(task).needs:
        return f"{task} needs {need}"
    return f"{task} follows {need} in the sequence of agent {plan.task(task).agent}"


def _hold_earlier(source: Source, index: int, plan: Plan, start: EarlierStart) -> None:
    def error(sentence: str, next_step: str = "") -> PlanError:
        return source.error(f"earlier: {sentence}", next_step, section="task", index=index)

    needs = plan.task(start.task).needs
    if start.instead_of not in needs:
        expected = f"expected one of {', '.join(needs)}" if needs else "and the task has no needs"
        raise error(f'instead_of is "{start.instead_of}", {expected}.')
    before = upstream(plan, start.instead_of)
    for task in start.after:
        if task not in before:
            raise error(
                f'after names "{task}", expected a task that comes before {start.instead_of}.',
                did_you_mean(task, before),
            )
