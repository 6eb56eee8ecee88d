"""plan.toml as a typed plan: order, critical path, drawings. Decides, writes nothing."""

from reseed.plan.draw import Bar, bars, gantt, mermaid
from reseed.plan.model import Agent, EarlierStart, Plan, Task
from reseed.plan.reach import direct_needs
from reseed.plan.read import read
from reseed.plan.relax import Relaxation
from reseed.plan.schedule import Schedule, Slot, order, predecessors, schedule
from reseed.plan.verify import verify

__all__ = [
    "Agent",
    "Bar",
    "EarlierStart",
    "Plan",
    "Relaxation",
    "Schedule",
    "Slot",
    "Task",
    "bars",
    "direct_needs",
    "gantt",
    "mermaid",
    "order",
    "predecessors",
    "read",
    "schedule",
    "verify",
]
