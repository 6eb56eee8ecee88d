"""Columns packed all at once are, byte for byte, what packing them value by value gives."""

from __future__ import annotations

import ipaddress
import struct
from uuid import UUID, uuid4

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reseed.seed.packed import addresses, uuid_lists

ADDRESSES = st.one_of(
    st.none(), st.ip_addresses(v=4).map(str), st.ip_addresses().map(str), st.just("10.0.0.0/8")
)


def one_address(value: str | None) -> bytes | None:
    if value is None:
        return None
    found = ipaddress.ip_interface(value)
    packed = found.ip.packed
    return bytes((2 if found.version == 4 else 3, found.network.prefixlen, 0, len(packed))) + packed


def one_list(value: list[UUID] | None) -> bytes | None:
    if value is None:
        return None
    if not value:
        return struct.pack("!iiI", 0, 0, 2950)
    items = b"".join(struct.pack("!i", 16) + item.bytes for item in value)
    return struct.pack("!iiIii", 1, 0, 2950, len(value), 1) + items


def lists(values: list[list[UUID] | None]) -> pa.Array:
    flat = pa.ExtensionArray.from_storage(
        pa.uuid(), pa.array([item.bytes for value in values for item in value or []], pa.binary(16))
    )
    ends = [0]
    for value in values:
        ends.append(ends[-1] + len(value or []))
    offsets = pa.array(
        [None if value is None else ends[place] for place, value in enumerate(values)], pa.int32()
    )
    return pa.ListArray.from_arrays(pa.concat_arrays([offsets, pa.array(ends[-1:], pa.int32())]), flat)


@given(st.lists(st.one_of(st.none(), st.ip_addresses(v=4).map(str)), max_size=30), st.integers(0, 5))
def test_plain_addresses(values: list[str | None], skipped: int) -> None:
    column = pa.array(values, pa.string()).slice(skipped)
    assert addresses(column).to_pylist() == [one_address(value) for value in values[skipped:]]


@given(st.lists(ADDRESSES, max_size=30))
def test_addresses_of_every_kind(values: list[str | None]) -> None:
    assert addresses(pa.array(values, pa.string())).to_pylist() == [one_address(value) for value in values]


@pytest.mark.parametrize(
    "value", ["10.0.0.256", "010.0.0.1", "10.0.0", "1.2.3.4.5", "", " 10.0.0.1", "10.0.0.1\n"]
)
def test_what_is_no_address_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match=r"IPv4|address|octet"):
        addresses(pa.array(["10.0.0.1", value]))


@given(st.lists(st.one_of(st.none(), st.lists(st.uuids(), max_size=4)), max_size=20), st.integers(0, 5))
def test_lists_of_ids(values: list[list[UUID] | None], skipped: int) -> None:
    packed = uuid_lists(lists(values).slice(skipped))
    assert packed.to_pylist() == [one_list(value) for value in values[skipped:]]


def test_a_list_with_a_null_is_refused() -> None:
    column = pa.array([[uuid4().bytes, None]], pa.list_(pa.binary(16)))
    with pytest.raises(ValueError, match="holds a null"):
        uuid_lists(column)
