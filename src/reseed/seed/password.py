"""The demo password: one for each run, known to whoever may read the run folder and to nobody else."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from reseed.errors import SeedError, StorageError
from reseed.settings import Settings

FILE = "demo_password.txt"


def keep_password(folder: Path) -> bool:
    """Write the demo password into the run folder, readable by its owner only; False when it is there already.

    It is `RESEED_DEMO_PASSWORD`, or a random one where that is not set. A resumed run keeps the one it has, because
    users may already be seeded with it.

    Raises:
        StorageError: the folder cannot be written.
    """
    file = folder / FILE
    given = Settings.read().demo_password
    password = given.get_secret_value() if given else secrets.token_urlsafe(12)
    draft = folder / f".{FILE}.draft"
    try:
        if file.exists() and file.stat().st_size:
            return False
        draft.unlink(missing_ok=True)
        # Made with its mode, not changed to it afterwards: there is no moment at which others could read it.
        with os.fdopen(
            os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8"
        ) as stream:
            stream.write(password + "\n")
        draft.replace(file)
    except OSError as error:
        raise StorageError(
            f"{file} cannot be written: {error.strerror}.", "Make the run folder writable."
        ) from error
    return True


def password_of(folder: Path) -> str:
    """The password that a run keeps in its folder; empty where it has none yet, or where it is no run's folder."""
    return demo_password(folder) if (folder / FILE).is_file() else ""


def demo_password(folder: Path) -> str:
    """The password that `keep_password` wrote.

    Raises:
        SeedError: there is none yet, or it is empty.
    """
    file = folder / FILE
    try:
        password = file.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise SeedError(
            f"The demo password in {file} cannot be read: {error.strerror}.",
            "Prepare the dataset first: reseed redo 2.1 in this run.",
        ) from error
    if not password:
        raise SeedError(f"The demo password in {file} is empty.", "Delete the file, then: reseed redo 2.1")
    return password
