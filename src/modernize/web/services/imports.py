"""Imports: the list with counts and reasons, an upload, its progress and its end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from modernize.importing import ending, flows, launch
from modernize.importing.adding import ADDED, NotReady, can_be_added
from modernize.importing.assets import Otherwise
from modernize.importing.flows import FlowTaken
from modernize.importing.job import Job, Order
from modernize.importing.limits import DEFAULT, Limits
from modernize.importing.refused import FileRefused
from modernize.importing.session import is_held, opened
from modernize.importing.store import ADDING, CANCEL, merged
from modernize.models import DataImport, DiscoveryFlow, ImportFieldMapping, RawImportRecord, User
from modernize.models.enums import ImportStatus, MappingStatus
from modernize.web.access.caller import Caller, Identity, Work
from modernize.web.errors import Conflict, Invalid, NotFound, TooMany, Unavailable
from modernize.web.services.ownership import own
from modernize.web.services.paging import Listed, Paging, listed
from modernize.web.settings import ConsoleSettings

_RETRY_SECONDS = 15

_SORTABLE: dict[str, sa.ColumnElement[Any]] = {
    name: DataImport.__table__.c[name]
    for name in ("name", "file_name", "status", "total_records", "failed_records", "started_at")
}


@dataclass(frozen=True, slots=True)
class Overview:
    """The latest imports, and numbers: `imports`, raw `records`, and how many of these are `valid` and `refused`."""

    latest: Listed
    figures: dict[str, int]


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as received: where it lies, and what the person said about it."""

    path: Path
    name: str
    size: int
    sha256: str
    title: str = ""
    source_system: str = ""
    flow_id: UUID | None = None
    flow_name: str = ""
    sheet: str | None = None


def list_imports(caller: Caller, paging: Paging) -> Listed:
    """One page of the imports of the caller's engagement, the latest first unless told otherwise."""
    with caller.working("import:read") as work:
        return _listed(work, paging)


def one_import(caller: Caller, import_id: UUID) -> dict[str, Any]:
    """One import, with how far it is while it is under way.

    Raises:
        NotFound: the caller's engagement has no such import.
    """
    with caller.working("import:read") as work:
        return _one(work, import_id)


def overview(caller: Caller, settings: ConsoleSettings, most: int, *, noted: bool = True) -> Overview:
    """The latest imports and the key figures; imports whose process is gone are ended.

    Args:
        noted: whether it counts as use of the session; not where a page looks again by itself.
    """
    with caller.working("import:read", noted=noted) as work:
        gone = _has_gone(work)
        found = _overview(work, most)
    if gone:
        _end_gone(settings, caller.identity)
        with caller.working("import:read", noted=noted) as work:
            return _overview(work, most)
    return found


def waiting_flows(caller: Caller) -> list[dict[str, Any]]:
    """The flows that a file can be uploaded into, by name."""
    with caller.working("import:create") as work:
        found = work.connection.execute(
            sa.select(DiscoveryFlow.id, DiscoveryFlow.name, DiscoveryFlow.status)
            .where(*own(DiscoveryFlow, work), flows.waiting())
            .order_by(DiscoveryFlow.name)
        )
        return [dict(row) for row in found.mappings()]


def upload(
    caller: Caller, settings: ConsoleSettings, given: Upload, limits: Limits = DEFAULT
) -> dict[str, Any]:
    """Look through a received file and begin to import it; the file is deleted whatever happens.

    Returns:
        the import as it is now, with what a person should know about how the file was read.

    Raises:
        Invalid: the file is refused, with every problem it has; nothing was stored.
        Conflict: the flow takes no file. TooMany: this machine is busy with other imports.
        Unavailable: the database does not answer.
    """
    try:
        with caller.working("import:create") as work:
            job = _job(work, settings, given, limits)
    except BaseException:
        given.path.unlink(missing_ok=True)
        raise
    with _launching():
        try:
            begun = launch.start(job)
        except FileRefused as error:
            problems = tuple(problem.sentence for problem in error.problems)
            more = f" It has {len(problems)} problems." if len(problems) > 1 else ""
            raise Invalid(
                f"{given.name} was not imported, and nothing of it was stored.{more}", problems=problems
            ) from error
    return one_import(caller, begun.import_id)


def add_to_inventory(
    caller: Caller, settings: ConsoleSettings, import_id: UUID, otherwise: Otherwise
) -> dict[str, Any]:
    """Begin to make assets of an import's accepted rows; all of them are added, or nothing.

    Args:
        otherwise: what is so of rows that do not say.

    Returns:
        the import as it is now.

    Raises:
        NotFound: the caller's engagement has no such import. TooMany: this machine is busy with other imports.
        Conflict: it is not read yet, a mapping waits for a decision, none is approved, or its rows are added.
        Unavailable: the database does not answer.
    """
    with caller.working("import:create") as work:
        _one(work, import_id)
        owner = work.identity.client_account_id, work.identity.engagement_id
    with _launching():
        launch.add(Order(settings.database_url, *owner, import_id, otherwise))
    return one_import(caller, import_id)


def cancel(caller: Caller, settings: ConsoleSettings, import_id: UUID) -> dict[str, Any]:
    """Have an import that is under way end; its process sees that with its next rows, and nothing of it stays.

    Raises:
        NotFound: there is no such import. Conflict: it is not under way.
    """
    with caller.working("import:create") as work:
        found = _one(work, import_id)
        changed = work.connection.execute(
            sa.update(DataImport)
            .where(*own(DataImport, work), DataImport.id == import_id, ending.under_way())
            .values(processing_metrics=merged({CANCEL: work.identity.email}))
        ).rowcount
        if not changed:
            raise Conflict(
                f'Import "{found["name"]}" is {found["status"]}; only one that is under way can be cancelled.'
            )
    settle(caller, settings)
    return one_import(caller, import_id)


