"""START HERE: the way of the data, in order, each stage one line.

A plan's tasks name these stages; the run measures a task's gate after its stage and hands over what passed. Stages
may run twice (a process can die after the work and before the note), so each one leaves the same result again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from reseed import backup, fill, pages, proven, reset, schema, seed, validate, verdict
from reseed.check import Check
from reseed.project import Project
from reseed.records import Outcome


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of the way: what tasks call it, what it does, in code and in words."""

    name: str
    action: Callable[..., Outcome]
    does: str


_WAY = (
    # The old database is safe before anything new exists.
    Stage("back_up", backup.back_up, "dump the old database whole, and list what was dumped"),
    Stage("reset", reset.reset, "make a fresh database beside the old one, and archive its revisions"),
    # The new schema comes from the models, by one revision.
    Stage("align", schema.align, "hold models and old database against the intended schema"),
    Stage("squash", schema.squash, "write one clean revision from the models"),
    Stage("upgrade", proven.upgrade, "build the new database by that revision, or copy a proven one"),
    Stage("hand_over_schema", schema.hand_over, "write SCHEMA_READY.md for those who seed"),
    # The demo data, part by part, each in its own task.
    Stage("prepare_dataset", seed.prepare_dataset, "write the constants and the import files"),
    Stage("seed", fill.seed_part, "load one part of the dataset; every other tenant with the last"),
    Stage("hand_over_ids", seed.hand_over, "write SEEDED_IDS.json for those who build on it"),
    # Validation is prepared while others work, and decides at the end.
    Stage(
        "prepare_checks",
        validate.prepare_checks,
        "list every check, and see each fail where there is no data",
    ),
    Stage("prepare_queries", validate.prepare_queries, "run the query pack at size, and keep its plans"),
    Stage("prepare_pages", pages.prepare_pages, "write the page checklist, role by role"),
    Stage(
        "validate_all",
        verdict.validate_all,
        "ask every check and every query, open every page, and write the report",
    ),
)

#: Stage name -> stage.
STAGES: Mapping[str, Stage] = {stage.name: stage for stage in _WAY}


def checks(project: Project) -> Mapping[str, Check]:
    """Every check that a gate may name: the tool's own, those made from the models, and the project's."""
    known = (
        *backup.CHECKS,
        *reset.CHECKS,
        *schema.checks(project),
        *seed.CHECKS,
        *validate.checks(project),
        *pages.checks(project),
        *verdict.CHECKS,
    )
    return {check.name: check for check in known}
