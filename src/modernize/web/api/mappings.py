"""/api/mappings: which columns fill which fields, page by page, and the decisions about them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from modernize.models.enums import MappingStatus, TransformationType
from modernize.web.access.caller import Caller
from modernize.web.access.dependency import needs
from modernize.web.api.shapes import Note, Paged, Sent, Slice, Text, sliced
from modernize.web.services import mapping_review as review
from modernize.web.services import mappings

router = APIRouter(prefix="/mappings", tags=["mappings"])

Reader = Annotated[Caller, needs("mapping:read")]
Reviewer = Annotated[Caller, needs("mapping:review")]
Percent = Annotated[int, Field(ge=0, le=100)]


class Filter(Paged):
    """What to list; what is not given does not filter."""

    data_import_id: UUID | None = None
    status: MappingStatus | None = None
    transformed: bool | None = None
    min_confidence: Percent | None = None
    sort: Text = "place"


class MappingRow(BaseModel):
    """A mapping. `confidence` is in percent; `transformation` says type and rule in words, `samples` the values.

    `in_inventory`: its import's rows are assets by now, so nothing is decided otherwise any more.
    """

    id: UUID
    data_import_id: UUID
    data_import: str
    file_name: str
    in_inventory: bool
    source_field: str
    target_field: str
    sample_values: list[Any]
    samples: str
    transformation_type: TransformationType
    transformation_rule: dict[str, Any] | None
    transformation: str
    confidence: Percent
    status: MappingStatus
    suggested_by: str | None
    rationale: str | None
    reviewed_by: str | None
    reviewed_at: datetime | None
    review_note: str | None


class PreviewRow(BaseModel):
    """What the rule makes of one sample value; `problem` says why it makes nothing of it."""

    sample: Any
    result: Any
    problem: str


class MappingDetail(BaseModel):
    mapping: MappingRow
    preview: list[PreviewRow]


class Summary(BaseModel):
    """Number of mappings: all of them, by status, and those that are more than a copy."""

    total: int
    pending: int
    approved: int
    rejected: int
    transformed: int


class DecisionSent(Sent):
    """`seen`: the status on which the decision is based; another one by now is a conflict."""

    status: MappingStatus
    seen: MappingStatus
    note: Note = ""


class SeveralSent(DecisionSent):
    mapping_ids: Annotated[list[UUID], Field(min_length=1, max_length=review.MOST)]


class Approvable(BaseModel):
    """`mappings` would be approved; `left` would not, because another mapping fills the same field."""

    mappings: list[MappingRow]
    left: list[MappingRow]


class Decided(BaseModel):
    """How many mappings were decided."""

    decided: int


@router.get("")
def list_mappings(caller: Reader, query: Annotated[Filter, Query()]) -> Slice[MappingRow]:
    """One page of the mappings; sorted by `place` they come as their columns do in the files."""
    wanted = mappings.MappingFilter(
        query.data_import_id, query.status, query.transformed, query.min_confidence
    )
    return sliced(MappingRow, mappings.list_mappings(caller, wanted, query.paging()))


@router.get("/summary")
def summary(caller: Reader) -> Summary:
    """The numbers on top of the page."""
    counts = mappings.count_mappings(caller)
    return Summary(total=counts.pop(""), **counts)


@router.get("/approvable")
def approvable(caller: Reviewer, min_confidence: Percent, data_import_id: UUID | None = None) -> Approvable:
    """The pending mappings at or above a confidence, to be approved as decisions."""
    found = review.approvable(caller, min_confidence, data_import_id)
    return Approvable(
        mappings=[MappingRow(**row) for row in found.mappings], left=[MappingRow(**row) for row in found.left]
    )


@router.post("/decisions")
def decide_several(caller: Reviewer, sent: SeveralSent) -> Decided:
    """Decide several mappings alike, all of them or none."""
    decision = review.Decision(sent.status, sent.note)
    return Decided(decided=review.decide_several(caller, sent.mapping_ids, decision, seen=sent.seen))


@router.get("/{mapping_id}")
def one_mapping(caller: Reader, mapping_id: UUID) -> MappingDetail:
    """One mapping with what its rule makes of the sample values."""
    return _detail(mappings.one_mapping(caller, mapping_id))


@router.put("/{mapping_id}/decision")
def decide(caller: Reviewer, mapping_id: UUID, sent: DecisionSent) -> MappingDetail:
    """Approve, reject or reopen one mapping."""
    return _detail(review.decide(caller, mapping_id, review.Decision(sent.status, sent.note), seen=sent.seen))


def _detail(found: mappings.MappingDetail) -> MappingDetail:
    return MappingDetail(
        mapping=MappingRow(**found.mapping),
        preview=[
            PreviewRow(sample=each.sample, result=each.result, problem=each.problem) for each in found.preview
        ],
    )
