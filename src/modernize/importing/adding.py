"""`python -m modernize.importing.adding`: the accepted rows of one import become assets, in a process of its own.

Told what to do on stdin, says on stdout whether it has begun; from there on the database says how far it is. All of
it is one transaction, so an inventory has all of a file or nothing; another session tells how far it is meanwhile.
"""

from __future__ import annotations

import json
import sys
import traceback
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import OperationalError

from modernize.importing import flows
from modernize.importing.assets import Approved, Candidate, candidates
from modernize.importing.job import Order, internal, say
from modernize.importing.session import Session, opened
from modernize.importing.store import ADDING, DONE, READING, merged, owner_of, this
from modernize.models import Asset, DataImport, ImportFieldMapping, RawImportRecord
from modernize.models.enums import ImportStatus, MappingStatus

ADDED = "inventory"
"""Where an import's metrics say what became of its rows: assets added, rows left out by reason."""

_BATCH = 1000
_CLEANSED = sa.text(
    "UPDATE raw_import_records SET cleansed_data = row.cleansed, processed_at = clock_timestamp()"
    " FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS row (id uuid, cleansed jsonb)"
    " WHERE client_account_id = :tenant AND raw_import_records.id = row.id AND cleansed_data <> row.cleansed"
)


class NotReady(Exception):
    """The import's rows cannot be added (any more); the sentence says why."""


def main() -> int:
    """Add; 0 when that was done or refused, 1 when it failed."""
    order = Order.from_json(sys.stdin.readline())
    try:
        with opened(order.database_url, order.client_account_id) as session:
            return _carry_out(session, order)
    except OperationalError as error:
        # Heard only while nothing has been said yet; later, whoever looks finds that nobody is at work.
        print(f"the database does not answer: {error}", file=sys.stderr)
        say(unavailable=True)
        return 1


def can_be_added() -> sa.ColumnElement[bool]:
    """An import that is read, whose mappings are all decided and one at least approved, and of which no asset came."""
    mapping = ImportFieldMapping

    def mapped(status: MappingStatus) -> sa.ColumnElement[bool]:
        return sa.exists().where(
            mapping.client_account_id == DataImport.client_account_id,
            mapping.engagement_id == DataImport.engagement_id,
            mapping.data_import_id == DataImport.id,
            mapping.status == status,
        )

    stage = DataImport.processing_metrics["stage"].astext
    return sa.and_(
        DataImport.status.in_((ImportStatus.IN_PROGRESS, ImportStatus.COMPLETED)),
        sa.func.coalesce(stage, DONE).not_in((READING, ADDING)),
        mapped(MappingStatus.APPROVED),
        ~mapped(MappingStatus.PENDING),
        ~was_added(),
    )


def was_added() -> sa.ColumnElement[bool]:
    """An import whose rows have been made assets; its mappings cannot be decided otherwise any more."""
    return sa.or_(
        DataImport.processing_metrics.has_key(ADDED),
        sa.exists()
        .where(
            RawImportRecord.client_account_id == DataImport.client_account_id,
            RawImportRecord.engagement_id == DataImport.engagement_id,
            RawImportRecord.data_import_id == DataImport.id,
        )
        .where(
            Asset.client_account_id == RawImportRecord.client_account_id,
            Asset.engagement_id == RawImportRecord.engagement_id,
            Asset.raw_import_record_id == RawImportRecord.id,
        ),
    )


def _carry_out(session: Session, order: Order) -> int:
    session.hold(order.import_id)
    try:
        with session.transaction() as connection:
            found = _begin(connection, order)
    except NotReady as error:
        say(conflict=str(error))
        return 0
    say(begun=True)
    try:
        with session.transaction() as connection:
            _add_all(connection, order, found)
    except Exception as error:  # noqa: BLE001 - whatever it was, the import says that it failed
        traceback.print_exc()
        with session.transaction() as connection:
            give_up(connection, order.import_id, internal(error))
        return 1
    return 0


def _begin(connection: sa.Connection, order: Order) -> Any:
    found: Any = connection.execute(
        sa.select(
            DataImport.name,
            DataImport.discovery_flow_id,
            DataImport.valid_records,
            DataImport.failed_records,
            can_be_added().label("ready"),
        )
        .where(*this(order, order.import_id))
        .with_for_update(of=DataImport.__table__)
    ).one()
    if not found.ready:
        raise NotReady(
            f'The rows of import "{found.name}" cannot be added: they are, are being read, or a mapping waits for a '
            "decision. Look again."
        )
    _note(connection, order, {"stage": ADDING, "rows_added": 0, "problem": None})
    return found