def settle(caller: Caller, settings: ConsoleSettings) -> None:
    """End imports whose process is gone. Whoever looks does it, so that none seems to be under way for ever."""
    with caller.working("import:read") as work:
        gone = _has_gone(work)
    if gone:
        _end_gone(settings, caller.identity)


@contextmanager
def _launching() -> Iterator[None]:
    """What keeps a process from beginning its work, as people are told it."""
    try:
        yield
    except (FlowTaken, NotReady) as error:
        raise Conflict(str(error)) from error
    except launch.Busy as error:
        raise TooMany(str(error), _RETRY_SECONDS) from error
    except launch.Unreachable as error:
        raise Unavailable(str(error)) from error


def _has_gone(work: Work) -> bool:
    """Whether the process of some import is gone that is said to be under way."""
    under_way = work.connection.scalars(
        sa.select(DataImport.id).where(*own(DataImport, work), ending.at_work())
    ).all()
    return any(not is_held(work.connection, each) for each in under_way)


def _end_gone(settings: ConsoleSettings, identity: Identity) -> None:
    # Not as the caller: it is the console that has to say so, also when a viewer looks.
    with opened(settings.database_url, identity.client_account_id) as session:
        ending.settle(session, identity.engagement_id)


def _overview(work: Work, most: int) -> Overview:
    latest = _listed(work, Paging(limit=most))
    records = work.connection.execute(
        sa.select(
            sa.func.count().label("records"),
            sa.func.count().filter(RawImportRecord.is_valid).label("valid"),
        ).where(*own(RawImportRecord, work))
    ).one()
    return Overview(
        latest,
        {
            "imports": latest.total,
            "records": records.records,
            "valid": records.valid,
            "refused": records.records - records.valid,
        },
    )


def _listed(work: Work, paging: Paging) -> Listed:
    found = listed(
        work.connection,
        _imports(work),
        paging,
        _SORTABLE,
        usual="-started_at",
        last=DataImport.__table__.c.id,
    )
    return Listed([_as_it_is(row) for row in found.rows], found.total)


def _job(work: Work, settings: ConsoleSettings, given: Upload, limits: Limits) -> Job:
    stem = given.name.rpartition(".")[0] or given.name
    return Job(
        database_url=settings.database_url,
        client_account_id=work.identity.client_account_id,
        engagement_id=work.identity.engagement_id,
        user_id=work.identity.user_id,
        path=given.path,
        name=given.name,
        size=given.size,
        sha256=given.sha256,
        title=given.title.strip() or stem,
        source_system=given.source_system.strip() or "Uploaded file",
        flow_id=given.flow_id,
        flow_name=given.flow_name.strip() or given.title.strip() or stem,
        sheet=given.sheet or None,
        limits=limits,
    )


def _imports(work: Work) -> sa.Select[Any]:
    pending = (
        sa.select(sa.func.count())
        .where(
            ImportFieldMapping.client_account_id == DataImport.client_account_id,
            ImportFieldMapping.engagement_id == DataImport.engagement_id,
            ImportFieldMapping.data_import_id == DataImport.id,
            ImportFieldMapping.status == MappingStatus.PENDING,
        )
        .scalar_subquery()
    )
    columns = [
        column
        for column in DataImport.__table__.c
        if column.name not in ("client_account_id", "engagement_id")
    ]
    return (
        sa.select(
            *columns,
            DiscoveryFlow.name.label("flow"),
            User.full_name.label("imported_by_name"),
            pending.label("pending_mappings"),
            can_be_added().label("can_be_added"),
        )
        .join(
            DiscoveryFlow,
            sa.and_(
                DiscoveryFlow.client_account_id == DataImport.client_account_id,
                DiscoveryFlow.engagement_id == DataImport.engagement_id,
                DiscoveryFlow.id == DataImport.discovery_flow_id,
            ),
        )
        .outerjoin(User, User.id == DataImport.imported_by)
        .where(*own(DataImport, work))
    )


def _one(work: Work, import_id: UUID) -> dict[str, Any]:
    found = work.connection.execute(_imports(work).where(DataImport.id == import_id)).mappings().one_or_none()
    if found is None:
        raise NotFound(f"There is no import {import_id} in {work.identity.engagement_name}.")
    return _as_it_is(dict(found))


def _as_it_is(row: dict[str, Any]) -> dict[str, Any]:
    """The row with what its metrics say, as fields."""
    metrics = row["processing_metrics"]
    under_way = row["status"] == ImportStatus.IN_PROGRESS and metrics.get("stage") == "reading"
    done = row["valid_records"] + row["failed_records"]
    return {
        **row,
        "under_way": under_way,
        "cancel_requested": CANCEL in metrics,
        "percent": round(100 * done / row["total_records"], 1) if row["total_records"] else 0.0,
        "reasons": metrics.get("rejected_by_reason") or {},
        "duration_seconds": metrics.get("duration_seconds"),
        "records_per_second": metrics.get("records_per_second"),
        "notes": metrics.get("notes") or [],
        "being_added": metrics.get("stage") == ADDING,
        "rows_added": metrics.get("rows_added") or 0,
        "added": metrics.get(ADDED),
        "problem": metrics.get("problem"),
    }
