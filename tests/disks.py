"""Small disks: what happens on a full one is tried on a full one."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest


class CannotMount(Exception):
    """This machine lets us mount nothing."""


@contextmanager
def mounted(folder: Path, size: str) -> Iterator[Path]:
    """A disk of a size such as `512k`, mounted on a new folder.

    Raises:
        CannotMount: that cannot be done here.
    """
    if os.geteuid() != 0:
        raise CannotMount("mounting a small disk needs root")
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size},mode=755", "tmpfs", str(folder)]
    done = subprocess.run(mount, capture_output=True, text=True)
    if done.returncode != 0:
        folder.rmdir()
        raise CannotMount(f"no disk could be mounted: {done.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[Path]:
    """The same; the test is skipped where that cannot be done."""
    with ExitStack() as stack:
        try:
            stack.enter_context(mounted(folder, size))
        except CannotMount as error:
            pytest.skip(str(error))
        yield folder


def resize(folder: Path, size: str) -> None:
    """Give a small disk another size."""
    subprocess.run(["mount", "-o", f"remount,size={size}", str(folder)], check=True)
