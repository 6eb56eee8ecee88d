"""How the rows of the latest imports did, the same on every page that says so."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from modernize.models import DataImport
from modernize.models.enums import ImportStatus
from modernize.web.access.caller import Work
from modernize.web.services.ownership import own


@dataclass(frozen=True, slots=True)
class Quality:
    """How the rows of one import did. `unread`: rows that have not been judged yet."""

    id: UUID
    name: str
    source_system: str
    status: ImportStatus
    total: int
    accepted: int
    refused: int
    unread: int


def latest(work: Work, most: int) -> list[Quality]:
    """The imports that began last, the latest first."""
    each = DataImport
    found = work.connection.execute(
        sa.select(
            each.id,
            each.name,
            each.source_system,
            each.status,
            each.total_records.label("total"),
            each.valid_records.label("accepted"),
            each.failed_records.label("refused"),
            (each.total_records - each.valid_records - each.failed_records).label("unread"),
        )
        .where(*own(each, work))
        .order_by(each.started_at.desc().nulls_last(), each.id)
        .limit(most)
    )
    return [Quality(**row) for row in found.mappings()]
