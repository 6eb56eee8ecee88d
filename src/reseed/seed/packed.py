"""Whole columns in the binary form of the types that `pgpq` does not write: inet, and lists of uuids.

A column of addresses or of ids has as many values as its table has rows, so they are packed by numpy, all at once.
What is rare, a network or an IPv6 address, is packed value by value.
"""

from __future__ import annotations

import ipaddress
import struct

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

# The server's own constants: PGSQL_AF_INET and PGSQL_AF_INET6 in src/include/utils/inet.h. The first is the
# AF_INET of the platform it was built on, which is 2 everywhere; the second is one more, whatever the platform says.
_FAMILY = {4: 2, 6: 3}

_HOST = r"^(?P<a>0|[1-9]\d{0,2})\.(?P<b>0|[1-9]\d{0,2})\.(?P<c>0|[1-9]\d{0,2})\.(?P<d>0|[1-9]\d{0,2})$"
"""A plain IPv4 address. Leading zeros are left to `ipaddress`, which refuses them."""

_HOST_HEAD = (_FAMILY[4], 32, 0, 4)
_HOST_BYTES = len(_HOST_HEAD) + 4

_UUID_OID = 2950
"""Fixed in pg_type.dat. `pgpq` would call the elements of a list of uuids bytea, which `array_recv` refuses."""

_UUID_BYTES = 16
_EMPTY_LIST = struct.pack("!iiI", 0, 0, _UUID_OID)
_LIST_HEAD = 20
_ELEMENT = 4 + _UUID_BYTES


def addresses(column: pa.Array) -> pa.Array:
    """Addresses as `inet_recv` reads them: family, prefix length, is_cidr, byte count, bytes.

    Args:
        column: strings, such as `10.20.1.1`, `192.168.7.9/24`, `fe80::1`.

    Raises:
        ValueError: a value is none of these.
    """
    column = column.cast(pa.string())
    numbers = _numbers(column)
    if numbers is None:
        return pa.array([_address(value) for value in column.to_pylist()], pa.binary())
    packed = np.empty((len(column), _HOST_BYTES), np.uint8)
    packed[:, :4] = _HOST_HEAD
    packed[:, 4:] = numbers
    return _binary(packed.reshape(-1), np.full(len(column), _HOST_BYTES), column)


def uuid_lists(column: pa.Array) -> pa.Array:
    """One-dimensional arrays as `array_recv` reads them: dimensions, nulls, type, length, first index, elements.

    Args:
        column: lists of `pa.uuid()` or of 16 bytes each.

    Raises:
        ValueError: a list holds a null.
    """
    flat = column.flatten()
    items = flat.storage if isinstance(flat, pa.ExtensionArray) else flat
    if items.null_count:
        raise ValueError("a list of uuids holds a null")
    items = items.cast(pa.binary(_UUID_BYTES))
    lengths = column.value_lengths().fill_null(0).to_numpy(zero_copy_only=False).astype(np.int64)
    present = column.is_valid().to_numpy(zero_copy_only=False)
    sizes = np.where(lengths > 0, _LIST_HEAD + _ELEMENT * lengths, len(_EMPTY_LIST))
    sizes = np.where(present, sizes, 0)
    starts = np.concatenate(([0], np.cumsum(sizes)))[:-1]
    packed = np.zeros(int(sizes.sum()), np.uint8)
    _put(packed, starts[present & (lengths == 0)], np.frombuffer(_EMPTY_LIST, np.uint8))
    filled = lengths > 0
    _put(packed, starts[filled], np.frombuffer(struct.pack("!iiIii", 1, 0, _UUID_OID, 0, 1), np.uint8))
    counts = lengths[filled].astype(">i4").view(np.uint8).reshape(-1, 4)
    _put(packed, starts[filled] + 12, counts)
    _put_elements(packed, starts, lengths, _bytes_of(items))
    return _binary(packed, sizes, column)


def _put_elements(
    packed: NDArray[np.uint8], starts: NDArray[np.int64], lengths: NDArray[np.int64], items: NDArray[np.uint8]
) -> None:
    """Write every uuid of every list to its place, its size before it."""
    first = np.cumsum(lengths) - lengths
    within = np.arange(len(items)) - np.repeat(first, lengths)
    places = np.repeat(starts, lengths) + _LIST_HEAD + _ELEMENT * within
    _put(packed, places, np.frombuffer(struct.pack("!i", _UUID_BYTES), np.uint8))
    _put(packed, places + 4, items)


def _put(packed: NDArray[np.uint8], places: NDArray[np.int64], values: NDArray[np.uint8]) -> None:
    """Write `values`, the same for all or a row for each, at every place."""
    if len(places):
        packed[places[:, None] + np.arange(values.shape[-1])] = values


def _bytes_of(items: pa.Array) -> NDArray[np.uint8]:
    """Values of 16 bytes as rows of numbers."""
    if not len(items):
        return np.empty((0, _UUID_BYTES), np.uint8)
    whole = np.frombuffer(items.buffers()[1], np.uint8)
    return whole[items.offset * _UUID_BYTES :][: len(items) * _UUID_BYTES].reshape(-1, _UUID_BYTES)


def _numbers(column: pa.Array) -> NDArray[np.uint8] | None:
    """The four numbers of each address, zeros for a null; None where not all of them are plain IPv4."""
    parts = pc.extract_regex(column, _HOST)
    if parts.null_count != column.null_count:
        return None
    numbers = [
        pc.struct_field(parts, place).fill_null("0").cast(pa.int32()).to_numpy(zero_copy_only=False)
        for place in range(4)
    ]
    table = np.stack(numbers, axis=1) if len(column) else np.empty((0, 4), np.int32)
    if table.size and table.max() > 255:
        return None
    return table.astype(np.uint8)


def _binary(packed: NDArray[np.uint8], sizes: NDArray[np.int64], like: pa.Array) -> pa.Array:
    """Values of these sizes, one after the other, null where `like` is."""
    offsets = np.concatenate(([0], np.cumsum(sizes))).astype(np.int32)
    validity = (
        pa.array(like.is_valid().to_numpy(zero_copy_only=False)).buffers()[1] if like.null_count else None
    )
    return pa.Array.from_buffers(
        pa.binary(), len(sizes), [validity, pa.py_buffer(offsets), pa.py_buffer(packed)], like.null_count
    )


def _address(value: str | None) -> bytes | None:
    if value is None:
        return None
    interface = ipaddress.ip_interface(value)
    packed = interface.ip.packed
    return bytes((_FAMILY[interface.version], interface.network.prefixlen, 0, len(packed))) + packed
