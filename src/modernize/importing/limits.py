"""How much an upload may hold: checked while it streams, so that nothing oversized is ever held whole."""

from __future__ import annotations

from dataclasses import dataclass

_MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one upload.

    Attributes:
        size: bytes of the file. cells: of a sheet, up to its farthest row and column. cell: characters of a value.
        record: characters of one row as text.
        depth: levels of objects within objects of a JSON record.
        members, member_size, unpacked: parts of a workbook, bytes of one of them and of all once inflated.
        ratio: how many times larger than packed a part may be; parts below `ratio_from` bytes are not asked.
        memory: address space of the process that reads, in bytes. shown: places that one refusal names.
    """

    size: int = 64 * _MIB
    rows: int = 200_000
    columns: int = 200
    cells: int = 6_000_000
    cell: int = 8_192
    record: int = 256 * 1024
    depth: int = 8
    members: int = 512
    member_size: int = 192 * _MIB
    unpacked: int = 256 * _MIB
    ratio: int = 150
    ratio_from: int = _MIB
    memory: int = 2048 * _MIB
    shown: int = 10


DEFAULT = Limits()


def readable(size: int) -> str:
    """A number of bytes for people: `64 MiB`, `1.5 KiB`."""
    amount = float(size)
    for unit in ("bytes", "KiB", "MiB"):
        if amount < 1024:
            return f"{amount:.4g} {unit}"
        amount /= 1024
    return f"{amount:.4g} GiB"
