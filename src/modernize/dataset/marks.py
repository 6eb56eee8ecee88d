"""Marks that the world outside puts on things, such as serial numbers: short texts cut from the thing's id.

Each form turns ids (n x 16 bytes) into n ASCII texts of one length (n x length bytes).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]

_DIGITS = np.frombuffer(b"0123456789abcdef", np.uint8)
_UPPER = np.frombuffer(b"0123456789ABCDEF", np.uint8)
_ZERO = ord("0")


def _hex(ids: Bytes, digits: Bytes = _DIGITS) -> Bytes:
    return digits[np.stack((ids >> 4, ids & 15), axis=-1)].reshape(len(ids), 2 * ids.shape[1])


def _serial(ids: Bytes) -> Bytes:
    return _hex(ids[:, :5], _UPPER)


def _virtual_serial(ids: Bytes) -> Bytes:
    return _after(b"VMware-42 ", _paired(ids[:, :7], b" "))


def _mac(ids: Bytes) -> Bytes:
    """The three bytes of a MAC address after its maker's."""
    return _paired(ids[:, :3], b":")


def _managed_object(ids: Bytes) -> Bytes:
    return _after(b"res-", _decimal(_modulo(ids, 10**8), 8))


def _account(ids: Bytes) -> Bytes:
    """Of a cost centre: three digits, 100 to 890."""
    return _decimal(100 + _modulo(ids, 80) * np.uint64(10), 3)


FORMS: Mapping[str, Callable[[Bytes], Bytes]] = {
    "hex": _hex,
    "serial": _serial,
    "virtual_serial": _virtual_serial,
    "mac": _mac,
    "managed_object": _managed_object,
    "account": _account,
}


@cache
def length(form: str) -> int:
    """How many characters a mark of a form has."""
    return len(FORMS[form](np.zeros((1, 16), np.uint8))[0])


def marks(form: str, ids: Bytes) -> pa.Array:
    """The marks of some ids, as strings."""
    texts = np.ascontiguousarray(FORMS[form](ids))
    ends = np.arange(len(texts) + 1, dtype=np.int32) * texts.shape[1]
    return pa.StringArray.from_buffers(len(texts), pa.py_buffer(ends), pa.py_buffer(texts))


def _paired(ids: Bytes, between: bytes) -> Bytes:
    """Two digits for each byte, something between them."""
    digits = _hex(ids).reshape(len(ids), ids.shape[1], 2)
    gaps = np.full((len(ids), ids.shape[1], 1), between[0], np.uint8)
    return np.concatenate((digits, gaps), axis=2).reshape(len(ids), 3 * ids.shape[1])[:, :-1]


def _after(head: bytes, texts: Bytes) -> Bytes:
    return np.hstack((np.tile(np.frombuffer(head, np.uint8), (len(texts), 1)), texts))


def _modulo(ids: Bytes, divisor: int) -> NDArray[np.uint64]:
    """The ids as numbers of 128 bits, modulo a small one."""
    upper, lower = np.ascontiguousarray(ids).view(">u8").astype(np.uint64).T
    small = np.uint64(divisor)
    rest: NDArray[np.uint64] = (upper % small * np.uint64(2**64 % divisor) + lower % small) % small
    return rest


def _decimal(numbers: NDArray[np.uint64], digits: int) -> Bytes:
    powers = np.array([10**place for place in reversed(range(digits))], np.uint64)
    return (numbers[:, None] // powers % np.uint64(10) + np.uint64(_ZERO)).astype(np.uint8)
