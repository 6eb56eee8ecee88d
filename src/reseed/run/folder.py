"""The run's folder: where it lies, what describes it, and who may work in it.

.reseed/runs/<run id>/
  run.json        what was asked for: project, plan, target without its password, migrations
  plan.toml       the plan as it was then; a run ends with the plan it began with
  journal.jsonl   what happened        STATUS.txt   the same for people
  state.sqlite    the durable state    lock         held by the process that works on the run
  tasks/<id>.json the result of each task, with every finding
  …               backup/, handoffs, reports: what the plan's deliverables name
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from reseed.errors import RunFailed, SettingsError, StorageError
from reseed.files import write_atomically

PLAN_FILE = "plan.toml"

_LOOKS, _LOOK_SECONDS = 5, 0.02


@dataclass(frozen=True, slots=True)
class RunRecord:
    """What a run was asked to do; written once, before anything else.

    Attributes:
        id: sortable run id, `YYYYMMDD-HHMMSS-xxxx` (UTC). project: path of its `reseed.toml`.
        target: role, address and database without a password; a phrase for the embedded server.
        public: the public database name.
        database: the private name the new database is built under. migrations: Alembic's script location.
        plan_digest: sha256 of the plan, so that a resumed run follows the plan it began with.
        oid: what the server knew the public database by when the run began; None in records of earlier releases.
        in_place: the old database is dropped before the new one is built.
        tenants, dataset_options: the dataset's size, which a resumed run keeps.
        reuse: a copy of a proven database may stand for building a new one.
    """

    id: str
    project: str
    target: str
    public: str
    database: str
    migrations: str
    plan_digest: str
    oid: int | None = None
    in_place: bool = False
    tenants: int = 1
    dataset_options: Mapping[str, int] = field(default_factory=dict)
    reuse: bool = False


def new_run_id() -> str:
    return f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(2)}"


def runs_folder(state: Path) -> Path:
    return state / "runs"


def create_run(state: Path, record: RunRecord, plan: str) -> Path:
    """Make the run's folder, readable by its owner alone.

    Args:
        plan: text of the plan file.

    Raises:
        StorageError: the folder cannot be written.
    """
    folder = runs_folder(state) / record.id
    try:
        folder.mkdir(parents=True, mode=0o700)
        (folder / "tasks").mkdir()
        write_atomically(folder / PLAN_FILE, plan)
        write_atomically(folder / "run.json", json.dumps(asdict(record), indent=2) + "\n")
    except OSError as error:
        raise StorageError(
            f"The run folder {folder} cannot be written: {error.strerror}.",
            "Choose another folder with --state, or free space there.",
        ) from error
    return folder


def read_run(folder: Path) -> RunRecord:
    """The record of an existing run."""
    try:
        return RunRecord(**json.loads((folder / "run.json").read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise SettingsError(
            f"{folder} is not a run folder: its run.json cannot be read ({error})."
        ) from error


def find_run(state: Path, run: str | None) -> Path:
    """The folder of a run by id or unique prefix; the newest one when no id is given.

    Raises:
        SettingsError: there is none, or several.
    """
    folder = runs_folder(state)
    known = sorted(path.parent for path in folder.glob("*/run.json"))
    if run is None:
        if not known:
            raise SettingsError(f"There is no run in {folder}.", "Start one with: reseed run")
        return known[-1]
    matches = [path for path in known if path.name.startswith(run)]
    if len(matches) != 1:
        names = ", ".join(path.name for path in known[-5:]) or "none"
        raise SettingsError(
            f"{len(matches)} runs in {folder} match {run!r}, expected one.", f"The latest are: {names}."
        )
    return matches[0]


def set_aside(path: Path) -> bool:
    """Rename a file that no longer holds to `<name>.stale`; True when there was one."""
    if not path.is_file():
        return False
    path.replace(path.with_name(f"{path.name}.stale"))
    return True


@contextmanager
def hold(folder: Path) -> Iterator[None]:
    """Keep other processes from working on the same run.

    Raises:
        RunFailed: another process holds it.
    """
    with (folder / "lock").open("a+", encoding="utf-8") as file:
        try:
            _lock(file)
        except BlockingIOError as error:
            file.seek(0)
            raise RunFailed(
                f"Run {folder.name} is being worked on by process {file.read().strip() or 'unknown'}.",
                f"Follow it with: reseed status --watch {folder.name}",
            ) from error
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def _lock(file: IO[str]) -> None:
    """Lock a file for ourselves. Somebody who only looks (`is_held`) holds it for an instant, which is waited for."""
    for _ in range(_LOOKS):
        with suppress(BlockingIOError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        time.sleep(_LOOK_SECONDS)
    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def is_held(folder: Path) -> bool:
    """Whether a process is working on the run."""
    path = folder / "lock"
    if not path.exists():
        return False
    with path.open("r", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def write_task(folder: Path, task: str, result: Mapping[str, object]) -> None:
    """Keep a task's result where people and pages can read it."""
    write_atomically(
        folder / "tasks" / f"{task}.json", json.dumps(result, indent=1, ensure_ascii=False) + "\n"
    )
