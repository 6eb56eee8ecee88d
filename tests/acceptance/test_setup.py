"""`scripts/setup`, which `make demo` and `make test` begin with: clear sentences, and nothing to do the second time."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TOOLS = ("cat", "cksum", "dirname", "flock", "grep", "id", "mkdir", "rm", "sh")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """What set-up needs of a checkout, in a folder with a space in its name."""
    folder = tmp_path / "a checkout"
    (folder / "scripts").mkdir(parents=True)
    for name in ("setup", "browser"):
        shutil.copy(ROOT / "scripts" / name, folder / "scripts" / name)
    for name in ("pyproject.toml", "requirements.lock", "requirements-dev.lock"):
        shutil.copy(ROOT / name, folder / name)
    return folder


@pytest.fixture
def bare_path(tmp_path: Path) -> Path:
    """A folder for PATH with the tools set-up needs, and no Python."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in TOOLS:
        if found := shutil.which(name):
            (folder / name).symlink_to(found)
    return folder


def set_up(folder: Path, lock: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return script(folder, "setup", lock, **{"PYTHON": "", **environment})


def script(folder: Path, name: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [folder / "scripts" / name, *arguments],
        env={**os.environ, "RESEED_BROWSER": "", **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )


def program(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(["#!/bin/sh", *lines, ""]))
    path.chmod(0o755)
    return path


def test_a_python_that_is_not_there(checkout: Path) -> None:
    done = set_up(checkout, "requirements.lock", PYTHON="/nowhere/python3")
    assert done.returncode == 2
    assert (
        done.stderr
        == "set-up: PYTHON is /nowhere/python3, which is not there. Name a Python 3.11 or later.\n"
    )


def test_a_python_that_is_too_old(checkout: Path, bare_path: Path) -> None:
    old = program(bare_path / "python3", '[ "$1" = --version ] && echo "Python 3.9.18" && exit 0', "exit 1")
    done = set_up(checkout, "requirements.lock", PATH=str(bare_path))
    assert done.returncode == 2
    assert "Python 3.11 or later is needed, found Python 3.9.18." in done.stderr
    chosen = set_up(checkout, "requirements.lock", PATH=str(bare_path), PYTHON=str(old))
    assert chosen.returncode == 2
    assert f"PYTHON is {old}, which is Python 3.9.18." in chosen.stderr


def test_no_python_at_all(checkout: Path, bare_path: Path) -> None:
    done = set_up(checkout, "requirements.lock", PATH=str(bare_path))
    assert done.returncode == 2
    assert "found no python3 at all" in done.stderr
    assert not (checkout / ".venv").exists()


def test_a_python_without_its_venv_module(checkout: Path, bare_path: Path) -> None:
    program(
        bare_path / "python3", 'case "$2" in *ensurepip*) exit 1 ;; esac', f'exec "{sys.executable}" "$@"'
    )
    done = set_up(checkout, "requirements.lock", PATH=str(bare_path))
    assert done.returncode == 2
    assert "python3 has no venv module." in done.stderr


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_the_second_time_there_is_nothing_to_do_and_no_network_to_ask(lock: str) -> None:
    if not (ROOT / ".venv" / "reseed-setup" / "requirements-dev.lock").is_file():
        pytest.skip("this environment was not made by `make test`")
    done = set_up(ROOT, lock, PIP_NO_INDEX="1", UV_OFFLINE="1", PIP_USER="1")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


# Of a browser. ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Machine:
    """A checkout on a machine whose programs are ours: `apt-get` and Playwright install, or fail, and leave a note."""

    checkout: Path
    programs: Path

    def install_by(self, how: str) -> None:
        """What works from now on: "apt-get", "playwright", or nothing."""
        browser = f'printf "#!/bin/sh\\necho Chromium 1\\n" >"{self.programs}/chromium"'
        mode = f'chmod 755 "{self.programs}/chromium"'
        for name, path in (("apt-get", self.programs / "apt-get"), ("playwright", self.python)):
            works = f"{browser} && {mode}" if how == name else "exit 1"
            # Asked for a browser, the project's Python has none beside those on PATH.
            asked = '[ "$1" = - ] && exit 1' if name == "playwright" else ":"
            program(path, asked, f'echo "{name} $*" >>"{self.notes}"', works)

    @property
    def python(self) -> Path:
        return self.checkout / ".venv" / "bin" / "python"

    @property
    def notes(self) -> Path:
        return self.checkout / "notes"

    def tried(self) -> list[str]:
        """What was called since the last time we asked."""
        lines = self.notes.read_text().splitlines() if self.notes.exists() else []
        self.notes.unlink(missing_ok=True)
        return lines

    def look(self, *arguments: str, **environment: str) -> str:
        """What set-up says about the browser; it never fails."""
        done = script(self.checkout, "browser", *arguments, PATH=str(self.programs), **environment)
        assert (done.returncode, done.stdout) == (0, "")
        return done.stderr


@pytest.fixture
def machine(checkout: Path, bare_path: Path) -> Machine:
    """Somebody who is root on a machine without a browser."""
    (bare_path / "id").unlink()
    program(bare_path / "id", "echo 0")
    (bare_path / "chmod").symlink_to(shutil.which("chmod") or "")
    (checkout / ".venv" / "bin").mkdir(parents=True)
    made = Machine(checkout, bare_path)
    made.install_by("nothing")
    return made


def test_a_browser_that_is_there_is_nothing_to_speak_of(machine: Machine) -> None:
    program(machine.programs / "chromium", "echo Chromium 1")
    assert machine.look() == ""
    assert machine.tried() == []


def test_a_browser_is_installed_as_root_and_again_when_it_has_gone(machine: Machine) -> None:
    machine.install_by("apt-get")
    for _ in range(2):
        assert machine.look() == (
            "set-up: no browser was found; installing Chromium for the page checklist, once\n"
        )
        assert [line.split()[1] for line in machine.tried()] == ["install"]
        assert machine.look() == ""
        (machine.programs / "chromium").unlink()


def test_playwright_downloads_one_where_the_system_has_none(machine: Machine) -> None:
    machine.install_by("playwright")
    assert "installing Chromium" in machine.look()
    assert [line.split()[:4] for line in machine.tried()] == [
        ["apt-get", "install", "-y", "--no-install-recommends"],
        ["apt-get", "update"],
        ["playwright", "-m", "playwright", "install"],
    ]
    assert machine.look() == ""


def test_only_root_asks_the_system(machine: Machine) -> None:
    program(machine.programs / "id", "echo 1000")
    machine.install_by("playwright")
    machine.look()
    assert machine.tried() == ["playwright -m playwright install --no-shell chromium"]


def test_without_a_browser_set_up_says_what_that_means_and_tries_again_only_when_asked(
    machine: Machine,
) -> None:
    said = machine.look()
    assert 'will say "not run"' in said
    assert "apt-get install chromium" in said
    assert machine.tried()
    assert 'will say "not run"' in machine.look()
    assert machine.tried() == []
    machine.look("--again")
    assert machine.tried()
    machine.install_by("apt-get")
    assert "installing" in machine.look("--again")
    (machine.programs / "chromium").unlink()
    assert "installing" in machine.look(), "the failure is forgotten once there was a browser"


def test_a_browser_that_is_named_or_not_wanted_is_left_alone(machine: Machine) -> None:
    for named in ("none", "/opt/my/browser"):
        assert machine.look(RESEED_BROWSER=named) == ""
    assert machine.tried() == []
