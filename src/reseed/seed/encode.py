"""Arrow batches -> the bytes of `COPY … (FORMAT BINARY)`, in the exact types of the table's columns.

`pgpq` writes the format, for whole columns at once; this module brings each column into the width and shape that the
server's receive function expects, and refuses what it cannot bring there.
"""

from __future__ import annotations

import ipaddress
import struct
from collections.abc import Mapping
from typing import TYPE_CHECKING
from uuid import UUID

import pyarrow as pa
from pgpq import ArrowToPostgresBinaryEncoder, encoders, schema

from reseed.errors import SeedError

if TYPE_CHECKING:
    from pgpq._pgpq import EncoderBuilder

ENUM = "enum"
"""Stands for every enum type: its labels travel as text."""

_ARROW: Mapping[str, pa.DataType] = {
    "bool": pa.bool_(),
    "int2": pa.int16(),
    "int4": pa.int32(),
    "int8": pa.int64(),
    "float4": pa.float32(),
    "float8": pa.float64(),
    "numeric": pa.decimal128(38, 10),
    "text": pa.string(),
    "varchar": pa.string(),
    "bpchar": pa.string(),
    ENUM: pa.string(),
    "json": pa.string(),
    "jsonb": pa.string(),
    "uuid": pa.binary(16),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us"),
    "timestamptz": pa.timestamp("us", tz="UTC"),
    "bytea": pa.binary(),
    "inet": pa.binary(),
    "_text": pa.list_(pa.string()),
    "_varchar": pa.list_(pa.string()),
    "_uuid": pa.binary(),
}

# The server's own constants: PGSQL_AF_INET and PGSQL_AF_INET6 in src/include/utils/inet.h. The first is the
# AF_INET of the platform it was built on, which is 2 everywhere; the second is one more, whatever the platform says.
_FAMILY = {4: 2, 6: 3}

_UUID_OID = 2950
"""Fixed in pg_type.dat. `pgpq` would call the elements of a list of uuids bytea, which `array_recv` refuses."""


def copy_bytes(batch: pa.RecordBatch, types: Mapping[str, str]) -> bytes:
    """A whole COPY BINARY stream for one batch: header, rows, trailer.

    Args:
        batch: its column names are columns of the table. types: column -> catalog type name, `ENUM` for enum types.

    Raises:
        SeedError: a column's values do not fit its type, or the type is not one this module knows.
    """
    ready = pa.RecordBatch.from_arrays(
        [
            _fitted(name, column, types[name])
            for name, column in zip(batch.schema.names, batch.columns, strict=True)
        ],
        names=batch.schema.names,
    )
    encoder = ArrowToPostgresBinaryEncoder.new_with_encoders(
        ready.schema, {field.name: _encoder(field, types[field.name]) for field in ready.schema}
    )
    return b"".join((encoder.write_header(), encoder.write_batch(ready), encoder.finish()))


def _encoder(field: pa.Field, type_name: str) -> EncoderBuilder:
    if type_name == "jsonb":
        return encoders.StringEncoderBuilder.new_with_output(field, schema.Jsonb())
    return ArrowToPostgresBinaryEncoder.infer_encoder(field)


def _fitted(name: str, column: pa.Array, type_name: str) -> pa.Array:
    wanted = _ARROW.get(type_name)
    if wanted is None:
        raise SeedError(
            f"Column {name} has type {type_name}, expected one of {', '.join(sorted(_ARROW))}.",
            "Teach reseed.seed.encode the type, or leave the column to its default.",
        )
    storage = column.storage if isinstance(column, pa.ExtensionArray) else column
    try:
        if type_name == "inet":
            return pa.array([_inet(value) for value in storage.to_pylist()], type=wanted)
        if type_name == "_uuid":
            return pa.array([_uuids(value) for value in storage.to_pylist()], type=wanted)
        if type_name == "numeric" and pa.types.is_decimal128(storage.type):
            return storage
        return storage.cast(wanted)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, ValueError) as error:
        raise SeedError(
            f"Column {name} holds values that do not fit {type_name}, found {column.type}: {error}."
        ) from error


def _inet(value: str | None) -> bytes | None:
    """An address as `inet_recv` reads it: family, prefix length, is_cidr, byte count, bytes."""
    if value is None:
        return None
    interface = ipaddress.ip_interface(value)
    packed = interface.ip.packed
    return bytes((_FAMILY[interface.version], interface.network.prefixlen, 0, len(packed))) + packed


def _uuids(values: list[UUID] | None) -> bytes | None:
    """A one-dimensional array as `array_recv` reads it: dimensions, nulls, type, length, first index, elements."""
    if values is None:
        return None
    if not values:
        return struct.pack("!iiI", 0, 0, _UUID_OID)
    head = struct.pack("!iiIii", 1, 0, _UUID_OID, len(values), 1)
    return head + b"".join(struct.pack("!i", 16) + value.bytes for value in values)
