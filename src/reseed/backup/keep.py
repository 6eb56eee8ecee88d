"""A backup outside of a run, kept under the state folder once it has been proven."""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from reseed.backup import manifest
from reseed.backup.proof import rehearse
from reseed.backup.take import LARGE, draft, take
from reseed.database import Target
from reseed.errors import BackupError, ReseedError
from reseed.files import settle
from reseed.records import JSON, Backup
from reseed.site import Site

FOLDER = "backups"
UNPROVEN = "unproven"


def keep(site: Site, large: int = LARGE) -> tuple[Path, Backup]:
    """Back up the site's database into `<state folder>/backups/<time>/`, and prove it by restoring it.

    Returns:
        the folder and what its manifest says, the time of the proof included.

    Raises:
        BackupError: it does not restore, or not to the same; it is kept as `<time>.unproven`, without a time of proof.
        Others as for `take`: then nothing is kept.
    """
    name = f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(2)}"
    target = site.target.on(site.database)
    place = site.folder / FOLDER
    _sweep(place)
    with draft(place / f"{name}.draft") as folder, _held(folder):
        backup = take(target, site.migrations, folder, large)
        try:
            _prove(backup, folder, target)
        except ReseedError as error:
            kept = _publish(folder, place / f"{name}.{UNPROVEN}")
            raise BackupError(
                f"{error.message} The backup is unproven, and kept as {kept}.", error.next_step
            ) from error
        proven = replace(backup, proven=datetime.now(UTC))
        manifest.write(proven, folder)
        return _publish(folder, place / name), proven


def _prove(backup: Backup, folder: Path, target: Target) -> None:
    if different := rehearse(backup, folder, target):
        raise BackupError(
            f"What the backup brings back differs from what {target.database} was: {_said(different)}."
        )


@contextmanager
def _held(folder: Path) -> Iterator[bool]:
    """Whether nobody else is at work on a draft; the lock ends with whoever holds it, also when that is killed."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield True
    except BlockingIOError:
        yield False
    finally:
        os.close(descriptor)


def _sweep(place: Path) -> None:
    """Remove drafts whose makers were killed."""
    for left in place.glob("*.draft"):
        with _held(left) as abandoned:
            if abandoned:
                shutil.rmtree(left, ignore_errors=True)


def _publish(folder: Path, final: Path) -> Path:
    folder.rename(final)
    settle(final.parent)
    return final


def _said(different: tuple[Mapping[str, JSON], ...]) -> str:
    first = different[0]
    kind = next(iter(first))
    others = f", and {len(different) - 1} others" if len(different) > 1 else ""
    return f'{kind} {first[kind]} was "{first["backed up"]}" and is "{first["restored"]}"{others}'
