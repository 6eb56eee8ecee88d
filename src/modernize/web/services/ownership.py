"""Whose rows a query is about: the caller's client account and engagement."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from modernize.web.access.caller import Work


def own(table: Any, work: Work) -> tuple[sa.ColumnElement[bool], ...]:
    """Conditions on a model. Row-level security decides about the tenant; naming it as well lets indexes be used."""
    return (
        table.client_account_id == work.identity.client_account_id,
        table.engagement_id == work.identity.engagement_id,
    )
