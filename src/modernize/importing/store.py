"""Writing an import: its row, its records batch by batch, its proposed mappings, and how it ends.

All or nothing: an import that fails or is cancelled leaves its own row, which says why, and no record.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from modernize.importing import flows
from modernize.importing.inspection import Inspection
from modernize.importing.job import Job, Order
from modernize.importing.judgement import Judge, Verdict
from modernize.importing.proposals import PROPOSED_BY
from modernize.models import Asset, DataImport, ImportFieldMapping, RawImportRecord
from modernize.models.enums import FileFormat, ImportStatus, ImportType, MappingStatus
from reseed.records import JSON

_INSERT = sa.text((Path(__file__).parent / "records.sql").read_text(encoding="utf-8"))
_NOW = sa.func.clock_timestamp()
_TYPES = {
    FileFormat.CSV: ImportType.CMDB,
    FileFormat.JSON: ImportType.CLOUD_INVENTORY,
    FileFormat.XLSX: ImportType.MANUAL,
}
# Row numbers told with an import; the records themselves have all of them.
_TOLD = 1000

READING, DONE, ADDING = "reading", "done", "adding"
CANCEL = "cancel_requested"


def begin(connection: sa.Connection, job: Job, import_id: UUID, inspection: Inspection) -> UUID:
    """The import's row and its flow.

    Returns:
        id of the flow.

    Raises:
        FlowTaken: the flow that was chosen takes no file.
    """
    owner = owner_of(job)
    flow = job.flow_id or flows.create(
        connection,
        owner,
        job.user_id,
        flows.free_name(connection, owner, job.flow_name),
        "Begun by uploading a file.",
    )
    flows.begin(connection, owner, flow)
    connection.execute(
        sa.insert(DataImport).values(
            **owner,
            id=import_id,
            discovery_flow_id=flow,
            name=job.title,
            import_type=_TYPES[inspection.table.format],
            source_system=job.source_system,
            file_name=job.name,
            file_format=inspection.table.format,
            file_size=job.size,
            mime_type=inspection.table.mime_type,
            sha256=job.sha256,
            source_columns=list(inspection.columns),
            parse_options={**inspection.table.options, "identity": _identity(inspection)},
            status=ImportStatus.IN_PROGRESS,
            total_records=inspection.rows,
            processing_metrics={
                "stage": READING,
                "own_flow": job.flow_id is None,
                "rows_expected": inspection.rows,
                "rows_done": 0,
                "records_per_second": 0,
                "rejected_by_reason": {},
                "unknown_columns": dict(inspection.recognised.unknown),
                "notes": list(inspection.notes),
            },
            imported_by=job.user_id,
            started_at=_NOW,
        )
    )
    return flow


def known_serials(
    connection: sa.Connection, job: Job, serials: Sequence[str]
) -> dict[str, tuple[str, str | None]]:
    """Those of the serial numbers that the inventory has, with the assets' names and host names."""
    if not serials:
        return {}
    found = connection.execute(
        sa.select(Asset.serial_number, Asset.name, Asset.hostname).where(
            Asset.client_account_id == job.client_account_id,
            Asset.engagement_id == job.engagement_id,
            Asset.serial_number == sa.any_(sa.cast(list(serials), sa.ARRAY(sa.Text()))),
        )
    )
    return {str(row.serial_number): (row.name, row.hostname) for row in found}


def add(connection: sa.Connection, job: Job, import_id: UUID, verdicts: Sequence[Verdict]) -> None:
    """The records of one batch."""
    connection.execute(
        _INSERT,
        {
            "tenant": job.client_account_id,
            "engagement": job.engagement_id,
            "import": import_id,
            "rows": json.dumps([_written(each) for each in verdicts], ensure_ascii=False),
        },
    )