def _add_all(connection: sa.Connection, order: Order, found: Any) -> None:
    mappings = [
        Approved(*row)
        for row in connection.execute(
            sa.select(
                ImportFieldMapping.source_field,
                ImportFieldMapping.target_field,
                ImportFieldMapping.transformation_type,
                ImportFieldMapping.transformation_rule,
            ).where(
                ImportFieldMapping.client_account_id == order.client_account_id,
                ImportFieldMapping.engagement_id == order.engagement_id,
                ImportFieldMapping.data_import_id == order.import_id,
                ImportFieldMapping.status == MappingStatus.APPROVED,
            )
        )
    ]
    left_out: Counter[str] = Counter()
    added = done = 0
    with opened(order.database_url, order.client_account_id) as teller:
        for rows in _accepted(connection, order):
            made = list(candidates(rows, mappings, order.otherwise))
            left_out.update(each.left_out for each in made if each.left_out)
            new = _insert(connection, order, found.discovery_flow_id, made)
            asked = sum(each.asset is not None for each in made)
            left_out["known"] += asked - new
            added, done = added + new, done + len(made)
            _cleanse(connection, order, made)
            with teller.transaction() as telling:
                _note(telling, order, {"rows_added": done})
    outcome = {
        "added": added,
        "left_out": {code: number for code, number in sorted(left_out.items()) if number},
    }
    flows.inventoried(
        connection,
        owner_of(order),
        found.discovery_flow_id,
        mappings=len(mappings),
        rows=done,
        refused=found.failed_records,
        added=added,
    )
    _note(
        connection,
        order,
        {"stage": DONE, ADDED: outcome},
        status=ImportStatus.COMPLETED,
        completed_at=sa.func.coalesce(DataImport.completed_at, sa.func.clock_timestamp()),
    )


def give_up(connection: sa.Connection, import_id: UUID, why: str) -> None:
    """Nothing was added; the rows can be added again."""
    connection.execute(
        sa.update(DataImport)
        .where(DataImport.id == import_id)
        .values(
            processing_metrics=merged(
                {
                    "stage": DONE,
                    "problem": f"The rows were not added to the inventory: {why}; nothing of them was. Try again.",
                }
            )
        )
    )


def _accepted(connection: sa.Connection, order: Order) -> Iterator[list[tuple[UUID, Mapping[str, Any]]]]:
    last = 0
    while True:
        rows = connection.execute(
            sa.select(RawImportRecord.id, RawImportRecord.raw_data, RawImportRecord.row_number)
            .where(
                RawImportRecord.client_account_id == order.client_account_id,
                RawImportRecord.engagement_id == order.engagement_id,
                RawImportRecord.data_import_id == order.import_id,
                RawImportRecord.is_valid,
                RawImportRecord.row_number > last,
            )
            .order_by(RawImportRecord.row_number)
            .limit(_BATCH)
        ).all()
        if not rows:
            return
        last = rows[-1].row_number
        yield [(row.id, row.raw_data) for row in rows]


def _insert(connection: sa.Connection, order: Order, flow: UUID, made: list[Candidate]) -> int:
    """Insert those that are not there yet, by name within their kind, by serial number; how many that were."""
    rows = [each for each in made if each.asset is not None]
    columns = dict.fromkeys(name for each in rows for name in each.asset or ())
    values = [
        {
            **owner_of(order),
            "discovery_flow_id": flow,
            "raw_import_record_id": each.record,
            **{name: (each.asset or {}).get(name) for name in columns},
        }
        for each in rows
    ]
    if not values:
        return 0
    statement = (
        insert(Asset)
        .values(discovered_at=sa.func.clock_timestamp(), last_seen_at=sa.func.clock_timestamp())
        .on_conflict_do_nothing()
        .returning(Asset.id)
    )
    return len(connection.execute(statement, values).all())


def _cleanse(connection: sa.Connection, order: Order, made: list[Candidate]) -> None:
    """The cleansed form of a row was a preview by the mappings as proposed; now it is by those approved."""
    rows = [{"id": str(each.record), "cleansed": each.cleansed} for each in made]
    connection.execute(
        _CLEANSED, {"tenant": order.client_account_id, "rows": json.dumps(rows, ensure_ascii=False)}
    )


def _note(connection: sa.Connection, order: Order, changes: dict[str, Any], **values: Any) -> None:
    connection.execute(
        sa.update(DataImport)
        .where(*this(order, order.import_id))
        .values(processing_metrics=merged(changes), **values)
    )


if __name__ == "__main__":
    sys.exit(main())
