"""The models' tables as Arrow schemas, and rows of plain Python values as Arrow batches."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from typing import Any, TypeAlias

import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, INET, JSONB

from modernize.models import metadata

Row: TypeAlias = dict[str, Any]
"""A row of a table: column -> Python value. Documents stay dicts and lists, enums may be members."""

Tables: TypeAlias = Mapping[str, Sequence[Row]]
"""Table -> its rows."""


@cache
def arrow_schema(table: str, left_out: frozenset[str]) -> pa.Schema:
    """The columns of a table, in the models' order, as Arrow fields."""
    columns = [column for column in metadata.tables[table].columns if column.name not in left_out]
    return pa.schema([pa.field(column.name, _arrow_type(column.type), column.nullable) for column in columns])


def record_batch(table: str, rows: Sequence[Row], left_out: frozenset[str]) -> pa.RecordBatch:
    """The rows as one batch.

    Raises:
        ValueError: a row lacks a column or has one that the table does not have.
    """
    schema = arrow_schema(table, left_out)
    require_columns(table, rows, schema)
    arrays = [array([row[field.name] for row in rows], field.type) for field in schema]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def require_columns(table: str, rows: Sequence[Row], schema: pa.Schema) -> None:
    """Every row has the columns of its table, and no others.

    Raises:
        ValueError: one lacks a column or has one that the table does not have.
    """
    wanted = set(schema.names)
    for row in rows:
        if row.keys() != wanted:
            raise ValueError(f"a row of {table} differs from its columns in {sorted(row.keys() ^ wanted)}")


def array(values: list[Any], arrow_type: pa.DataType) -> pa.Array:
    if isinstance(arrow_type, pa.JsonType):
        texts = [None if value is None else document_text(value) for value in values]
        return pa.ExtensionArray.from_storage(arrow_type, pa.array(texts, arrow_type.storage_type))
    if isinstance(arrow_type, pa.UuidType):
        keys = [None if value is None else value.bytes for value in values]
        return pa.ExtensionArray.from_storage(arrow_type, pa.array(keys, arrow_type.storage_type))
    if pa.types.is_list(arrow_type):
        # Built from flat values, because Arrow cannot make lists of an extension type from Python.
        flat = array([item for value in values for item in value], arrow_type.value_type)
        ends = [0]
        for value in values:
            ends.append(ends[-1] + len(value))
        return pa.ListArray.from_arrays(pa.array(ends, pa.int32()), flat)
    return pa.array(values, arrow_type)


def document_text(document: object) -> str:
    """A document as PostgreSQL prints jsonb, so that texts can be compared without reading them."""
    return _ENCODER.encode(_ordered(document))


_ENCODER = json.JSONEncoder(ensure_ascii=False)


def _ordered(value: object) -> object:
    """The same with keys in the order in which jsonb keeps them."""
    if isinstance(value, dict):
        return {key: _ordered(value[key]) for key in _keys(tuple(value))}
    if isinstance(value, list | tuple):
        return [_ordered(item) for item in value]
    return value


@lru_cache(maxsize=2**10)
def _keys(keys: tuple[str, ...]) -> tuple[str, ...]:
    """Short ones first, then byte by byte. Remembered, because many documents have the same keys."""
    return tuple(sorted(keys, key=lambda key: (len(key.encode()), key.encode())))


def _arrow_type(declared: sa.types.TypeEngine[Any]) -> pa.DataType:
    match declared:
        case ARRAY():
            return pa.list_(_arrow_type(declared.item_type))
        case JSONB():
            return pa.json_(pa.string())
        case sa.Uuid():
            return pa.uuid()
        case INET() | sa.Enum() | sa.Text():
            return pa.string()
        case sa.SmallInteger():
            return pa.int16()
        case sa.BigInteger():
            return pa.int64()
        case sa.Integer():
            return pa.int32()
        case sa.Numeric(precision=int(precision), scale=int(scale)):
            return pa.decimal128(precision, scale)
        case sa.Boolean():
            return pa.bool_()
        case sa.DateTime(timezone=True):
            return pa.timestamp("us", tz="UTC")
        case sa.Date():
            return pa.date32()
    raise TypeError(f"the models use {declared!r}, which the dataset has no Arrow type for")
