"""How an import ends that does not come to its end: it fails, it is cancelled, or its process is found dead."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from modernize.importing import flows
from modernize.importing.adding import give_up
from modernize.importing.session import Session, is_held
from modernize.importing.store import ADDING, CANCEL, DONE, READING, merged
from modernize.models import DataImport, RawImportRecord
from modernize.models.enums import ImportStatus
from reseed.records import JSON


def under_way() -> sa.ColumnElement[bool]:
    """An import whose rows are being read; one that only waits for people is not."""
    return sa.and_(
        DataImport.status == ImportStatus.IN_PROGRESS,
        DataImport.processing_metrics["stage"].astext == READING,
    )


def being_added() -> sa.ColumnElement[bool]:
    """An import whose rows are being added to the inventory."""
    stage = sa.func.coalesce(DataImport.processing_metrics["stage"].astext, DONE)
    return sa.and_(stage == ADDING)


def at_work() -> sa.ColumnElement[bool]:
    """An import that a process is said to work on."""
    return sa.or_(under_way(), being_added())


def settle(session: Session, engagement: UUID) -> list[UUID]:
    """End the imports that are said to be under way and that nobody works on: they failed, or were to be cancelled.

    Rows that were being added to the inventory are not in it then, and can be added again.

    Returns:
        their ids.
    """
    with session.transaction() as connection:
        dead = [each for each in _under_way(connection, engagement) if not is_held(connection, each)]
        for import_id in dead:
            found = connection.execute(_locked(import_id)).one_or_none()
            if found is None:
                continue
            if CANCEL in found.processing_metrics:
                cancel(connection, import_id)
            else:
                done = int(found.processing_metrics.get("rows_done", 0))
                fail(
                    connection,
                    import_id,
                    f"The import of {found.file_name} stopped after row {done:,}: its process ended unexpectedly; "
                    "nothing of it was kept. Upload the file again.",
                    "process_ended",
                )
        for import_id in connection.scalars(
            sa.select(DataImport.id).where(DataImport.engagement_id == engagement, being_added())
        ).all():
            if not is_held(connection, import_id):
                give_up(connection, import_id, "the process that added them ended unexpectedly")
                dead.append(import_id)
    return dead


def fail(connection: sa.Connection, import_id: UUID, message: str, code: str) -> None:
    """The import has failed; no record of it stays."""
    found = _without_records(connection, import_id)
    done = int(found.processing_metrics.get("rows_done", 0))
    details: dict[str, JSON] = {
        "code": code,
        "file": found.file_name,
        "file_size": found.file_size,
        "rows": [{"row": done + 1}],
        "next_step": "Upload the file again.",
    }
    _end(connection, import_id, ImportStatus.FAILED, error_message=message, error_details=details)
    flows.fail(connection, _owner(found), found.discovery_flow_id, message, details)


def cancel(connection: sa.Connection, import_id: UUID) -> None:
    """The import was cancelled by a person; no record of it stays."""
    found = _without_records(connection, import_id)
    _end(connection, import_id, ImportStatus.CANCELLED)
    own = bool(found.processing_metrics.get("own_flow"))
    flows.withdraw(connection, _owner(found), found.discovery_flow_id, own=own)


def _under_way(connection: sa.Connection, engagement: UUID) -> list[UUID]:
    return list(
        connection.scalars(
            sa.select(DataImport.id).where(DataImport.engagement_id == engagement, under_way())
        )
    )


def _locked(import_id: UUID) -> sa.Select[tuple[DataImport]]:
    return sa.select(*DataImport.__table__.c).where(DataImport.id == import_id, under_way()).with_for_update()


def _without_records(connection: sa.Connection, import_id: UUID) -> sa.Row[tuple[object, ...]]:
    found = connection.execute(sa.select(*DataImport.__table__.c).where(DataImport.id == import_id)).one()
    connection.execute(
        sa.delete(RawImportRecord).where(
            RawImportRecord.client_account_id == found.client_account_id,
            RawImportRecord.engagement_id == found.engagement_id,
            RawImportRecord.data_import_id == import_id,
        )
    )
    return found


def _end(connection: sa.Connection, import_id: UUID, status: ImportStatus, **values: object) -> None:
    connection.execute(
        sa.update(DataImport)
        .where(DataImport.id == import_id)
        .values(
            status=status,
            total_records=0,
            valid_records=0,
            failed_records=0,
            processing_metrics=merged({"stage": DONE, "ended": status.value}),
            **values,
        )
    )


def _owner(found: sa.Row[tuple[object, ...]]) -> dict[str, UUID]:
    return {"client_account_id": found.client_account_id, "engagement_id": found.engagement_id}
