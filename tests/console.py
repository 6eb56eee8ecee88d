"""The console as its tests have it: the application on a database with two tenants, and people signed in to it."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from reseed import database, seed
from reseed.database import Connection, Target
from reseed.pages import application, read_pages
from reseed.project import Project

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.testclient import TestClient

    from modernize.web.access.caller import Caller

PASSWORD = "correct horse battery staple"
"""Of every user of the console's database."""

VIEWER = "viewer@democorp.com"

TENANTS = 2

LOCAL = "http://127.0.0.1:8080"

BELOW = {"/flows/{flow_id}": "discovery_flows"}
"""Page below one of the menu -> the table whose ids stand in its path."""


def fill(target: Target, project: Project) -> None:
    """Load the demo tenant and a second one; the tables are there."""
    from argon2 import PasswordHasher

    # A hash says how much work it takes to check; for hundreds of sign-ins as little as possible.
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    with database.connect(target) as connection:
        seed.load_tenants(connection, project.load_dataset(), range(TENANTS), password=PASSWORD)
        with database.change_every_row(connection):
            connection.execute("UPDATE users SET password_hash = %s", (cheap,))


@dataclass(frozen=True)
class Person:
    """Somebody who may sign in."""

    user_id: UUID
    email: str
    client_account_id: UUID


@dataclass
class Console:
    """A running console.

    Attributes:
        app: what answers. target: its database, as the owner of the tables.
    """

    app: FastAPI
    target: Target
    project: Project
    open: ExitStack = field(default_factory=ExitStack)

    def tenant_id(self, tenant: int) -> UUID:
        tenant_id: UUID = self.project.load_dataset().tenant_id(tenant)
        return tenant_id

    def visitor(self, address: str = LOCAL) -> TestClient:
        """A browser with no cookies that follows no redirect."""
        return self.open.enter_context(_client(self.app, address))

    def signed_in(self, role: str, tenant: int = 0) -> TestClient:
        """A browser in which a member with this role has signed in; its requests carry the session's CSRF token.

        A role that nobody of the tenant has is given to somebody new.
        """
        return self.signed_in_as(self.person(role, tenant))

    def signed_in_as(self, person: Person) -> TestClient:
        """The same for one member."""
        client = self.visitor()
        answer = sign_in(client, person.email)
        assert answer.status_code == 303, answer.text
        client.headers["X-CSRF-Token"] = client.get("/api/me").json()["csrf_token"]
        return client

    def person(self, role: str, tenant: int = 0) -> Person:
        """The first active member of a tenant with a role, made where there is none."""
        with self.everything() as connection:
            found = database.dict_rows(
                connection,
                "SELECT u.id, u.email FROM users u JOIN user_account_associations a ON a.user_id = u.id "
                "WHERE a.client_account_id = %s AND a.role = %s::account_role AND u.status = 'active' "
                "ORDER BY u.created_at, u.id LIMIT 1",
                (self.tenant_id(tenant), role),
            )
        if found:
            return Person(found[0]["id"], found[0]["email"], self.tenant_id(tenant))
        return self.enrol(role, tenant)

    def enrol(self, role: str, tenant: int = 0) -> Person:
        """A new active member of a tenant, with access to its engagement and the password of everybody."""
        person = Person(uuid4(), f"{uuid4().hex[:12]}@example.com", self.tenant_id(tenant))
        values = {**person.__dict__, "role": role}
        with self.everything() as connection:
            for statement in _ENROL:
                connection.execute(statement, values)
        return person

    @contextmanager
    def everything(self) -> Iterator[Connection]:
        """A transaction that sees and changes the rows of every tenant: the test's own hand in the database."""
        with database.connect(self.target) as connection, database.change_every_row(connection):
            yield connection

    def rows(self, query: str, values: Any = ()) -> list[dict[str, Any]]:
        """What a query finds in the rows of every tenant."""
        with self.everything() as connection:
            return database.dict_rows(connection, query.encode(), values)

    def change(self, statement: str, values: Any = ()) -> None:
        """Change rows of any tenant; a statement that changes none is a slip."""
        with self.everything() as connection:
            assert connection.execute(statement.encode(), values).rowcount >= 1

    def caller(self, client: TestClient) -> Caller:
        """Who a browser is, as a page of its own would hold it."""
        from modernize.web.access import cookies
        from modernize.web.access.caller import recognise

        found = recognise(self.app.state.doors, client.cookies.get(cookies.SESSION))
        assert found
        return found

    def forget_sign_ins(self) -> None:
        """Nobody is signed in, and nobody ever was."""
        with self.everything() as connection:
            connection.execute("DELETE FROM user_sessions")
            connection.execute("DELETE FROM sign_in_attempts")

    def close(self) -> None:
        self.open.close()
        self.app.state.doors.close()


_ENROL = (
    b"""INSERT INTO users (id, email, full_name, status, home_client_account_id, password_hash)
        SELECT %(user_id)s, %(email)s, 'New Member', 'active', %(client_account_id)s, password_hash
        FROM users WHERE password_hash IS NOT NULL ORDER BY email LIMIT 1""",
    b"""INSERT INTO user_account_associations (client_account_id, user_id, role)
        VALUES (%(client_account_id)s, %(user_id)s, %(role)s::account_role)""",
    b"""INSERT INTO user_profiles (client_account_id, user_id, access_level, status, approved_at)
        VALUES (%(client_account_id)s, %(user_id)s, 'ADMIN', 'approved', now())""",
    b"""INSERT INTO engagement_access (client_account_id, engagement_id, user_id, access_level)
        SELECT client_account_id, id, %(user_id)s, 'ADMIN' FROM engagements
        WHERE client_account_id = %(client_account_id)s""",
)


def sign_in(client: TestClient, email: str, password: str = PASSWORD, **fields: str) -> Any:
    """Fetch the form, fill it in and send it; returns the answer."""
    form = client.get("/sign-in")
    return client.post("/sign-in", data={**hidden(form.text), "email": email, "password": password, **fields})


def hidden(page: str) -> Mapping[str, str]:
    """The hidden fields of a page's forms."""
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page))


@contextmanager
def serving(target: Target, project: Project, state: Path | None = None) -> Iterator[Console]:
    """The console's sign-in and API on a database, as the application's role; `state` holds the runs it shows."""
    from modernize.web.app import create_app
    from modernize.web.settings import ConsoleSettings

    url = target.with_setting("role", project.app_role).url()
    console = Console(create_app(ConsoleSettings(url, state=state)), target, project)
    try:
        yield console
    finally:
        console.close()


@contextmanager
def on_clone(server: Target, template: str, project: Project, state: Path | None = None) -> Iterator[Console]:
    """The same on a database of its own, cloned from a template."""
    with (
        database.scratch(server, "console", template=template) as target,
        serving(target, project, state) as console,
    ):
        yield console


@contextmanager
def started(target: Target, project: Project, folder: Path) -> Iterator[str]:
    """The address of the whole console, pages and all, as a process of its own; runs lie in the folder."""
    declared = read_pages(project.pages).application
    assert declared
    told = application.told(project, folder)
    log = folder / "console.log"
    with application.running(declared, project, target, environment=told, log=log) as running:
        yield running.url


def _client(app: FastAPI, address: str) -> TestClient:
    with warnings.catch_warnings():
        # It asks for the successor of httpx, which nothing else here needs.
        warnings.simplefilter("ignore")
        from starlette.testclient import TestClient
    return TestClient(app, base_url=address, follow_redirects=False)
