"""`scripts/setup`, which `make demo` and `make test` begin with: clear sentences, and nothing to do the second time."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TOOLS = ("cat", "cksum", "dirname", "flock", "grep", "id", "mkdir", "sh")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """What set-up needs of a checkout, in a folder with a space in its name."""
    folder = tmp_path / "a checkout"
    (folder / "scripts").mkdir(parents=True)
    shutil.copy(ROOT / "scripts" / "setup", folder / "scripts" / "setup")
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
    return subprocess.run(
        [folder / "scripts" / "setup", lock],
        env={**os.environ, "PYTHON": "", **environment},
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
