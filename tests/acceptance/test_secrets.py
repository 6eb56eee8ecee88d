"""Passwords stay where they belong: in no list of processes, no file of a run, nothing that is printed."""

from __future__ import annotations

import stat
from pathlib import Path

from tests.acceptance.conftest import Legacy, started
from tests.waiting import descendants, until


def command_line(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except (FileNotFoundError, ProcessLookupError):
        return ""


def test_a_run_shows_no_password(small: Legacy) -> None:
    """Given on the command line even, which is begun again without it at once."""
    password = str(small.target.password)
    environment = {**small.environment, "DATABASE_URL": ""}
    flags = ["--yes", "--database-url", small.target.url(), *small.flags]
    shown: dict[int, str] = {}
    programs: set[str] = set()
    with started("run", *flags, **environment) as command:
        until(lambda: " run " in command_line(command.pid) and password not in command_line(command.pid))
        while command.poll() is None:
            for pid, program in {**descendants(command.pid), command.pid: "reseed"}.items():
                shown[pid] = shown.get(pid, "") + command_line(pid)
                programs.add(program)
        said = "".join(command.communicate())
        assert command.returncode == 0, said
    assert {"pg_dump", "psql"} <= programs
    assert not [text for text in shown.values() if password in text]
    assert password not in said
    files = [path for path in small.state.rglob("*") if path.is_file()]
    assert len(files) > 20
    assert not [path for path in files if password.encode() in path.read_bytes()]


def test_a_run_is_for_its_owner_alone(small: Legacy) -> None:
    assert small.carry_out().returncode == 0
    assert stat.S_IMODE(small.run.stat().st_mode) == 0o700
