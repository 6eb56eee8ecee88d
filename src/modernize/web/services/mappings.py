"""Attribute mappings: which column of an imported file fills which field, as lists, as numbers, and one by one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from modernize.importing.adding import was_added
from modernize.importing.ending import being_added
from modernize.importing.transformation import field
from modernize.models import DataImport, ImportFieldMapping, RawImportRecord, User
from modernize.models.enums import MappingStatus, TransformationType
from modernize.web.access.caller import Caller, Work
from modernize.web.errors import NotFound
from modernize.web.services.mapping_words import Preview, in_words, preview, spoken_samples
from modernize.web.services.ownership import own
from modernize.web.services.paging import Listed, Paging, listed

_OF_IMPORT = sa.and_(
    DataImport.client_account_id == ImportFieldMapping.client_account_id,
    DataImport.engagement_id == ImportFieldMapping.engagement_id,
    DataImport.id == ImportFieldMapping.data_import_id,
)

_LOOKED_THROUGH = 200
"""Rows of a file in which the neighbours of a sample value are looked for."""


@dataclass(frozen=True, slots=True)
class MappingFilter:
    """What to list; what is None does not filter. `min_confidence`: in percent."""

    data_import_id: UUID | None = None
    status: MappingStatus | None = None
    transformed: bool | None = None
    min_confidence: int | None = None


@dataclass(frozen=True, slots=True)
class MappingDetail:
    """One mapping, and what its rule makes of the sample values.

    Attributes:
        mapping: a row as lists have it, with the rule, the reasons and the import's state.
    """

    mapping: dict[str, Any]
    preview: tuple[Preview, ...]


_TABLE = ImportFieldMapping.__table__
_IN_FILE = sa.tuple_(
    DataImport.started_at,
    DataImport.name,
    sa.func.coalesce(sa.func.array_position(DataImport.source_columns, ImportFieldMapping.source_field), 0),
    ImportFieldMapping.target_field,
)
_SORTABLE: dict[str, sa.ColumnElement[Any]] = {
    "place": _IN_FILE,
    "source_field": sa.func.lower(ImportFieldMapping.source_field),
    "target_field": _TABLE.c.target_field,
    "data_import": DataImport.__table__.c.name,
    "transformation": _TABLE.c.transformation_type,
    "confidence": _TABLE.c.confidence,
    "status": sa.tuple_(_TABLE.c.status, _TABLE.c.confidence),
    "reviewed_by": User.__table__.c.full_name,
    "reviewed_at": _TABLE.c.reviewed_at,
}


def list_mappings(caller: Caller, wanted: MappingFilter, paging: Paging) -> Listed:
    """One page of the mappings of the caller's engagement; `place` is their order in the files."""
    with caller.working("mapping:read") as work:
        found = listed(
            work.connection, _mappings(work, wanted), paging, _SORTABLE, usual="place", last=_TABLE.c.id
        )
    return Listed([_said(row) for row in found.rows], found.total)


def one_mapping(caller: Caller, mapping_id: UUID) -> MappingDetail:
    """One mapping with a preview of its transformation.

    Raises:
        NotFound: the caller's engagement has no such mapping.
    """
    with caller.working("mapping:read") as work:
        return detail(work, mapping_id)


def picked_mappings(caller: Caller, mapping_ids: Sequence[UUID]) -> list[dict[str, Any]]:
    """The mappings with these ids, as they are now; ids that the caller's engagement does not have are left out."""
    with caller.working("mapping:read") as work:
        return mappings_of(work, MappingFilter(), only=mapping_ids)


def detail(work: Work, mapping_id: UUID) -> MappingDetail:
    """The same within a transaction."""
    found = mappings_of(work, MappingFilter(), only=[mapping_id])
    if not found:
        raise NotFound(f"There is no mapping {mapping_id} in {work.identity.engagement_name}.")
    return MappingDetail(found[0], tuple(preview(found[0], _raws_of_samples(work, found[0]))))


