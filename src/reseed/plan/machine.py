"""Everything `reseed plan` tells people, as JSON for a machine. Times are minutes."""

from __future__ import annotations

from typing import Any

from reseed.plan import relax
from reseed.plan.model import Agent, Plan
from reseed.plan.relax import Relaxation
from reseed.plan.schedule import Slot, order, schedule


def as_json(plan: Plan) -> dict[str, Any]:
    """The plan, its waves, its times, and what its earlier starts come to."""
    times = schedule(plan)
    slots = {slot.task: slot for slot in times.slots}
    fewest = relax.fewest(plan)
    return {
        "title": plan.title,
        "digest": plan.digest,
        "agents": [_agent(plan, agent) for agent in plan.agents],
        "waves": [list(wave) for wave in order(plan)],
        "tasks": [_task(plan, slots[task.id], task.id in times.critical) for task in plan.tasks],
        "critical_path": list(times.critical),
        "makespan": times.makespan,
        "target_hours": list(plan.target_hours),
        "on_target": relax.on_target(plan, times.makespan),
        "earlier_starts": [_relaxation(each) for each in relax.alone(plan)],
        "without_condition": _relaxation(relax.unconditional(plan)),
        "fewest_on_target": _relaxation(fewest) if fewest else None,
    }


def _agent(plan: Plan, agent: Agent) -> dict[str, Any]:
    return {
        "id": agent.id,
        "name": agent.name,
        "focus": agent.focus,
        "skills": list(agent.skills),
        "estimate": list(agent.estimate),
        "minutes": sum(task.estimate for task in plan.sequence(agent.id)),
        "prerequisites": list(agent.prerequisites),
        "deliverables": list(agent.deliverables),
        "executor": agent.executor,
    }


def _task(plan: Plan, slot: Slot, critical: bool) -> dict[str, Any]:
    task = plan.task(slot.task)
    return {
        "id": task.id,
        "agent": task.agent,
        "title": task.title,
        "description": task.description,
        "estimate": task.estimate,
        "needs": list(task.needs),
        "action": task.action,
        "arguments": dict(task.arguments),
        "gate": list(task.gate),
        "deliverables": list(task.deliverables),
        "handoff": task.handoff,
        "start": slot.start,
        "finish": slot.finish,
        "slack": slot.slack,
        "critical": critical,
    }


def _relaxation(relaxation: Relaxation) -> dict[str, Any]:
    return {
        "starts": [
            {
                "task": start.task,
                "instead_of": start.instead_of,
                "after": list(start.after),
                "why": start.why,
                "provided": start.provided,
            }
            for start in relaxation.starts
        ],
        "makespan": relaxation.makespan,
        "saves": relaxation.saves,
        "on_target": relaxation.on_target,
    }
