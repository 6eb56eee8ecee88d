"""Conditions that queries share: whose rows they are about, which of them, an asset's wave, and the day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from modernize.models import MigrationWave
from modernize.web.access.caller import Work


def own(table: Any, work: Work) -> tuple[sa.ColumnElement[bool], ...]:
    """Conditions on a model. Row-level security decides about the tenant; naming it as well lets indexes be used."""
    return (
        table.client_account_id == work.identity.client_account_id,
        table.engagement_id == work.identity.engagement_id,
    )


def among(column: Any, ids: Sequence[UUID]) -> sa.ColumnElement[bool]:
    """Whether a column has one of these ids; as one value, however many they are."""
    return column == sa.any_(sa.literal(list(ids), sa.ARRAY(sa.Uuid)))  # type: ignore[no-any-return]


def wave_of(asset: Any) -> sa.ColumnElement[bool]:
    """The join from an asset to its wave."""
    return sa.and_(
        MigrationWave.client_account_id == asset.client_account_id,
        MigrationWave.engagement_id == asset.engagement_id,
        MigrationWave.id == asset.migration_wave_id,
    )


def today_of(work: Work) -> date:
    """The database's date, in UTC."""
    found: date = work.connection.execute(sa.select(sa.func.current_date())).scalar_one()
    return found
