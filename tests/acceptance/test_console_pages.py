"""Every page of the running console, for every role and for visitors; and its websocket, for members only."""

from __future__ import annotations

import http.client
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlsplit

import httpx
import pytest

from modernize.models.enums import AccessLevel, AccountRole
from modernize.web.access import scopes
from modernize.web.look.navigation import MENU
from reseed.database import Target
from reseed.project import Project
from tests import console as consoles
from tests.console import BELOW, Console
from tests.postgres.matrix import Tenant, tenant_rows

#: Pages that lead somewhere by an id in the address -> the parameter, and the table.
BY_ADDRESS = {
    "/assets": ("asset", "assets"),
    "/mappings": ("mapping", "import_field_mappings"),
    "/dependencies": ("focus", "assets"),
}
HANDSHAKE = "/_nicegui_ws/socket.io/?EIO=4&transport=websocket"


@pytest.fixture(scope="module")
def console(console_database: Target, project: Project) -> Iterator[Console]:
    """The same database in process, to sign people in."""
    with consoles.serving(console_database, project) as serving:
        yield serving


@pytest.fixture(scope="module")
def people(console: Console, address: str) -> Iterator[dict[AccountRole, httpx.Client]]:
    made = {role: browser_of(console, address, role) for role in AccountRole}
    yield made
    for client in made.values():
        client.close()


def browser_of(console: Console, address: str, role: AccountRole, tenant: int = 0) -> httpx.Client:
    cookies = dict(console.signed_in(role, tenant).cookies.items())
    return httpx.Client(base_url=address, cookies=cookies, timeout=30)


def scope_of(path: str) -> str:
    return next(
        entry.scope for entry in reversed(MENU) if path == entry.path or path.startswith(f"{entry.path}/")
    )


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


def test_a_page_shows_nothing_of_another_tenant(
    console: Console, address: str, people: dict[AccountRole, httpx.Client]
) -> None:
    """What stands in the pages themselves; rows of grids come over the API, which is asked elsewhere."""
    other = tenant_rows(console, 1, {})
    client = people[AccountRole.ENGAGEMENT_MANAGER]
    asked = [entry.path for entry in MENU if entry.path != "/users"]
    below = [re.sub("{.*}", other.ids[table][0], path) for path, table in BELOW.items()]
    asked += below
    asked += [f"{path}?{name}={other.ids[table][0]}" for path, (name, table) in BY_ADDRESS.items()]
    shown = set()
    with browser_of(console, address, AccountRole.ENGAGEMENT_MANAGER, 1) as member:
        for path in asked:
            answer = client.get(path)
            assert held(other, path, answer.text) == [], path
            assert answer.status_code in (200, 404), path
            if held(other, path, member.get(path).text):
                shown.add(path)
    assert shown >= {"/", "/flows", "/planning", *below}, "its own tenant sees it, or nothing is proven"


def held(tenant: Tenant, path: str, text: str) -> list[str]:
    """Ids and names of a tenant that a page shows, without the id it was asked for."""
    sent = re.search(r"[0-9a-f]{8}-[0-9a-f-]{27}", path)
    rest = text.replace(sent[0], "") if sent else text
    return [each for each in (*tenant.every_id(), *tenant.names) if each in rest]


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
