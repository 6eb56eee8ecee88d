"""The raw records of imports: page by page, one with what became of it, and the refused ones to take away."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from modernize.importing.transformation import field as value_at
from modernize.models import Asset, DataImport, RawImportRecord
from modernize.web.access.caller import Caller, Work
from modernize.web.errors import NotFound
from modernize.web.services.ownership import own
from modernize.web.services.paging import Listed, Paging, listed

_SORTABLE: dict[str, sa.ColumnElement[Any]] = {
    "row_number": RawImportRecord.__table__.c.row_number,
    "import_name": DataImport.__table__.c.name,
    "external_id": RawImportRecord.__table__.c.external_id,
    "result": RawImportRecord.__table__.c.is_valid,
}


@dataclass(frozen=True, slots=True)
class RecordFilter:
    """Which records to list; what is None does not filter. `reason`: a reason's code. `search`: in the raw values."""

    import_id: UUID | None = None
    valid: bool | None = None
    reason: str | None = None
    search: str | None = None


def list_records(caller: Caller, wanted: RecordFilter, paging: Paging) -> Listed:
    """One page of raw records with result and reasons, by import and row unless told otherwise."""
    with caller.working("import:read") as work:
        found = listed(
            work.connection,
            _records(work, wanted),
            paging,
            _SORTABLE,
            usual="import_name",
            last=sa.tuple_(RawImportRecord.__table__.c.row_number, RawImportRecord.__table__.c.id),
        )
    for row in found.rows:
        row["result"] = "valid" if row.pop("is_valid") else "refused"
        row["reason"] = " ".join(str(each.get("message", "")) for each in row["validation_errors"])
    return found


def one_record(caller: Caller, record_id: UUID) -> dict[str, Any]:
    """One record: as found, as cleansed or with every reason, and the asset it became, if it did.

    Raises:
        NotFound: the caller's engagement has no such record.
    """
    with caller.working("import:read") as work:
        row = (
            work.connection.execute(
                sa.select(
                    *RawImportRecord.__table__.c,
                    DataImport.name.label("import_name"),
                    DataImport.file_name,
                    DataImport.source_columns,
                    Asset.id.label("asset_id"),
                    Asset.name.label("asset_name"),
                )
                .join(DataImport, DataImport.id == RawImportRecord.data_import_id)
                .outerjoin(
                    Asset,
                    sa.and_(
                        Asset.client_account_id == RawImportRecord.client_account_id,
                        Asset.engagement_id == RawImportRecord.engagement_id,
                        Asset.raw_import_record_id == RawImportRecord.id,
                    ),
                )
                .where(*own(RawImportRecord, work), RawImportRecord.id == record_id)
            )
            .mappings()
            .one_or_none()
        )
        if row is None:
            raise NotFound(f"There is no raw record {record_id} in {work.identity.engagement_name}.")
        return dict(row)


@contextmanager
def refused_rows(caller: Caller, import_id: UUID) -> Iterator[tuple[str, Iterator[Sequence[Any]]]]:
    """The refused rows of an import with their reasons and values as found, fetched some at a time while it is open.

    Returns:
        the name of the import's file, and lines: the names of the columns, then the rows.

    Raises:
        NotFound: the caller's engagement has no such import.
    """
    with caller.working("import:read") as work:
        read = work.connection.execute(
            sa.select(DataImport.file_name, DataImport.source_columns).where(
                *own(DataImport, work), DataImport.id == import_id
            )
        ).one_or_none()
        if read is None:
            raise NotFound(f"There is no import {import_id} in {work.identity.engagement_name}.")
        found = work.connection.execution_options(yield_per=500).execute(
            _records(work, RecordFilter(import_id, valid=False))
            .add_columns(RawImportRecord.raw_data)
            .order_by(RawImportRecord.row_number)
        )
        head = ("row", "reasons", "explanation", *read.source_columns)
        yield read.file_name, chain([head], (_rejected(row, read.source_columns) for row in found))


def _rejected(row: sa.Row[Any], columns: Sequence[str]) -> Sequence[Any]:
    errors = row.validation_errors
    return (
        row.row_number,
        ", ".join(str(each.get("code", "")) for each in errors),
        " ".join(str(each.get("message", "")) for each in errors),
        *(_cell(value_at(row.raw_data, name)) for name in columns),
    )


def _records(work: Work, wanted: RecordFilter) -> sa.Select[*tuple[Any, ...]]:
    record = RawImportRecord
    query = (
        sa.select(
            record.id,
            record.data_import_id,
            record.row_number,
            record.external_id,
            record.is_valid,
            record.validation_errors,
            DataImport.name.label("import_name"),
        )
        .join(
            DataImport,
            sa.and_(
                DataImport.client_account_id == record.client_account_id,
                DataImport.engagement_id == record.engagement_id,
                DataImport.id == record.data_import_id,
            ),
        )
        .where(*own(record, work))
    )
    if wanted.import_id is not None:
        query = query.where(record.data_import_id == wanted.import_id)
    if wanted.valid is not None:
        query = query.where(record.is_valid == wanted.valid)
    if wanted.reason:
        query = query.where(record.validation_errors.contains([{"code": wanted.reason}]))
    if wanted.search:
        text = sa.cast(record.raw_data, sa.Text)
        query = query.where(text.icontains(wanted.search, autoescape=True))
    return query


def _cell(value: Any) -> Any:
    """A value as a CSV cell has it; the export sees to it that none is a formula."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value
