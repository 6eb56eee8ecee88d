"""Arrow batches -> the bytes of `COPY … (FORMAT BINARY)`, in the exact types of the table's columns.

`pgpq` writes the format, for whole columns at once; this module brings each column into the width and shape that the
server's receive function expects, and refuses what it cannot bring there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import pyarrow as pa
from pgpq import ArrowToPostgresBinaryEncoder, encoders, schema

from reseed.errors import SeedError
from reseed.seed import packed

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

CHUNK_BYTES = 4 * 2**20
"""About how much of a stream is in memory at once."""


def copy_chunks(batch: pa.RecordBatch, types: Mapping[str, str]) -> Iterator[bytes]:
    """A whole COPY BINARY stream for one batch, some megabytes at a time: header, rows, trailer.

    Args:
        batch: its column names are columns of the table. types: column -> catalog type name, `ENUM` for enum types.

    Raises:
        SeedError: a column's values do not fit its type, or the type is not one this module knows.
    """
    encoder = None
    for rows in _some_rows(batch):
        ready = _fit(rows, types)
        if encoder is None:
            encoder = ArrowToPostgresBinaryEncoder.new_with_encoders(
                ready.schema, {field.name: _encoder(field, types[field.name]) for field in ready.schema}
            )
            yield encoder.write_header()
        yield encoder.write_batch(ready)
    if encoder is not None:
        yield encoder.finish()


def _some_rows(batch: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
    """The batch in slices of about `CHUNK_BYTES`; one slice where it has no rows."""
    at_once = max(1, CHUNK_BYTES * max(batch.num_rows, 1) // max(batch.nbytes, 1))
    for first in range(0, max(batch.num_rows, 1), at_once):
        yield batch.slice(first, at_once)


def _fit(batch: pa.RecordBatch, types: Mapping[str, str]) -> pa.RecordBatch:
    return pa.RecordBatch.from_arrays(
        [
            _fitted(name, column, types[name])
            for name, column in zip(batch.schema.names, batch.columns, strict=True)
        ],
        names=batch.schema.names,
    )


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
            return packed.addresses(storage)
        if type_name == "_uuid":
            return packed.uuid_lists(storage)
        if type_name == "numeric" and pa.types.is_decimal128(storage.type):
            return storage
        return storage.cast(wanted)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, ValueError) as error:
        raise SeedError(
            f"Column {name} holds values that do not fit {type_name}, found {column.type}: {error}."
        ) from error
