"""Writing a file so that it is whole, durable and private, or not there at all."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeAlias

from reseed.errors import StorageError

Write: TypeAlias = Callable[[bytes | bytearray | memoryview], object]
"""Appends to a file."""

_MAKE_ROOM = "Free space or choose another folder, then try again."


@contextmanager
def writing(path: Path) -> Iterator[Write]:
    """A new file of mode 0600, durable on disk when the block ends, removed when it fails.

    Yields:
        a function that appends bytes to it.

    Raises:
        StorageError: the folder cannot be written, or the disk is full.
    """
    try:
        path.unlink(missing_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            yield file.write
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        path.unlink(missing_ok=True)
        raise StorageError(f"{path} cannot be written: {error.strerror}.", _MAKE_ROOM) from error
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def settle(folder: Path) -> None:
    """Make the names in a folder durable, after something in it was renamed."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_atomically(path: Path, text: str) -> None:
    """Replace a file's text in one step: a reader, also after a crash, sees the old text or the new one, whole.

    Raises:
        StorageError: the folder cannot be written, or the disk is full.
    """
    draft = path.with_name(f".{path.name}.draft")
    with writing(draft) as write:
        write(text.encode("utf-8", "backslashreplace"))
    draft.replace(path)
    settle(path.parent)
