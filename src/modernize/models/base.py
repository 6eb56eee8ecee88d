"""What all tables share: metadata, constraint names, column types, the tenant key.

Every row of a tenant table is identified by `(client_account_id, id)`, the tenant first. References carry the
tenant too, and the engagement where both ends belong to one: a row that points into another tenant is refused
by the foreign key itself. As the tenant leads every unique key, tables can be distributed by tenant (Citus)
without change; `client_accounts` and `users`, which belong to no single tenant, are then reference tables.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, ClassVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from modernize.models import enums

TENANT = "client_account_id"
ENGAGEMENT = "engagement_id"


def _own_columns(constraint: sa.Constraint | sa.Index, table: sa.Table) -> str:
    """Columns that tell a constraint from its neighbours: nearly all have tenant and engagement as well."""
    if isinstance(constraint, sa.ForeignKeyConstraint):
        names = list(constraint.column_keys)
    else:
        names = [column.name for column in constraint.columns]  # type: ignore[union-attr]
    return "_".join([name for name in names if name not in (TENANT, ENGAGEMENT)] or names[-1:])


NAMING: Mapping[str, Any] = {
    "own_columns": _own_columns,
    "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(own_columns)s",
    "uq": "uq_%(table_name)s_%(own_columns)s",
    "ix": "ix_%(table_name)s_%(own_columns)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
}

_json = JSONB(none_as_null=True)

Document = Annotated[dict[str, Any], mapped_column(_json, server_default=sa.text("'{}'::jsonb"))]
"""A JSON object, empty unless said otherwise."""

Documents = Annotated[list[Any], mapped_column(_json, server_default=sa.text("'[]'::jsonb"))]
"""A JSON array, empty unless said otherwise."""

OptionalDocument = Annotated[dict[str, Any] | None, mapped_column(_json)]
"""A JSON object or SQL NULL; never the JSON null."""

Moment = Annotated[datetime, mapped_column(server_default=sa.func.now())]
"""A point in time, by default the transaction's."""

Percent = Annotated[Decimal, mapped_column(sa.Numeric(5, 2))]
"""0.00 to 100.00."""

Confidence = Annotated[Decimal, mapped_column(sa.Numeric(3, 2))]
"""0.00 to 1.00."""

Money = Annotated[Decimal, mapped_column(sa.Numeric(12, 2))]


def _enum_type(closed_set: type[StrEnum]) -> sa.Enum:
    return sa.Enum(
        closed_set,
        name=enums.type_name(closed_set),
        values_callable=lambda members: [member.value for member in members],
    )


class Base(DeclarativeBase):
    """Root of the models; `Base.metadata` is what migrations and `create_all` work from."""

    metadata = sa.MetaData(naming_convention=dict(NAMING))
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        str: sa.Text(),
        datetime: sa.DateTime(timezone=True),
        **{closed_set: _enum_type(closed_set) for closed_set in enums.closed_sets()},
    }

    def __init_subclass__(cls, **options: Any) -> None:
        """Note a table's area, the module that declares it: the clean revision is divided by it."""
        super().__init_subclass__(**options)
        cls.metadata.tables[cls.__tablename__].info["area"] = cls.__module__.rpartition(".")[2]


class Identified:
    """A table that belongs to no tenant: one uuid identifies a row."""

    id: Mapped[UUID] = mapped_column(
        primary_key=True, server_default=sa.func.gen_random_uuid(), sort_order=-10
    )


class TenantOwned:
    """A table whose rows belong to one client account."""

    client_account_id: Mapped[UUID] = mapped_column(primary_key=True, sort_order=-30)
    id: Mapped[UUID] = mapped_column(
        primary_key=True, server_default=sa.func.gen_random_uuid(), sort_order=-20
    )


class EngagementOwned(TenantOwned):
    """A table whose rows belong to one engagement of a client account."""

    engagement_id: Mapped[UUID] = mapped_column(sort_order=-10)


class Timestamped:
    """When a row was made and last changed."""

    created_at: Mapped[Moment] = mapped_column(sort_order=90)
    updated_at: Mapped[Moment] = mapped_column(sort_order=91, onupdate=sa.func.now())


def to_account(column: str = TENANT) -> sa.ForeignKeyConstraint:
    """The row's client account exists."""
    return sa.ForeignKeyConstraint([column], ["client_accounts.id"])


def to_engagement() -> sa.ForeignKeyConstraint:
    """The row's engagement exists and belongs to the same client account."""
    return sa.ForeignKeyConstraint([TENANT, ENGAGEMENT], [f"engagements.{TENANT}", "engagements.id"])


def to_member(column: str, *, owned: bool = False) -> sa.ForeignKeyConstraint:
    """The user named by `column` is a member of the row's own client account.

    Args:
        owned: the row has no meaning without the membership and goes with it.
    """
    members = "user_account_associations"
    return sa.ForeignKeyConstraint(
        [TENANT, column],
        [f"{members}.{TENANT}", f"{members}.user_id"],
        ondelete="CASCADE" if owned else None,
    )


def within_engagement(column: str, parent: str, *, owned: bool = False) -> sa.ForeignKeyConstraint:
    """The row named by `column` lies in the same client account and engagement.

    Args:
        parent: the table it lies in; it has a `sibling_key`.
        owned: the row has no life without its parent and goes with it.
    """
    return sa.ForeignKeyConstraint(
        [TENANT, ENGAGEMENT, column],
        [f"{parent}.{TENANT}", f"{parent}.{ENGAGEMENT}", f"{parent}.id"],
        ondelete="CASCADE" if owned else None,
    )


def sibling_key() -> sa.UniqueConstraint:
    """What `within_engagement` refers to. It also is the index of the reference to the engagement."""
    return sa.UniqueConstraint(TENANT, ENGAGEMENT, "id")


def by(*columns: str) -> sa.Index:
    """An index for rows of one engagement by `columns`: a filter of a page, or a reference to another row."""
    return sa.Index(None, TENANT, ENGAGEMENT, *columns)


def between(column: str, low: int, high: int) -> sa.CheckConstraint:
    """A number lies in a closed range (or is unknown)."""
    return sa.CheckConstraint(f"{column} BETWEEN {low} AND {high}", name=f"{column}_range")


def not_negative(*columns: str) -> sa.CheckConstraint:
    """No amount is below zero."""
    return sa.CheckConstraint(
        " AND ".join(f"{column} >= 0" for column in columns), name="amounts_not_negative"
    )


def ordered(first: str, last: str) -> sa.CheckConstraint:
    """Something does not end before it begins."""
    return sa.CheckConstraint(f"{last} >= {first}", name=f"{last}_after_{first}")


def is_array(column: str) -> sa.CheckConstraint:
    """A JSON column holds an array."""
    return sa.CheckConstraint(f"jsonb_typeof({column}) = 'array'", name=f"{column}_is_array")


def is_object(column: str) -> sa.CheckConstraint:
    """A JSON column holds an object (or nothing)."""
    return sa.CheckConstraint(f"jsonb_typeof({column}) = 'object'", name=f"{column}_is_object")
