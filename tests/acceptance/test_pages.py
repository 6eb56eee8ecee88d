"""Pages in a run: opened in a browser on a copy of the new database, and nothing is swapped when one shows it wrong."""

from __future__ import annotations

import secrets
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from reseed import database
from reseed import project as projects
from reseed.database import Target
from reseed.project import Project
from tests.acceptance.conftest import ANY_BROWSER, Command, Legacy, databases_like

SHOP = Path(__file__).resolve().parents[1] / "examples" / "shop"
PROJECT = str(SHOP / "reseed.toml")


@pytest.fixture(scope="module")
def project() -> Project:
    return projects.load(SHOP / "reseed.toml")


@pytest.fixture
def shop(server: Target, project: Project, tmp_path: Path) -> Iterator[Legacy]:
    """An empty database, the shop's migrations, and a folder for runs."""
    yield from _shop(server, project, tmp_path)


def _shop(server: Target, project: Project, folder: Path) -> Iterator[Legacy]:
    target = server.on(f"shop_{secrets.token_hex(4)}")
    database.create(server, target.database)
    shutil.copytree(project.migrations, folder / "migrations")
    (folder / "migrations" / "versions").mkdir(exist_ok=True)
    started = Legacy(target, folder / "migrations", folder / "state")
    yield started
    for name in databases_like(started):
        database.drop(server, name)


def carry_out(
    reseed: Command, shop: Legacy, *command: str, **variables: str
) -> subprocess.CompletedProcess[str]:
    migrations = ["--migrations", str(shop.migrations)] if command == ("run",) else []
    return reseed(
        *command, "--project", PROJECT, *shop.flags, *migrations, **{**shop.environment, **variables}
    )


def folder_of(shop: Legacy) -> Path:
    (folder,) = (shop.state / "runs").iterdir()
    return folder


@pytest.fixture(scope="module")
def passed(
    server: Target, project: Project, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Legacy, subprocess.CompletedProcess[str]]]:
    """One run whose pages a browser has opened, for all tests that only look at what it leaves."""
    from tests.acceptance.conftest import run_reseed

    for shop in _shop(server, project, tmp_path_factory.mktemp("shop")):
        done = carry_out(run_reseed, shop, "run", **ANY_BROWSER)
        assert done.returncode == 0, done.stdout + done.stderr
        yield shop, done


def test_it_passes(passed: tuple[Legacy, subprocess.CompletedProcess[str]]) -> None:
    _, done = passed
    assert "31 of 31 lines passed" in done.stdout
