"""A shop that does much otherwise: numbers as ids, a name that needs quotes, an unnamed key, no check of its own.

SHOP_ORDERS makes it busier.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

import pyarrow as pa
import sqlalchemy as sa

from reseed.check import Check
from reseed.seed import Definition, Part, Subset

metadata = sa.MetaData()

shops = sa.Table(
    "shops", metadata, sa.Column("id", sa.Uuid, primary_key=True), sa.Column("name", sa.Text, nullable=False)
)
customers = sa.Table(
    "customers",
    metadata,
    sa.Column("shop_id", sa.ForeignKey("shops.id"), primary_key=True),
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("name", sa.Text, nullable=False),
)
clerks = sa.Table(
    "clerks",
    metadata,
    sa.Column("shop_id", sa.ForeignKey("shops.id"), primary_key=True),
    sa.Column("email", sa.Text, primary_key=True),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("password_hash", sa.Text, nullable=False),
)
orders = sa.Table(
    "Orders",
    metadata,
    sa.Column("shop_id", sa.Uuid, primary_key=True),
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("customer_id", sa.Integer, nullable=False),
    sa.Column("repeats_order_id", sa.Integer),
    sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(
        ["shop_id", "customer_id"], ["customers.shop_id", "customers.id"], name="fk_orders_customer"
    ),
    info={"soft_references": {"repeats_order_id": "Orders"}},
)

for table, owner in ((shops, "id"), (customers, "shop_id"), (clerks, "shop_id"), (orders, "shop_id")):
    for statement in (
        f'ALTER TABLE "{table.name}" ENABLE ROW LEVEL SECURITY',
        f'ALTER TABLE "{table.name}" FORCE ROW LEVEL SECURITY',
        f"CREATE POLICY own ON \"{table.name}\" USING ({owner} = nullif(current_setting('shop.id', true), '')::uuid)",
        f'GRANT SELECT, INSERT, UPDATE, DELETE ON "{table.name}" TO modernize_app',
    ):
        sa.event.listen(table, "after_create", sa.DDL(statement))  # type: ignore[no-untyped-call]

CHECKS: tuple[Check, ...] = ()

CUSTOMERS, ORDERS = 3, int(os.environ.get("SHOP_ORDERS", "7"))

DEFINITION = Definition(
    rows={"shops": 1, "customers": CUSTOMERS, "clerks": 2, "Orders": ORDERS},
    subsets=(Subset("orders.repeated", "Orders", "repeats_order_id IS NOT NULL", ORDERS - CUSTOMERS),),
)
PARTS = (Part("people", ("shops", "customers", "clerks")), Part("orders", ("Orders",)))


@dataclass(frozen=True)
class ShopDataset:
    """Each shop has three customers and seven orders; the second order of a customer repeats the first."""

    seed: int
    as_of: datetime
    definition: Definition = DEFINITION
    parts: tuple[Part, ...] = PARTS
    volatile: frozenset[tuple[str, str]] = frozenset({("clerks", "password_hash")})

    @property
    def identity(self) -> Mapping[str, UUID]:
        return {}

    def batch(self, table: str, tenants: range) -> pa.RecordBatch:
        rows = [row for tenant in tenants for row in _MAKERS[table](self, tenant)]
        columns = {name: [row[name] for row in rows] for name in _TYPES[table]}
        arrays = [_array(values, _TYPES[table][name]) for name, values in columns.items()]
        return pa.RecordBatch.from_arrays(arrays, names=list(columns))

    def volatile_values(self, table: str, column: str, rows: int, password: str) -> pa.Array:
        return pa.array([hashlib.sha256(password.encode()).hexdigest()] * rows)

    def tenant_id(self, tenant: int) -> UUID:
        return uuid5(NAMESPACE_URL, f"shop {tenant}")

    def seeded_ids(self) -> Mapping[str, Mapping[str, UUID]]:
        return {}

    def files(self) -> Mapping[str, bytes]:
        return {}

    def file_sizes(self) -> Mapping[str, int]:
        return {}


def _shops(dataset: ShopDataset, tenant: int) -> list[dict[str, Any]]:
    return [{"id": dataset.tenant_id(tenant), "name": f"Shop {tenant}"}]


def _customers(dataset: ShopDataset, tenant: int) -> list[dict[str, Any]]:
    shop = dataset.tenant_id(tenant)
    return [{"shop_id": shop, "id": number, "name": f"Customer {number}"} for number in range(CUSTOMERS)]


def _clerks(dataset: ShopDataset, tenant: int) -> list[dict[str, Any]]:
    shop = dataset.tenant_id(tenant)
    at = "example.com" if tenant == 0 else f"shop-{tenant}.example.com"
    return [{"shop_id": shop, "email": f"{role.lower()}@{at}", "role": role} for role in ("CLERK", "OWNER")]


def _orders(dataset: ShopDataset, tenant: int) -> list[dict[str, Any]]:
    return [
        {
            "shop_id": dataset.tenant_id(tenant),
            "id": number,
            "customer_id": number % CUSTOMERS,
            "repeats_order_id": number - CUSTOMERS if number >= CUSTOMERS else None,
            "placed_at": dataset.as_of - timedelta(days=number),
        }
        for number in range(ORDERS)
    ]


def _array(values: list[Any], kind: pa.DataType) -> pa.Array:
    if isinstance(kind, pa.UuidType):
        return pa.ExtensionArray.from_storage(
            kind, pa.array([value.bytes for value in values], kind.storage_type)
        )
    return pa.array(values, kind)


_MAKERS: dict[str, Callable[[ShopDataset, int], list[dict[str, Any]]]] = {
    "shops": _shops,
    "customers": _customers,
    "clerks": _clerks,
    "Orders": _orders,
}
_TYPES: dict[str, dict[str, pa.DataType]] = {
    "shops": {"id": pa.uuid(), "name": pa.string()},
    "customers": {"shop_id": pa.uuid(), "id": pa.int32(), "name": pa.string()},
    "clerks": {"shop_id": pa.uuid(), "email": pa.string(), "role": pa.string()},
    "Orders": {
        "shop_id": pa.uuid(),
        "id": pa.int32(),
        "customer_id": pa.int32(),
        "repeats_order_id": pa.int32(),
        "placed_at": pa.timestamp("us", tz="UTC"),
    },
}
