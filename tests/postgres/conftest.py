"""What tests of the console's services and API share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest

from reseed import database
from reseed.database import Target
from reseed.project import Project
from reseed.seed import Definition
from tests import disks
from tests.console import Console, on_clone

if TYPE_CHECKING:
    from starlette.testclient import TestClient


@pytest.fixture
def console(shared_console: Console) -> Console:
    """The module's console when nobody has ever signed in to it."""
    shared_console.forget_sign_ins()
    return shared_console


@pytest.fixture(scope="module")
def changing_console(server: Target, console_template: str, project: Project) -> Iterator[Console]:
    """One more for a module: for tests that add rows, change members of their own, and count nobody else's."""
    with on_clone(server, console_template, project) as serving:
        yield serving


@pytest.fixture(scope="module")
def viewer(shared_console: Console) -> TestClient:
    """A browser of somebody who only looks; not beside `console`, which forgets who has signed in."""
    return shared_console.signed_in("VIEWER")


@pytest.fixture
def server_on_a_small_disk() -> Iterator[tuple[Target, Path]]:
    """A database of a server whose data lies on a disk that has hardly any room beside it; and its state folder."""
    with TemporaryDirectory() as parent:
        # The server's user must pass through.
        Path(parent).chmod(0o711)
        with disks.small_disk(Path(parent) / "disk", "110m") as folder:
            target = database.embedded.start(folder).on("shop")
            try:
                database.create(target, target.database)
                yield target, folder
            finally:
                database.embedded.remove(folder)


@pytest.fixture(scope="session")
def numbers(project: Project) -> Mapping[str, int]:
    """How many rows the dataset defines, by table and by the name of a part of one."""
    definition: Definition = project.load_dataset().definition
    return {**definition.rows, **{subset.name: subset.rows for subset in definition.subsets}}
