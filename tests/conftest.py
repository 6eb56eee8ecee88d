"""Databases for the tests: one throw-away server for each test process, templates made once, a clone for each test."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from reseed import database, guard
from reseed import project as projects
from reseed.database import Target
from reseed.pages import Browser, find_browser
from reseed.project import Project
from reseed.settings import Settings

from . import console, memory

ROOT = Path(__file__).resolve().parents[1]
DEBIAN_15 = Path("/usr/lib/postgresql/15/bin")


@pytest.fixture(scope="session", autouse=True)
def nobody_in_particular() -> Iterator[None]:
    """Whoever runs the tests, an agent or a person, is nothing to what is tested."""
    with pytest.MonkeyPatch.context() as environment:
        for variable in (*guard.AGENT_VARIABLES, "RESEED_CONSENT", "RESEED_STATE_URL"):
            environment.delenv(variable, raising=False)
        yield


@pytest.fixture(scope="session")
def server() -> Iterator[Target]:
    """A throw-away PostgreSQL 18 as an ordinary role with CREATEDB and CREATEROLE; ends even when pytest is killed."""
    with memory.throw_away() as target:
        yield target


@pytest.fixture(scope="session")
def server_15() -> Iterator[Target]:
    """The same from Debian's PostgreSQL 15: another major version."""
    if not (DEBIAN_15 / "initdb").is_file():
        pytest.skip(f"needs Debian's PostgreSQL 15 in {DEBIAN_15}")
    with memory.throw_away(binaries=DEBIAN_15) as target:
        yield target


@pytest.fixture(scope="session")
def superuser(server: Target) -> Target:
    """The superuser of `server`, to make the roles a test is about."""
    return database.embedded.administrator(server)


@pytest.fixture(scope="session")
def browser() -> Browser:
    """A browser; without one nothing is known about pages, so that is a failure."""
    found = find_browser(Settings.read(browser=None))
    assert isinstance(found, Browser), str(found)
    return found


@pytest.fixture(scope="session")
def project() -> Project:
    """The reference application."""
    return projects.load(ROOT / "src" / "modernize" / "reseed.toml")


@pytest.fixture
def empty_database(server: Target) -> Iterator[Target]:
    """A fresh database without a table."""
    with database.scratch(server, "empty") as target:
        yield target


@pytest.fixture(scope="session")
def schema_template(server: Target, project: Project) -> str:
    """Name of a database with the application's tables and policies, and no rows."""
    name = "template_schema"
    database.ensure_app_role(server, project.app_role)
    database.create(server, name)
    engine = database.engine(server.on(name))
    try:
        project.load_metadata().create_all(engine)
    finally:
        engine.dispose()
    return name


@pytest.fixture
def schema_database(server: Target, schema_template: str) -> Iterator[Target]:
    """A database of its own with the application's tables and policies, and no rows."""
    with database.scratch(server, "schema", template=schema_template) as target:
        yield target


@pytest.fixture(scope="session")
def demo_template(server: Target, schema_template: str, project: Project) -> str:
    """Name of a database with the application's tables and the whole demo tenant."""
    from reseed import seed

    name = "template_demo"
    database.clone(server, schema_template, name)
    with database.connect(server.on(name)) as connection:
        seed.load_tenants(connection, project.load_dataset(), range(1))
    return name


@pytest.fixture
def demo_database(server: Target, demo_template: str) -> Iterator[Target]:
    """A database of its own with the whole demo dataset."""
    with database.scratch(server, "demo", template=demo_template) as target:
        yield target


@pytest.fixture(scope="session")
def console_template(server: Target, schema_template: str, project: Project) -> str:
    """Name of a database with the demo tenant and a second one, whose users' password the tests know."""
    name = "template_console"
    database.clone(server, schema_template, name)
    console.fill(server.on(name), project)
    return name


@pytest.fixture
def running_console(server: Target, console_template: str, project: Project) -> Iterator[console.Console]:
    """The console on a database of its own with two tenants; sign people in with `.signed_in(role, tenant)`."""
    with console.on_clone(server, console_template, project) as serving:
        yield serving


@pytest.fixture(scope="module")
def shared_console(server: Target, console_template: str, project: Project) -> Iterator[console.Console]:
    """The same for a whole module of tests that leave its rows as they are."""
    with console.on_clone(server, console_template, project) as serving:
        yield serving


@pytest.fixture
def role(superuser: Target) -> Iterator[Callable[[str], Target]]:
    """Makes login roles with the attributes asked for (`"CREATEDB"`); they and what they own go with the test."""
    made: list[str] = []

    def make(attributes: str = "") -> Target:
        name, password = f"test_{secrets.token_hex(6)}", secrets.token_hex(12)
        with database.connect(superuser) as connection:
            connection.execute(
                database.sql.SQL("CREATE ROLE {} LOGIN PASSWORD {} ").format(
                    database.sql.Identifier(name), database.sql.Literal(password)
                )
                + database.sql.SQL(attributes)  # type: ignore[arg-type]
            )
        made.append(name)
        return Target(superuser.host, superuser.port, name, password, "postgres")

    yield make
    _drop_roles(superuser, made)


def _drop_roles(superuser: Target, names: list[str]) -> None:
    with database.connect(superuser) as connection:
        owned = connection.execute(
            "SELECT datname FROM pg_database d JOIN pg_roles r ON r.oid = d.datdba WHERE rolname = ANY(%s)",
            (names,),
        ).fetchall()
    for (name,) in owned:
        database.drop(superuser, name)
    with database.connect(superuser) as connection:
        for name in names:
            role = database.sql.Identifier(name)
            connection.execute(database.sql.SQL("DROP OWNED BY {}").format(role))
            connection.execute(database.sql.SQL("DROP ROLE {}").format(role))
