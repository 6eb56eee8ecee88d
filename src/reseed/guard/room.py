"""Free disk for what a reset makes: a dump here, a copy on the server. What cannot be known stays unknown."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from reseed.guard.measured import Room

#: Beside the copy that proves the backup, the new database and the server's log need some.
SPARE = 64 << 20


@dataclass(frozen=True, slots=True)
class Need:
    """Bytes that will be written to a folder. `folder`: None where it is not known. Others as for `Room`."""

    place: str
    folder: Path | None
    needed: int
    named_by: str = ""


def rooms(needs: Iterable[Need]) -> tuple[Room, ...]:
    """The disks that these folders lie on, or will lie on; what is needed of the same disk is added up."""
    found: dict[object, Room] = {}
    for need in needs:
        disk = _disk(need.folder)
        key, free = disk or (need.place, None)
        known = found.get(key)
        found[key] = (
            replace(
                known,
                place=f"{known.place}, which is {need.place},",
                needed=known.needed + need.needed,
                named_by=known.named_by or need.named_by,
            )
            if known
            else Room(need.place, free, need.needed, need.named_by)
        )
    return tuple(found.values())


def _disk(folder: Path | None) -> tuple[int, int] | None:
    """What the kernel knows a folder's disk by, and its free bytes; None when that cannot be known."""
    for existing in (folder, *folder.parents) if folder else ():
        try:
            disk = os.statvfs(existing)
            return existing.stat().st_dev, disk.f_bavail * disk.f_frsize
        except FileNotFoundError:
            continue
        except OSError:
            return None
    return None
