"""The demo shop, an application that shares nothing with the reference one, and databases of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from reseed import database, seed
from reseed.database import Target
from reseed.project import Project

FOLDER = Path(__file__).resolve().parent / "examples" / "shop"
FILE = FOLDER / "reseed.toml"


@contextmanager
def filled(server: Target, project: Project, shops: int = 1, password: str | None = None) -> Iterator[Target]:
    """A database with a project's tables and the rows of some tenants; with a password its people may sign in."""
    database.ensure_app_role(server, project.app_role)
    with database.scratch(server, "shop") as target:
        engine = database.engine(target)
        project.load_metadata().create_all(engine)
        engine.dispose()
        with database.connect(target) as connection:
            seed.load_tenants(connection, project.load_dataset(), range(shops), password=password)
        yield target
