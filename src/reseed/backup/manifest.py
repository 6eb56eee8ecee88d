"""`manifest.json`: what a backup consists of, so that a missing or altered file shows without restoring anything."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from reseed.errors import BackupError
from reseed.files import writing
from reseed.records import JSON, Backup

NAME = "manifest.json"
FULL = "full_backup.sql"
SCHEMA = "schema_only.sql"
HISTORY = "migration_history.txt"
FILES = (FULL, SCHEMA, HISTORY)

_AGAIN = "Take the backup again: reseed redo 1.1."


def measure(folder: Path) -> dict[str, Mapping[str, JSON]]:
    """Size in bytes and sha256 of each of a backup's files; of a missing one both are None."""
    return {name: _facts(folder / name) for name in FILES}


def write(backup: Backup, folder: Path) -> None:
    """Write the manifest; a backup without one is not a backup, so this comes last."""
    record = {**asdict(backup), "taken": backup.taken.isoformat()}
    with writing(folder / NAME) as append:
        append(json.dumps(record, indent=2, ensure_ascii=False).encode() + b"\n")


def read(folder: Path) -> Backup:
    """The backup that a folder's manifest describes.

    Raises:
        BackupError: there is no manifest, or it is not one.
    """
    path = folder / NAME
    try:
        record: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        backup = Backup(**{**record, "taken": datetime.fromisoformat(record["taken"])})
        if set(backup.files) != set(FILES):
            raise BackupError(f"{path} lists {sorted(backup.files)}, expected {sorted(FILES)}.", _AGAIN)
    except OSError as error:
        raise BackupError(f"{path} cannot be read: {error.strerror}.", _AGAIN) from error
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise BackupError(f"{path} is not a manifest of a backup.", _AGAIN) from error
    return backup


def _facts(path: Path) -> dict[str, JSON]:
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            return {"size": file.tell(), "sha256": digest}
    except FileNotFoundError:
        return {"size": None, "sha256": None}
