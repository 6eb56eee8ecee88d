"""Decisions about mappings: approve, reject, reopen; one, several, or all that are sure enough. Who and when is kept.

Whoever decides says what they saw. A mapping that somebody else has decided meanwhile is not decided again behind
their back, and of several mappings either all are decided or none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from modernize.models import DataImport, ImportFieldMapping
from modernize.models.enums import MappingStatus
from modernize.web.access.caller import Caller, Work
from modernize.web.errors import Conflict, Invalid, NotFound
from modernize.web.services.mappings import MappingDetail, MappingFilter, detail, mappings_of
from modernize.web.services.ownership import own

MOST = 500
"""How many mappings are decided together at most."""

LONGEST_NOTE = 1000


@dataclass(frozen=True, slots=True)
class Decision:
    """What is decided. `pending` reopens. `note`: the reason, which a rejection needs."""

    status: MappingStatus
    note: str = ""

    def __post_init__(self) -> None:
        if self.status is MappingStatus.REJECTED and not self.note.strip():
            raise Invalid("A rejection needs a reason: say why the mapping does not fit.")
        if len(self.note) > LONGEST_NOTE:
            raise Invalid(
                f"The reason is {len(self.note):,} characters long, expected {LONGEST_NOTE:,} at most."
            )


@dataclass(frozen=True, slots=True)
class Approvable:
    """The pending mappings at or above a threshold.

    Attributes:
        mappings: those that would be approved, as rows of a list, in the order of the files; the first `MOST`.
        left: those that would not, because another mapping fills the same field of the same import.
    """

    mappings: list[dict[str, Any]]
    left: list[dict[str, Any]]


def decide(caller: Caller, mapping_id: UUID, decision: Decision, *, seen: MappingStatus) -> MappingDetail:
    """Decide one mapping that had the status `seen` when its decider looked.

    Raises:
        NotFound: the caller's engagement has no such mapping.
        Conflict: somebody else decided it meanwhile, it is decided like this already, its rows are assets by now, or
            its field is filled by another mapping.
    """
    with caller.working("mapping:review") as work:
        _decide(work, [mapping_id], decision, seen)
        return detail(work, mapping_id)


def decide_several(
    caller: Caller, mapping_ids: Sequence[UUID], decision: Decision, *, seen: MappingStatus
) -> int:
    """Decide several mappings alike, all of them or none; returns how many.

    Raises:
        NotFound, Conflict: as for one of them. Invalid: none, or too many.
    """
    wanted = list(dict.fromkeys(mapping_ids))
    if not 1 <= len(wanted) <= MOST:
        raise Invalid(f"{len(wanted)} mappings were picked, expected 1 to {MOST}.")
    with caller.working("mapping:review") as work:
        _decide(work, wanted, decision, seen)
    return len(wanted)


def approvable(caller: Caller, min_confidence: int, data_import_id: UUID | None = None) -> Approvable:
    """What approving all pending mappings at or above a confidence (in percent) would approve.

    Raises:
        NotFound: the caller's engagement has no such import.
    """
    with caller.working("mapping:review") as work:
        return _approvable(work, min_confidence, data_import_id)


def _approvable(work: Work, min_confidence: int, data_import_id: UUID | None) -> Approvable:
    if data_import_id is not None:
        _require_import(work, data_import_id)
    wanted = MappingFilter(data_import_id, MappingStatus.PENDING, min_confidence=min_confidence)
    found = mappings_of(work, wanted)
    filled = _filled(work, {row["data_import_id"] for row in found})
    asked = Counter(_fills(row) for row in found)
    alone: list[dict[str, Any]] = []
    left: list[dict[str, Any]] = []
    for row in found:
        (alone if _fills(row) not in filled and asked[_fills(row)] == 1 else left).append(row)
    return Approvable(alone[:MOST], left)


def _require_import(work: Work, data_import_id: UUID) -> None:
    known = work.connection.scalar(
        sa.select(DataImport.id).where(*own(DataImport, work), DataImport.id == data_import_id)
    )
    if known is None:
        raise NotFound(f"There is no import {data_import_id} in {work.identity.engagement_name}.")


def _decide(work: Work, wanted: Sequence[UUID], decision: Decision, seen: MappingStatus) -> None:
    rows = _locked(work, wanted)
    problems = tuple(_problems(work, rows, decision, seen))
    if problems:
        more = f" So with {len(problems) - 1} more. Nothing was changed." if len(problems) > 1 else ""
        raise Conflict(problems[0] + more, problems=problems)
    open_again = decision.status is MappingStatus.PENDING
    work.connection.execute(
        sa.update(ImportFieldMapping)
        .where(ImportFieldMapping.id.in_(wanted), *own(ImportFieldMapping, work))
        .values(
            status=decision.status,
            reviewed_by=None if open_again else work.identity.user_id,
            reviewed_at=None if open_again else sa.func.now(),
            review_note=None if open_again else decision.note.strip() or None,
        )
    )


def _locked(work: Work, wanted: Sequence[UUID]) -> list[dict[str, Any]]:
    """The mappings, kept from other deciders until the transaction ends.

    Those who decide about the same import come one after the other: two mappings of one field could else be
    approved at the same moment.
    """
    imports = sa.select(ImportFieldMapping.data_import_id).where(
        ImportFieldMapping.id.in_(wanted), *own(ImportFieldMapping, work)
    )
    work.connection.execute(
        sa.select(DataImport.id)
        .where(*own(DataImport, work), DataImport.id.in_(imports))
        .order_by(DataImport.id)
        .with_for_update(key_share=True)
    )
    rows = mappings_of(work, MappingFilter(), only=wanted)
    missing = set(wanted) - {row["id"] for row in rows}
    if missing:
        raise NotFound(f"There is no mapping {min(missing)} in {work.identity.engagement_name}.")
    return rows


def _problems(work: Work, rows: Sequence[dict[str, Any]], decision: Decision, seen: MappingStatus) -> Any:
    approving = decision.status is MappingStatus.APPROVED
    filled = _filled(work, {row["data_import_id"] for row in rows}) if approving else {}
    asked = Counter(_fills(row) for row in rows)
    for row in rows:
        name = f"{row['source_field']} to {row['target_field']}"
        if row["status"] is not seen:
            yield f"{name} is {row['status']} by now{_by_whom(row)}, it was {seen} when you looked. Look again."
        elif row["status"] is decision.status:
            yield f"{name} is {row['status']} already."
        elif row["in_inventory"]:
            yield (
                f"{name} stays {row['status']}: the rows of import {row['data_import']} are in the inventory, by the "
                "mappings as they are."
            )
        elif approving and _fills(row) in filled:
            yield (
                f"{name} cannot be approved: {filled[_fills(row)]} fills {row['target_field']} already. "
                "Reject or reopen that one first."
            )
        elif approving and asked[_fills(row)] > 1:
            yield f"{name} cannot be approved together with another mapping to {row['target_field']}. Pick one."


def _by_whom(row: dict[str, Any]) -> str:
    return f", {row['reviewed_by']} decided it" if row["reviewed_by"] else ""


def _filled(work: Work, imports: set[UUID]) -> dict[tuple[UUID, str], str]:
    """Fields that an approved mapping fills: (import, field) -> the column that fills it."""
    found = work.connection.execute(
        sa.select(
            ImportFieldMapping.data_import_id,
            ImportFieldMapping.target_field,
            ImportFieldMapping.source_field,
        ).where(
            *own(ImportFieldMapping, work),
            ImportFieldMapping.data_import_id.in_(imports),
            ImportFieldMapping.status == MappingStatus.APPROVED,
        )
    )
    return {(import_id, target): source for import_id, target, source in found}


def _fills(row: dict[str, Any]) -> tuple[UUID, str]:
    return row["data_import_id"], row["target_field"]
