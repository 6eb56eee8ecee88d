"""The schema: its facts, the contract, the one clean revision, the proof that it is what the models say, its document.

Stages, in order: `align` (1.3), `squash` (1.4), `upgrade` (1.5), `hand_over` (1.6); `archive` and `publish` move
revisions at the reset and at the swap.
"""

from reseed.check import Check
from reseed.project import Project
from reseed.schema import contract, prove
from reseed.schema.archive import ARCHIVED, archive, publish, to_be_replaced, withdraw
from reseed.schema.contract import align
from reseed.schema.document import hand_over, load_order, schema_markdown
from reseed.schema.drift import Drift, count_drift
from reseed.schema.facts import Difference, Facts, Key, compare, fingerprint, read_facts
from reseed.schema.prove import facts_of_models, upgrade
from reseed.schema.ready import SCHEMA_READY
from reseed.schema.recording import models_digest
from reseed.schema.scripts import read_history, require_migrations, stands_at
from reseed.schema.squash import revision_id, squash, squash_text, stage_revision


def checks(project: Project) -> tuple[Check, ...]:
    """Every check about the schema, with faults picked from the project's models and contract."""
    return (ARCHIVED, SCHEMA_READY, *contract.checks(project), *prove.checks(project.load_metadata()))


__all__ = [
    "Difference",
    "Drift",
    "Facts",
    "Key",
    "align",
    "archive",
    "checks",
    "compare",
    "count_drift",
    "facts_of_models",
    "fingerprint",
    "hand_over",
    "load_order",
    "models_digest",
    "publish",
    "read_facts",
    "read_history",
    "require_migrations",
    "revision_id",
    "schema_markdown",
    "squash",
    "squash_text",
    "stage_revision",
    "stands_at",
    "to_be_replaced",
    "upgrade",
    "withdraw",
]
