"""Free disk for what a reset makes: a dump here, a copy on the server. What cannot be known stays unknown."""

from __future__ import annotations

import os
from pathlib import Path

#: Beside the copy that proves the backup, the new database and the server's log need some.
SPARE = 64 << 20


def free(folder: Path | None) -> int | None:
    """Free bytes of the disk that a folder lies on, or will lie on; None when that cannot be known."""
    for existing in (folder, *folder.parents) if folder else ():
        try:
            disk = os.statvfs(existing)
        except FileNotFoundError:
            continue
        except OSError:
            return None
        return disk.f_bavail * disk.f_frsize
    return None
