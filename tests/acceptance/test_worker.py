"""Several processes share a load; one is killed while it holds a partition, and nothing is lost or loaded twice."""

from __future__ import annotations

import json
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from urllib.parse import quote

import pytest

from reseed import database, fill, seed
from reseed.database import Target
from reseed.project import Project
from tests import zygote
from tests.acceptance.conftest import Command, assert_one_sentence, clean_environment, forked, spoil
from tests.postgres import bulk_load
from tests.waiting import until

TENANTS = 24


@pytest.fixture(scope="module")
def expected(project: Project) -> str:
    return seed.expected_digest(project.load_dataset(), range(TENANTS))


@pytest.fixture
def queue(server: Target) -> Iterator[Target]:
    """The database that the workers share their queue in."""
    with database.scratch(server, "queue") as target:
        yield target


@pytest.fixture
def shared(schema_database: Target, queue: Target) -> dict[str, str]:
    return {"DATABASE_URL": schema_database.url(), "RESEED_STATE_URL": queue.url()}


class Said:
    """What a process says on standard error, line by line, while it is at work."""

    def __init__(self, process: zygote.Started) -> None:
        self.process, self.lines = process, list[str]()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        self.lines.extend(iter(self._line, ""))

    def _line(self) -> str:
        line = self.process.stderr.readline()
        self.lines.append(line)
        return line

    def has(self, words: str) -> bool:
        return any(words in line for line in self.lines)


@contextmanager
def working(tmp_path: Path, **variables: str) -> Iterator[Said]:
    with forked("worker", "--state", str(tmp_path / "state"), **variables) as process:
        said = Said(process)
        until(lambda: said.has("Waiting for loads"))
        yield said


def load(project: Project, **variables: str) -> zygote.Started:
    """Begin a load of small partitions, one tenant each, with one session here."""
    file = str(project.root / "reseed.toml")
    act = partial(bulk_load.main, variables["DATABASE_URL"], file, str(TENANTS), "1")
    return zygote.begin([], clean_environment(**variables), Path.cwd(), act)


def held_by(queue: Target, process: int) -> int:
    """How many partitions a worker is loading, by what the queue knows."""
    with database.connect(queue) as connection:
        if connection.execute("SELECT to_regclass('dbos.workflow_status')").fetchall() == [(None,)]:
            return 0
        rows = connection.execute(
            "SELECT count(*) FROM dbos.workflow_status WHERE status = 'PENDING' AND executor_id LIKE %s",
            (f"%-{process}-%",),
        ).fetchall()
    return int(rows[0][0])


def digest(target: Target, project: Project) -> str:
    with database.connect(target) as connection:
        return seed.actual_digest(connection, project.load_dataset())


def ended(loading: zygote.Started) -> str:
    said, wrong = loading.communicate(timeout=200)
    assert loading.returncode == 0, wrong
    return said


def test_what_a_killed_worker_was_loading_is_loaded_by_others(
    schema_database: Target,
    queue: Target,
    shared: dict[str, str],
    project: Project,
    expected: str,
    tmp_path: Path,
) -> None:
    with database.connect(schema_database) as connection:
        before = fill.describe(connection)
    with working(tmp_path, **shared) as killed, working(tmp_path, **shared) as other:
        loading = load(project, **shared)
        until(lambda: killed.has("Helping to load"), 60)
        _stop_with_a_partition(killed.process, queue)
        os.kill(killed.process.pid, signal.SIGKILL)
        killed.process.wait()
        said = ended(loading)
        assert f"{TENANTS} of {TENANTS} partitions" in said
        assert digest(schema_database, project) == expected
        with database.connect(schema_database) as connection:
            assert fill.describe(connection) == before
        until(lambda: other.has("Loaded tenants"))
        other.process.send_signal(signal.SIGTERM)
        assert other.process.wait(60) == 0, other.lines


def _stop_with_a_partition(process: zygote.Started, queue: Target) -> None:
    """Stop a worker while it holds a partition: looked at while it stands still."""

    def holds() -> bool:
        process.send_signal(signal.SIGSTOP)
        if held_by(queue, process.pid):
            return True
        process.send_signal(signal.SIGCONT)
        return False

    until(holds, 60)


def test_who_has_begun_a_load_may_die_and_begin_again(
    schema_database: Target,
    queue: Target,
    shared: dict[str, str],
    project: Project,
    expected: str,
    tmp_path: Path,
) -> None:
    with working(tmp_path, **shared) as worker:
        loading = load(project, **shared)
        until(lambda: worker.has("Loaded tenants"), 60)
        loading.kill()
        loading.communicate()
        ended(load(project, **shared))
        worker.process.send_signal(signal.SIGTERM)
        assert worker.process.wait(60) == 0
    assert digest(schema_database, project) == expected
    assert fill.pending(schema_database) is None


def test_a_worker_that_is_told_to_end_finishes_what_it_loads(
    schema_database: Target,
    queue: Target,
    shared: dict[str, str],
    project: Project,
    expected: str,
    tmp_path: Path,
) -> None:
    with working(tmp_path, **shared) as worker:
        loading = load(project, **shared)
        until(lambda: worker.has("Loaded tenants"), 60)
        worker.process.send_signal(signal.SIGTERM)
        assert worker.process.wait(60) == 0
        assert held_by(queue, worker.process.pid) == 0
        assert not worker.has("Traceback")
        ended(loading)
    assert digest(schema_database, project) == expected


def test_a_worker_that_would_make_other_rows_is_refused(
    reseed: Command, schema_database: Target, shared: dict[str, str], project: Project, copied_project: Path
) -> None:
    """Another seed, another clock; it has loaded nothing."""
    loading = load(project, **{key: value for key, value in shared.items() if key != "RESEED_STATE_URL"})
    until(lambda: fill.pending(schema_database) is not None)
    loading.kill()
    loading.communicate()
    spoil(copied_project, "seed = 20260115", "seed = 7")
    done = reseed("worker", RESEED_PROJECT=str(copied_project), **shared)
    assert_one_sentence(done, 1, "seed 20260115", "expected one of", "seed 7,")
    spoil(copied_project, "seed = 7", "seed = 20260115")
    spoil(copied_project, "2026-01-15T09:00:00Z", "2026-02-15T09:00:00Z")
    assert_one_sentence(reseed("worker", RESEED_PROJECT=str(copied_project), **shared), 1, "as of 2026-02-15")


def test_without_a_load_a_worker_may_end_at_once(reseed: Command, shared: dict[str, str]) -> None:
    done = reseed("worker", "--once", **shared)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("command", [["worker"], ["seed", "--yes", "--tenants", "12"]])
def test_a_queue_that_cannot_be_used_is_told(
    reseed: Command, schema_database: Target, shared: dict[str, str], tmp_path: Path, command: list[str]
) -> None:
    missing = {**shared, "RESEED_STATE_URL": schema_database.on("no such queue").url()}
    if command == ["worker"]:
        done = reseed(*command, DATABASE_URL=shared["DATABASE_URL"])
        assert_one_sentence(done, 2, "RESEED_STATE_URL is not set")
        return
    done = reseed(*command, "--state", str(tmp_path), **missing)
    assert_one_sentence(done, 2, 'Database "no such queue" does not exist')
    assert quote(schema_database.password or "-") not in done.stderr + done.stdout
    given_up = reseed("seed", "--yes", "--give-up", "--json", "--state", str(tmp_path), **shared)
    assert json.loads(given_up.stdout)["given_up"]["loaded"] == 0
