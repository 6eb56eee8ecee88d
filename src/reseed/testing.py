"""pytest plugin: `reseeded_db`, a private copy of the project's seeded database for each test.

It is loaded in every pytest run of its environment, so nothing but pytest is imported before a test asks for the
fixture. The first test of a session makes, or finds, the template for the models and the dataset as they are now; every
test copies it. Workers of pytest-xdist share the template, which the first of them makes.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    import sqlalchemy as sa

    from reseed.database import Connection, Copier, Target


@dataclass(frozen=True)
class ReseededDatabase:
    """A private copy of the seeded database.

    Attributes:
        target: server, role and database.
    """

    target: Target

    @property
    def name(self) -> str:
        """Name of the database."""
        return self.target.database

    @property
    def url(self) -> str:
        """As `postgresql://…`, with the password: for psycopg, or SQLAlchemy."""
        return self.target.url()

    def connect(self) -> Connection:
        """An open psycopg connection as the owner; whoever asked for it closes it."""
        from reseed.database.connection import open_connection

        return open_connection(self.target)

    def engine(self) -> sa.Engine:
        """A SQLAlchemy engine as the owner, without a pool."""
        from reseed import database

        return database.engine(self.target)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Where the project and the server are; both are found as the commands find them when not given."""
    group = parser.getgroup("reseed")
    group.addoption(
        "--reseed-project",
        metavar="PATH",
        help="The project's reseed.toml, or its folder; also reseed_project.",
    )
    group.addoption(
        "--reseed-database-url",
        metavar="URL",
        help="The server that reseeded_db is made on; RESEED_DATABASE_URL, DATABASE_URL, or else an embedded one.",
    )
    parser.addini("reseed_project", "The project's reseed.toml, or its folder, from the folder of this file.")


@pytest.fixture(scope="session")
def reseed_copier(pytestconfig: pytest.Config) -> Iterator[Copier]:
    """Makes copies of the template for the project's models and dataset as they are now.

    Databases that killed sessions have left are dropped first. While this session lives, its template stays.
    """
    from reseed import database, proven
    from reseed.errors import ReseedError
    from reseed.run.context import locate_target
    from reseed.settings import Settings

    with ExitStack() as stack:
        try:
            settings = Settings.read(
                project=_project_file(pytestconfig),
                database_url=pytestconfig.getoption("reseed_database_url"),
            )
            project = settings.load_project()
            target = locate_target(settings, project)
            database.sweep(target)
            password = settings.demo_password.get_secret_value() if settings.demo_password else None
            template = proven.ready_template(project, target, settings.templates, password)
            copier = stack.enter_context(database.copier(target, template.name))
        except ReseedError as error:
            pytest.fail(str(error), pytrace=False)
        yield copier


@pytest.fixture
def reseeded_db(reseed_copier: Copier) -> Iterator[ReseededDatabase]:
    """A database of this test's own, with the project's tables and rows; dropped afterwards with its sessions."""
    with reseed_copier.copy() as target:
        yield ReseededDatabase(target)


def _project_file(config: pytest.Config) -> Path | None:
    """As given on the command line, from the folder it was given in; or in the ini file, from the folder of that."""
    if given := config.getoption("reseed_project"):
        return (config.invocation_params.dir / str(given)).absolute()
    if named := str(config.getini("reseed_project")):
        return ((config.inipath.parent if config.inipath else config.rootpath) / named).absolute()
    return None