def mappings_of(
    work: Work, wanted: MappingFilter, *, only: Sequence[UUID] | None = None
) -> list[dict[str, Any]]:
    """All mappings that fit, in the order of the files, within a transaction; `only`: of those with these ids."""
    query = _mappings(work, wanted).order_by(_IN_FILE, ImportFieldMapping.id)
    if only is not None:
        query = query.where(ImportFieldMapping.id.in_(only))
    return [_said(dict(row)) for row in work.connection.execute(query).mappings()]


def count_mappings(caller: Caller) -> dict[str, int]:
    """Number of mappings by status, of those with a transformation, and of all (`""`)."""
    kind = ImportFieldMapping.transformation_type
    with caller.working("mapping:read") as work:
        found = work.connection.execute(
            sa.select(ImportFieldMapping.status, kind, sa.func.count())
            .where(*own(ImportFieldMapping, work))
            .group_by(ImportFieldMapping.status, kind)
        ).all()
    counts = {"": 0, "transformed": 0, **{str(status): 0 for status in MappingStatus}}
    for status, transformation, number in found:
        counts[""] += number
        counts[str(status)] += number
        counts["transformed"] += number if transformation is not TransformationType.DIRECT else 0
    return counts


def mapped_imports(caller: Caller) -> list[dict[str, Any]]:
    """The imports that have mappings, the oldest first: id, name, file_name, mappings, pending."""
    waits = sa.func.count().filter(ImportFieldMapping.status == MappingStatus.PENDING)
    with caller.working("mapping:read") as work:
        found = work.connection.execute(
            sa.select(
                DataImport.id,
                DataImport.name,
                DataImport.file_name,
                sa.func.count().label("mappings"),
                waits.label("pending"),
            )
            .join(ImportFieldMapping, _OF_IMPORT)
            .where(*own(ImportFieldMapping, work))
            .group_by(DataImport.id, DataImport.name, DataImport.file_name, DataImport.started_at)
            .order_by(DataImport.started_at, DataImport.name, DataImport.id)
        )
        return [dict(row) for row in found.mappings()]


def _mappings(work: Work, wanted: MappingFilter) -> sa.Select[Any]:
    query = (
        sa.select(
            *(
                column
                for column in _TABLE.c
                if column.name not in ("client_account_id", "engagement_id", "reviewed_by")
            ),
            DataImport.name.label("data_import"),
            DataImport.file_name,
            sa.or_(was_added(), being_added()).label("in_inventory"),
            User.full_name.label("reviewed_by"),
        )
        .join(DataImport, _OF_IMPORT)
        .outerjoin(User, User.id == ImportFieldMapping.reviewed_by)
        .where(*own(ImportFieldMapping, work))
    )
    if wanted.data_import_id is not None:
        query = query.where(ImportFieldMapping.data_import_id == wanted.data_import_id)
    if wanted.status is not None:
        query = query.where(ImportFieldMapping.status == wanted.status)
    if wanted.transformed is not None:
        direct = ImportFieldMapping.transformation_type == TransformationType.DIRECT
        query = query.where(~direct if wanted.transformed else direct)
    if wanted.min_confidence is not None:
        query = query.where(ImportFieldMapping.confidence >= Decimal(wanted.min_confidence) / 100)
    return query


def _said(row: dict[str, Any]) -> dict[str, Any]:
    """A row for people: confidence in percent, the rule in words, the samples as one text."""
    return {
        **row,
        "confidence": int(row["confidence"] * 100),
        "transformation": in_words(row["transformation_type"], row["transformation_rule"]),
        "samples": spoken_samples(row["sample_values"]),
    }


def _raws_of_samples(work: Work, mapping: dict[str, Any]) -> Sequence[dict[str, Any]]:
    """Rows that the sample values came from, where the rule looks at more than the one field."""
    if mapping["transformation_type"] is not TransformationType.CONCATENATION:
        return ()
    found = work.connection.scalars(
        sa.select(RawImportRecord.raw_data)
        .where(
            *own(RawImportRecord, work),
            RawImportRecord.data_import_id == mapping["data_import_id"],
            RawImportRecord.is_valid,
        )
        .order_by(RawImportRecord.row_number)
        .limit(_LOOKED_THROUGH)
    )
    return [raw for raw in found if field(raw, mapping["source_field"]) in mapping["sample_values"]]
