"""Where an embedded server's data lies, decided once for each state folder.

Usually `<state folder>/postgres`. As root the server runs under another user, who may not be able to enter the state
folder (it lies under /root, say). Parents are never opened up for it: the data then lies in `/var/lib/reseed`, and
`<state folder>/postgres` is a symbolic link that records so.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from reseed.database.account import Account
from reseed.database.binaries import SHARED
from reseed.errors import StorageError


def recorded_home(folder: Path) -> Path | None:
    """The server's home as decided before; None when this folder has no server yet.

    Raises:
        StorageError: it belongs to another user.
    """
    place = folder / "postgres"
    if not place.is_dir():
        return None
    if os.geteuid() not in (0, place.stat().st_uid):
        raise StorageError(
            f"{place} belongs to another system user, who made it.",
            "Name a folder of your own with --state, or work as that user.",
        )
    return place.resolve()


def make_home(folder: Path, account: Account) -> Path:
    """The server's home, made when this is the first time: a folder that only the account may enter.

    Raises:
        StorageError: it cannot be made.
    """
    if home := recorded_home(folder):
        return home
    place = folder / "postgres"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # A link to data that is gone decides nothing any more.
        place.unlink(missing_ok=True)
        if account.may_use(folder):
            home = place.resolve()
            _make_private(home, account)
            return home
        SHARED.mkdir(mode=0o755, parents=True, exist_ok=True)
        home = SHARED / hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:16]
        _make_private(home, account)
        place.symlink_to(home)
    except OSError as error:
        raise StorageError(
            f"{error.filename or folder} cannot hold the embedded server's data: {error.strerror}.",
            "Name a folder that can be written with --state.",
        ) from error
    return home


def _make_private(home: Path, account: Account) -> None:
    home.mkdir(mode=0o700, exist_ok=True)
    account.own(home)
