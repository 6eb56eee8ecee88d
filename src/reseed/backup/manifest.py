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
PLAIN = "full_backup.sql"
DIRECTORY = "full_backup"
SCHEMA = "schema_only.sql"
HISTORY = "migration_history.txt"

#: What a backup is nothing without, by its form.
ESSENTIAL = {
    "plain": {PLAIN, SCHEMA, HISTORY},
    "directory": {f"{DIRECTORY}/toc.dat", SCHEMA, HISTORY},
}

_AGAIN = "Take the backup again, with reseed backup or reseed redo 1.1."


def measure(folder: Path) -> dict[str, Mapping[str, JSON]]:
    """Size in bytes and sha256 of every file of a backup but its manifest, by path within the folder."""
    paths = sorted(path for path in folder.rglob("*") if path.is_symlink() or not path.is_dir())
    names = (path.relative_to(folder).as_posix() for path in paths)
    return {name: _facts(folder / name) for name in names if name != NAME}


def write(backup: Backup, folder: Path) -> None:
    """Write the manifest; a backup without one is not a backup, so this comes last."""
    moments = {"taken": backup.taken.isoformat(), "proven": backup.proven and backup.proven.isoformat()}
    with writing(folder / NAME) as append:
        append(json.dumps({**asdict(backup), **moments}, indent=2, ensure_ascii=False).encode() + b"\n")


def read(folder: Path) -> Backup:
    """The backup that a folder's manifest describes.

    Raises:
        BackupError: there is no manifest, or it is not one.
    """
    path = folder / NAME
    try:
        record: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        proven = record["proven"] and datetime.fromisoformat(record["proven"])
        taken = datetime.fromisoformat(record["taken"])
        backup = Backup(**{**record, "taken": taken, "proven": proven})
        missing = sorted(ESSENTIAL[backup.form] - set(backup.files))
    except OSError as error:
        raise BackupError(f"{path} cannot be read: {error.strerror}.", _AGAIN) from error
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise BackupError(f"{path} is not a manifest of a backup.", _AGAIN) from error
    if missing:
        raise BackupError(f"{path} does not list {missing[0]}, which every backup has.", _AGAIN)
    return backup


def verify(folder: Path) -> Backup:
    """The backup in a folder, once every file of it is as long and has the digest that its manifest says.

    Raises:
        BackupError: a file is missing, truncated, altered, or unknown to the manifest; or there is no manifest.
    """
    backup = read(folder)
    found = measure(folder)
    for name in sorted({*backup.files, *found}):
        if problem := _problem(backup.files.get(name), found.get(name)):
            raise BackupError(f"{folder / name} {problem}.", _AGAIN)
    return backup


def _problem(expected: Mapping[str, JSON] | None, actual: Mapping[str, JSON] | None) -> str:
    if actual is None:
        return "is missing, although the backup's manifest lists it"
    if expected is None:
        return "is not listed in the backup's manifest"
    if actual["size"] != expected["size"]:
        return f"has {actual['size']:,} bytes, expected {expected['size']:,} as when the backup was taken"
    if actual["sha256"] != expected["sha256"]:
        return "has been altered since the backup was taken: its sha256 differs"
    return ""


def _facts(path: Path) -> dict[str, JSON]:
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            return {"size": file.tell(), "sha256": digest}
    except OSError as error:
        raise BackupError(f"{path} cannot be read: {error.strerror}.", _AGAIN) from error