def tell(
    connection: sa.Connection, job: Job, import_id: UUID, progress: dict[str, JSON], valid: int, failed: int
) -> bool:
    """Write down how far it is; answers whether somebody wants it cancelled."""
    found = connection.execute(
        sa.update(DataImport)
        .where(*this(job, import_id))
        .values(
            valid_records=valid,
            failed_records=failed,
            processing_metrics=merged(progress),
        )
        .returning(DataImport.processing_metrics.has_key(CANCEL))
    ).scalar_one()
    return bool(found)


def complete(
    connection: sa.Connection, job: Job, import_id: UUID, flow: UUID, judge: Judge, seconds: float
) -> None:
    """All rows are in: the mappings are proposed, import and phase are over, the flow waits for people."""
    rows, refused = connection.execute(
        sa.select(DataImport.total_records, DataImport.failed_records).where(*this(job, import_id))
    ).one()
    mappings = _propose(connection, job, import_id, judge)
    duration = round(max(seconds, 0.001), 3)
    refused_rows = connection.scalars(
        sa.select(RawImportRecord.row_number)
        .where(
            RawImportRecord.client_account_id == job.client_account_id,
            RawImportRecord.engagement_id == job.engagement_id,
            RawImportRecord.data_import_id == import_id,
            RawImportRecord.is_valid.is_(False),
        )
        .order_by(RawImportRecord.row_number)
        .limit(_TOLD)
    ).all()
    connection.execute(
        sa.update(DataImport)
        .where(*this(job, import_id))
        .values(
            status=ImportStatus.COMPLETED,
            completed_at=_NOW,
            error_details={"refused_rows": list(refused_rows)},
            processing_metrics=merged(
                {
                    "stage": DONE,
                    "rows_done": rows,
                    "duration_seconds": duration,
                    "records_per_second": round(rows / duration, 3),
                    "rejected_by_reason": dict(sorted(judge.refused_by_reason.items())),
                    "mappings": {MappingStatus.PENDING.value: mappings} if mappings else {},
                }
            ),
        )
    )
    summary = f"{rows:,} rows read from {job.name}, {refused:,} refused."
    flows.complete(
        connection, owner_of(job), flow, rows=rows, refused=refused, summary=summary, mappings=mappings
    )


def owner_of(job: Job | Order) -> dict[str, UUID]:
    """Whose rows an import writes."""
    return {"client_account_id": job.client_account_id, "engagement_id": job.engagement_id}


def _propose(connection: sa.Connection, job: Job, import_id: UUID, judge: Judge) -> int:
    rows = [
        {
            **owner_of(job),
            "data_import_id": import_id,
            "source_field": proposal.source,
            "target_field": proposal.target,
            "transformation_type": proposal.type,
            "transformation_rule": dict(proposal.rule) if proposal.rule else None,
            "confidence": confidence,
            "status": MappingStatus.PENDING,
            "sample_values": samples,
            "suggested_by": PROPOSED_BY,
            "rationale": proposal.why,
        }
        for proposal, confidence, samples in judge.mappings()
    ]
    if rows:
        connection.execute(sa.insert(ImportFieldMapping), rows)
    return len(rows)


def _identity(inspection: Inspection) -> list[str]:
    fields = ("external_id", "serial_number", "hostname", "name")
    known = [source for field in fields if (source := inspection.recognised.source(field))]
    return known[:2]


def this(job: Job | Order, import_id: UUID) -> tuple[sa.ColumnElement[bool], ...]:
    """Conditions by which the import is meant, and nobody else's."""
    return (
        DataImport.client_account_id == job.client_account_id,
        DataImport.engagement_id == job.engagement_id,
        DataImport.id == import_id,
    )


def merged(changes: dict[str, Any]) -> sa.ColumnElement[Any]:
    """The metrics with some entries changed; others, such as a wish to cancel, stay."""
    return DataImport.processing_metrics.op("||")(sa.cast(changes, JSONB))


def _written(verdict: Verdict) -> dict[str, Any]:
    return {
        "number": verdict.row.number,
        "external_id": verdict.external_id,
        "raw": verdict.row.raw,
        "cleansed": verdict.cleansed,
        "reasons": verdict.reasons,
    }
