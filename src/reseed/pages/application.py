"""The project's application: how it is started, until when it is waited for, and how it ends with us."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from pydantic import BaseModel, ConfigDict, model_validator

from reseed.database import Target
from reseed.errors import ApplicationError, StorageError
from reseed.pages.address import LOOPBACK, address, free_port, is_free, status_of
from reseed.project import Project

_WATCHDOG = Path(__file__).with_name("watchdog.py")
_ENDING_SECONDS = 15  # The watchdog's grace, and the time it takes to notice.
_POLL_SECONDS = 0.05
_TRIES = 3  # Between choosing a port and listening on it another may take it.
_LAST_LINES = 5

# What is said to us is not said to the application: it gets its own DATABASE_URL, and no password of ours.
_NOT_HANDED_ON = ("RESEED_DATABASE_URL", "RESEED_DEMO_PASSWORD")


class Application(BaseModel):
    """`[application]` of pages.toml: a command that starts it, or the address where it runs already.

    Attributes:
        command: program and arguments, run in the project's folder without a shell. `{python}` is the Python that runs
            reseed, `{host}` and `{port}` are where it must listen. It reads DATABASE_URL.
        ready: path that answers below 400 once the application serves. ready_within: seconds until it must.
        base_url: instead of a command; `http://127.0.0.1:8000`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    command: tuple[str, ...] = ()
    ready: str = "/"
    ready_within: float = 60
    base_url: str = ""

    @model_validator(mode="after")
    def _one_of_both(self) -> Application:
        if bool(self.command) == bool(self.base_url):
            raise ValueError("an application has a command or a base_url, one of both")
        if self.command and not any("{port}" in part for part in self.command):
            raise ValueError("the command of an application names its {port}")
        return self


@dataclass(frozen=True)
class Running:
    """An application that answers. `url` is its address, without a slash at the end."""

    url: str
    _child: subprocess.Popen[bytes] | None = None

    @property
    def has_ended(self) -> bool:
        """Whether it has ended by itself."""
        return self._child is not None and self._child.poll() is not None

    def wait(self) -> int:
        """Wait until it ends by itself; its exit code. One that was not started by us is not waited for."""
        return self._child.wait() if self._child else 0


@contextmanager
def running(
    declared: Application,
    project: Project,
    target: Target,
    *,
    host: str = LOOPBACK,
    port: int | None = None,
    environment: Mapping[str, str] | None = None,
    log: Path | None = None,
) -> Iterator[Running]:
    """The application on the target's database, from when it answers until the block ends.

    It works as the application's role, in a process group of its own that ends with us, also when we are killed.

    Args:
        host, port: where it listens; a free port when None.
        environment: further variables for it.
        log: file of what it prints, readable by us alone; standard error when None.

    Raises:
        ApplicationError: it ends or does not answer in time, the port is taken, nobody answers at its base_url.
    """
    if declared.base_url:
        yield Running(_answering(declared))
        return
    variables = _environment(project, target, environment or {})
    with ExitStack() as stack:
        output = stack.enter_context(_private(log)) if log else None
        for tries in range(1, _TRIES + 1):
            chosen = free_port(host, port)
            try:
                started = stack.enter_context(_started(declared, project, host, chosen, variables, output))
                _await(declared, host, chosen, started, log)
                break
            except ApplicationError:
                # Somebody else may have taken the port in between; a port that was asked for is not changed.
                if port is not None or tries == _TRIES or is_free(host, chosen):
                    raise
        yield Running(address(host, chosen), started)


def told(project: Project, state: Path) -> dict[str, str]:
    """What an application may want to know of reseed: its project, and the folder where runs lie."""
    return {"RESEED_PROJECT": str(project.root / "reseed.toml"), "RESEED_STATE": str(state)}


def _environment(project: Project, target: Target, given: Mapping[str, str]) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in _NOT_HANDED_ON}
    # libpq takes a backslash and the character after it for that character.
    role = project.app_role.replace("\\", "\\\\").replace(" ", "\\ ")
    return {**kept, **given, "DATABASE_URL": target.with_setting("role", role).url()}


@contextmanager
def _private(log: Path) -> Iterator[IO[bytes]]:
    try:
        log.unlink(missing_ok=True)
        descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise StorageError(f"{log} cannot be written: {error.strerror}.") from error
    with os.fdopen(descriptor, "wb") as file:
        yield file


@contextmanager
def _started(
    declared: Application,
    project: Project,
    host: str,
    port: int,
    variables: Mapping[str, str],
    output: IO[bytes] | None,
) -> Iterator[subprocess.Popen[bytes]]:
    values = {"{python}": sys.executable, "{host}": host, "{port}": str(port)}
    command = [_filled(part, values) for part in declared.command]
    child = subprocess.Popen(  # noqa: S603
        [sys.executable, "-I", _WATCHDOG, *command],
        stdin=subprocess.PIPE,
        stdout=output or sys.stderr.fileno(),
        stderr=output,
        cwd=project.root,
        env=dict(variables),
        start_new_session=True,
    )
    try:
        yield child
    finally:
        _end(child)


def _filled(part: str, values: Mapping[str, str]) -> str:
    for name, value in values.items():
        part = part.replace(name, value)
    return part


def _end(child: subprocess.Popen[bytes]) -> None:
    """Let go of the watchdog, which ends the application, first asking, then not."""
    if child.stdin:
        child.stdin.close()
    try:
        child.wait(_ENDING_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def _await(
    declared: Application, host: str, port: int, child: subprocess.Popen[bytes], log: Path | None
) -> None:
    deadline = time.monotonic() + declared.ready_within
    said = "nobody listens"
    while time.monotonic() < deadline:
        if child.poll() is not None:
            raise ApplicationError(
                f"The application ended with code {child.returncode} before it answered on port {port}{_last(log)}.",
                _look(declared, log),
            )
        status = status_of(address(host, port) + declared.ready)
        if isinstance(status, int) and status < 400:
            return
        said = status if isinstance(status, str) else f"{declared.ready} answers {status}"
        time.sleep(_POLL_SECONDS)
    raise ApplicationError(
        f"The application is not ready after {declared.ready_within:g} s on port {port}: {said}{_last(log)}.",
        _look(declared, log),
    )


def _answering(declared: Application) -> str:
    url = declared.base_url.rstrip("/")
    status = status_of(url + declared.ready)
    if isinstance(status, int) and status < 400:
        return url
    said = status if isinstance(status, str) else f"{declared.ready} answers {status}"
    raise ApplicationError(
        f"No application is ready at {url}: {said}.", "Start it, or correct base_url in pages.toml."
    )


def _last(log: Path | None) -> str:
    """What it printed last, to be put into a sentence."""
    if log is None or not log.is_file():
        return ""
    lines = [line.strip() for line in log.read_text(errors="replace").splitlines() if line.strip()]
    return f": {' | '.join(lines[-_LAST_LINES:])}".rstrip(".") if lines else ": it printed nothing"


def _look(declared: Application, log: Path | None) -> str:
    where = f"Read {log}" if log else "What it printed stands above"
    return f"{where}; it was started by: {' '.join(declared.command)}"
