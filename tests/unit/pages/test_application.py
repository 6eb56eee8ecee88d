"""An application is started, waited for, and ends with us, whatever becomes of either."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

import pytest
from pydantic import ValidationError
from tests.waiting import is_alive, until

from reseed.database import Target
from reseed.errors import ApplicationError
from reseed.pages.application import Application, running
from reseed.project import Project

PROGRAM = Path(__file__).parents[2] / "examples" / "applications" / "application.py"
TARGET = Target("db.example", 5432, "resetter", "a secret", "shop", {"sslmode": "require"})


def application(mode: str, **declared: object) -> Application:
    command = ("{python}", str(PROGRAM), mode, "{port}")
    return Application.model_validate({"command": command, "ready": "/health", **declared})


def read(url: str) -> str:
    with urlopen(url) as answer:  # noqa: S310
        return str(answer.read().decode())


def wait_until_gone(processes: list[int]) -> None:
    until(lambda: not any(is_alive(process) for process in processes), 20)


def test_it_answers_inside_the_block_and_is_gone_after_it(project: Project, tmp_path: Path) -> None:
    log = tmp_path / "application.log"
    with running(application("serves"), project, TARGET, environment={"EXTRA": "more"}, log=log) as served:
        assert read(f"{served.url}/extra") == "more"
        processes = [int(number) for number in read(f"{served.url}/child").split()]
    wait_until_gone(processes)
    assert "GET /extra" in log.read_text()
    assert log.stat().st_mode & 0o777 == 0o600


def test_it_works_as_the_applications_role_and_no_argument_holds_a_password(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://somewhere/else")
    with running(application("serves"), project, TARGET, log=tmp_path / "log") as served:
        url = Target.parse(read(f"{served.url}/database"))
        processes = read(f"{served.url}/child").split()
        arguments = [Path(f"/proc/{process}/cmdline").read_text() for process in processes]
    assert (url.database, url.password) == ("shop", "a secret")
    assert url.options == {"sslmode": "require", "options": f"-c role={project.app_role}"}
    assert not [line for line in arguments if "secret" in line]


def test_one_that_does_not_end_when_asked_is_ended(project: Project, tmp_path: Path) -> None:
    with running(application("stubborn"), project, TARGET, log=tmp_path / "log") as served:
        processes = [int(number) for number in read(f"{served.url}/child").split()]
    wait_until_gone(processes)


def test_one_that_dies_is_told_with_its_last_words(project: Project, tmp_path: Path) -> None:
    with (
        pytest.raises(ApplicationError) as told,
        running(application("dies"), project, TARGET, log=tmp_path / "log"),
    ):
        pass
    assert "ended with code 1" in told.value.message
    assert "the table orders is missing" in told.value.message
    assert str(tmp_path / "log") in told.value.next_step


@pytest.mark.parametrize(
    ("mode", "why"), [("unhealthy", "/health answers 503"), ("silent", "Connection refused")]
)
def test_one_that_is_not_ready_in_time_is_ended(
    project: Project, tmp_path: Path, mode: str, why: str
) -> None:
    slow = application(mode, ready_within=2 if mode == "unhealthy" else 0.6)
    with (
        pytest.raises(ApplicationError, match=why),
        running(slow, project, TARGET, log=tmp_path / "log"),
    ):
        pass


def test_a_program_that_is_not_there(project: Project, tmp_path: Path) -> None:
    missing = Application(command=("/nowhere/program", "{port}"))
    with (
        pytest.raises(ApplicationError, match="/nowhere/program cannot be started"),
        running(missing, project, TARGET, log=tmp_path / "log"),
    ):
        pass


def test_a_port_that_is_taken(project: Project, tmp_path: Path) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        with (
            pytest.raises(ApplicationError, match=f"port {port}: Address already in use"),
            running(application("serves"), project, TARGET, port=port, log=tmp_path / "log"),
        ):
            pass


def test_one_that_runs_already_is_only_looked_at(project: Project, tmp_path: Path) -> None:
    with running(application("serves"), project, TARGET, log=tmp_path / "log") as served:
        elsewhere = Application(base_url=f"{served.url}/", ready="/health")
        with running(elsewhere, project, TARGET) as found:
            assert found.url == served.url
        assert read(f"{served.url}/extra") == ""
    with (
        pytest.raises(ApplicationError, match="No application is ready"),
        running(elsewhere, project, TARGET),
    ):
        pass


OWNER = """
import sys
from pathlib import Path
from reseed import project
from reseed.pages.application import running
sys.path.insert(0, {root!r})
from tests.unit.pages.test_application import TARGET, application, read
loaded = project.load(Path({file!r}))
with running(application("serves"), loaded, TARGET, log=Path({log!r})) as served:
    print(read(served.url + "/child"), flush=True)
    sys.stdin.read()
"""


def test_it_ends_when_its_owner_is_killed(project: Project, tmp_path: Path) -> None:
    root = Path(__file__).parents[3]
    file = str(project.root / "reseed.toml")
    owner = subprocess.Popen(
        [sys.executable, "-c", OWNER.format(root=str(root), file=file, log=str(tmp_path / "log"))],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert owner.stdout
    assert owner.stdin
    processes = [int(number) for number in owner.stdout.readline().split()]
    assert len(processes) == 2
    os.kill(owner.pid, signal.SIGKILL)
    owner.wait()
    wait_until_gone(processes)
    owner.stdin.close()
    owner.stdout.close()


@pytest.mark.parametrize(
    "declared",
    [{}, {"command": ["app", "{port}"], "base_url": "http://x"}, {"command": ["app"]}, {"start": "app"}],
)
def test_what_cannot_be_an_application(declared: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Application.model_validate(declared)
