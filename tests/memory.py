"""Throw-away servers keep their files in memory where there is plenty: a database is made in a fraction of the time."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from unittest.mock import patch

from reseed import database
from reseed.database import Target

_SHARED = Path("/dev/shm")

#: Two servers hold some hundred databases of ten megabytes each at most, and a gigabyte of log.
_PLENTY = 6 * 2**30


@contextmanager
def throw_away(binaries: Path | None = None) -> Iterator[Target]:
    """A throw-away server; in a temporary folder on disk where memory is short."""
    with ExitStack() as stack:
        with patch.object(tempfile, "tempdir", str(_SHARED) if _plenty() else tempfile.gettempdir()):
            target = stack.enter_context(database.embedded.ephemeral(binaries=binaries))
        yield target


def _plenty() -> bool:
    if not os.access(_SHARED, os.W_OK | os.X_OK):
        return False
    counted = dict(line.split(":") for line in Path("/proc/meminfo").read_text().splitlines())
    available = int(counted["MemAvailable"].removesuffix("kB")) * 1024
    return min(shutil.disk_usage(_SHARED).free, available) > _PLENTY
