"""Many rows of fixed width straight into numpy, without a Python object for any of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from reseed.database import Connection, sql
from reseed.errors import ReseedError
from reseed.validate.rows import Statement

# Of COPY's binary form: a signature with flags and the length of an extension before the rows, -1 after them.
_HEADER, _TRAILER = 19, 2

ID = np.dtype("V16")
"""A uuid as its bytes."""

FLAG = np.dtype("?")


def fixed_columns(
    connection: Connection,
    query: Statement,
    parameters: Mapping[str, object],
    columns: Mapping[str, np.dtype[Any]],
) -> npt.NDArray[Any]:
    """The rows of a query as a structured array.

    Args:
        query: returns as many columns as are named, none of them ever NULL.
        columns: name -> type, as wide as PostgreSQL's binary form of it: `ID`, `FLAG`, big-endian integers.

    Raises:
        ReseedError: a value is NULL or of another width.
    """
    statement = sql.SQL("COPY ({}) TO STDOUT (FORMAT BINARY)").format(query)
    written = bytearray()
    with connection.cursor() as cursor, cursor.copy(statement, parameters) as stream:
        while row := stream.read():
            written += row
    layout = _layout(columns)
    body = len(written) - _HEADER - _TRAILER
    if body % layout.itemsize:
        raise ReseedError(
            f"A query returned {body} bytes, expected rows of {layout.itemsize}: a value is NULL."
        )
    found = np.frombuffer(written, dtype=layout, count=body // layout.itemsize, offset=_HEADER)
    _require_widths(found, columns)
    return found[list(columns)]


def _layout(columns: Mapping[str, np.dtype[Any]]) -> np.dtype[Any]:
    fields: list[tuple[str, Any]] = [("columns", ">i2")]
    for name, kind in columns.items():
        fields += [(f"{name} width", ">i4"), (name, kind)]
    return np.dtype(fields)


def _require_widths(found: npt.NDArray[Any], columns: Mapping[str, np.dtype[Any]]) -> None:
    for name, kind in columns.items():
        if (found[f"{name} width"] != kind.itemsize).any():
            raise ReseedError(
                f"A query returned {name} of other widths, expected {kind.itemsize} bytes in each row."
            )


def numbered(*columns: npt.NDArray[Any]) -> tuple[Sequence[bytes], tuple[npt.NDArray[np.int32], ...]]:
    """Every id that stands in some columns of `ID`, once, and the columns with its place in that list for each id."""
    import pyarrow as pa

    joined = np.concatenate(columns) if columns else np.empty(0, ID)
    ids = pa.Array.from_buffers(pa.binary(ID.itemsize), len(joined), [None, pa.py_buffer(joined.tobytes())])
    encoded = ids.dictionary_encode()
    places = encoded.indices.to_numpy(zero_copy_only=False)
    return encoded.dictionary.to_pylist(), tuple(
        np.split(places, np.cumsum([len(each) for each in columns])[:-1])
    )
