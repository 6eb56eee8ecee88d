"""Every page of the running console, for every role and for visitors; and its websocket, for members only."""

from __future__ import annotations

import http.client
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import httpx
import pytest

from modernize.models.enums import AccessLevel, AccountRole
from modernize.web import pages
from modernize.web.access import scopes
from modernize.web.look.navigation import MENU
from reseed import database
from reseed.database import Target
from reseed.pages import application
from reseed.project import Project
from tests import console as consoles
from tests.console import Console
from tests.postgres.matrix import tenant_rows

#: Page below a page of the menu -> the table whose ids stand in its path.
BELOW = {"/flows/{flow_id}": "discovery_flows"}
#: Pages that lead somewhere by an id in the address -> the parameter, and the table.
BY_ADDRESS = {
    "/assets": ("asset", "assets"),
    "/mappings": ("mapping", "import_field_mappings"),
    "/dependencies": ("focus", "assets"),
}
HANDSHAKE = "/_nicegui_ws/socket.io/?EIO=4&transport=websocket"


@pytest.fixture(scope="module")
def target(server: Target, console_template: str) -> Iterator[Target]:
    with database.scratch(server, "console", template=console_template) as made:
        yield made


@pytest.fixture(scope="module")
def console(target: Target, project: Project) -> Iterator[Console]:
    """The same database in process, to sign people in."""
    with consoles.serving(target, project) as serving:
        yield serving


@pytest.fixture(scope="module")
def address(target: Target, project: Project, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    declared = application.Application(**tomllib.loads(project.pages.read_text())["application"])
    folder = tmp_path_factory.mktemp("console")
    told = application.told(project, folder)
    log = folder / "console.log"
    with application.running(declared, project, target, environment=told, log=log) as running:
        yield running.url


@pytest.fixture(scope="module")
def people(console: Console, address: str) -> Iterator[dict[AccountRole, httpx.Client]]:
    made = {}
    for role in AccountRole:
        cookies = dict(console.signed_in(role).cookies.items())
        made[role] = httpx.Client(base_url=address, cookies=cookies, timeout=30)
    yield made
    for client in made.values():
        client.close()


def scope_of(path: str) -> str:
    return next(
        entry.scope for entry in reversed(MENU) if path == entry.path or path.startswith(f"{entry.path}/")
    )


def test_every_page_is_expected() -> None:
    written = "".join(file.read_text() for file in Path(pages.__path__[0]).glob("*.py"))
    assert set(re.findall(r'@page\("([^"]+)"', written)) == {entry.path for entry in MENU} | set(BELOW)


def test_a_page_opens_for_whoever_may_and_for_nobody_else(
    console: Console, people: dict[AccountRole, httpx.Client]
) -> None:
    own = tenant_rows(console, 0, {}).ids
    paths = [entry.path for entry in MENU] + [
        re.sub("{.*}", own[table][0], path) for path, table in BELOW.items()
    ]
    for role, client in people.items():
        for path in paths:
            allowed = scope_of(path) in scopes.allowed(role, AccessLevel.ADMIN)
            assert client.get(path).status_code == (200 if allowed else 403), (role, path)


def test_the_checklist_names_the_roles_that_may(project: Project) -> None:
    for page in tomllib.loads(project.pages.read_text())["pages"]:
        declared = set(page["roles"])
        seeded = {role["name"] for role in tomllib.loads(project.pages.read_text())["roles"]}
        may = {role.value for role in AccountRole if scope_of(page["path"]) in scopes.by_role()[role]}
        assert declared == may & seeded, page["path"]


def test_a_page_shows_nothing_of_another_tenant(
    console: Console, people: dict[AccountRole, httpx.Client]
) -> None:
    other = tenant_rows(console, 1, {})
    client = people[AccountRole.ENGAGEMENT_MANAGER]
    asked = [entry.path for entry in MENU if entry.path != "/users"]
    asked += [re.sub("{.*}", other.ids[table][0], path) for path, table in BELOW.items()]
    asked += [f"{path}?{name}={other.ids[table][0]}" for path, (name, table) in BY_ADDRESS.items()]
    for path in asked:
        answer = client.get(path)
        sent = re.search(r"[0-9a-f]{8}-[0-9a-f-]{27}", path)
        text = answer.text.replace(sent[0], "") if sent else answer.text
        held = [each for each in (*other.every_id(), *other.names) if each in text]
        assert held == [], path
        assert answer.status_code in (200, 404), path


def test_a_visitor_is_sent_to_the_sign_in_from_every_page(address: str) -> None:
    for path in [*(entry.path for entry in MENU), "/flows/1?tab=crews"]:
        answer = httpx.get(f"{address}{path}", follow_redirects=False)
        wanted = f"/sign-in?next={quote(path, safe='')}" if path != "/" else "/sign-in"
        assert (answer.status_code, answer.headers["location"]) == (303, wanted)


def test_the_websocket_is_for_members(address: str, people: dict[AccountRole, httpx.Client]) -> None:
    cookie = "; ".join(f"{name}={value}" for name, value in people[AccountRole.VIEWER].cookies.items())
    assert handshake(address, {"Cookie": cookie}) == 101
    assert handshake(address, {}) == 403
    assert handshake(address, {"Cookie": cookie, "Origin": "http://elsewhere.example"}) == 403
    forged = re.sub(r".$", "x" if cookie[-1] != "x" else "y", cookie)
    assert handshake(address, {"Cookie": forged}) == 403


def handshake(address: str, headers: dict[str, str]) -> Any:
    """The status that a browser's request for a websocket gets."""
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=10)
    asking = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13"}
    connection.request(
        "GET", HANDSHAKE, headers={**asking, "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==", **headers}
    )
    status = connection.getresponse().status
    connection.close()
    return status


def test_a_page_that_cannot_be_shown_says_so_in_its_status_as_well(
    people: dict[AccountRole, httpx.Client],
) -> None:
    client = people[AccountRole.ENGAGEMENT_MANAGER]
    nobody = "00000000-0000-0000-0000-000000000000"
    for path, status, words in (
        (f"/flows/{nobody}", 404, f"There is no flow {nobody}"),
        ("/flows/nonsense", 404, "which is not an id"),
        ("/flows?status=bogus", 422, "status=bogus"),
        ("/flows", 200, "Discovery flows"),
    ):
        answer = client.get(path)
        assert (answer.status_code, words in answer.text) == (status, True), path
