"""Disks that a reset writes to: what is needed of the same one is added up."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from reseed.guard.room import Need, rooms


def test_needs_of_one_disk_are_added_up(tmp_path: Path) -> None:
    (room,) = rooms(
        [
            Need("the server's disk", tmp_path, 5),
            Need("the disk of runs", tmp_path / "not there yet" / "runs", 7, "--state"),
        ]
    )
    assert (room.place, room.needed, room.named_by) == (
        "the server's disk, which is the disk of runs,",
        12,
        "--state",
    )
    disk = os.statvfs(tmp_path)
    assert room.free == pytest.approx(disk.f_bavail * disk.f_frsize, rel=0.2)


def test_other_disks_and_unknown_ones_stay_apart(tmp_path: Path) -> None:
    found = rooms([Need("one", tmp_path, 1), Need("another", Path("/proc"), 2), Need("unknown", None, 3)])
    assert [(room.place, room.needed) for room in found] == [("one", 1), ("another", 2), ("unknown", 3)]
    assert found[2].free is None
