"""What a session may do: asked in every transaction again, refused to visitors, strangers and other sites."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa

from modernize.models import Asset, User
from modernize.web import api
from modernize.web.access import Doors
from modernize.web.access.dependency import SCOPE, signed_in
from modernize.web.access.doors import UnfitRole
from modernize.web.access.guard import Guard
from modernize.web.access.scopes import known
from modernize.web.errors import Forbidden, NotSignedIn, Unavailable
from reseed import database
from reseed.database import Target
from reseed.project import Project
from tests.console import LOCAL, VIEWER, Console, sign_in

if TYPE_CHECKING:
    from starlette.testclient import TestClient

HANDSHAKE = "/_nicegui_ws/socket.io/?EIO=4&transport="


def test_a_caller_sees_the_rows_of_its_own_account(console: Console) -> None:
    for tenant in (0, 1):
        someone = console.caller(console.signed_in("VIEWER", tenant))
        with someone.working("asset:read") as work:
            accounts = work.connection.scalars(sa.select(Asset.client_account_id).distinct()).all()
        assert accounts == [console.tenant_id(tenant)] == [work.identity.client_account_id]


def test_a_scope_of_another_role_is_refused(console: Console) -> None:
    viewer = console.caller(console.signed_in("VIEWER"))
    assert viewer.may("asset:read")
    assert not viewer.may("planning:write")
    with (
        pytest.raises(Forbidden, match="Your role, VIEWER, does not allow planning:write"),
        viewer.working("planning:write"),
    ):
        pass


def test_reading_cannot_write(console: Console) -> None:
    manager = console.caller(console.signed_in("ENGAGEMENT_MANAGER"))
    with (
        pytest.raises(sa.exc.InternalError, match="read-only transaction"),
        manager.working("asset:export") as work,
    ):
        work.connection.execute(sa.update(Asset).values(description="seen"))
    with manager.working("planning:write") as work:
        work.connection.execute(sa.update(Asset).values(description="seen").where(sa.false()))


def test_an_error_undoes_the_work(console: Console) -> None:
    manager = console.caller(console.signed_in("ENGAGEMENT_MANAGER"))
    with pytest.raises(RuntimeError, match="half way"), manager.working("planning:write") as work:
        work.connection.execute(sa.update(Asset).values(description="half"))
        raise RuntimeError("half way")
    with manager.working("asset:read") as work:
        half = sa.select(sa.func.count()).select_from(Asset).where(Asset.description == "half")
        assert work.connection.scalar(half) == 0


def test_a_role_changed_counts_at_once(console: Console) -> None:
    """Also in a page that was open all the time."""
    analyst = console.enrol("ANALYST")
    client = console.signed_in_as(analyst)
    page = console.caller(client)
    console.change(
        "UPDATE user_account_associations SET role = 'VIEWER' WHERE user_id = %s", (analyst.user_id,)
    )
    with pytest.raises(Forbidden), page.working("mapping:review"):
        pass
    assert not page.may("mapping:review")
    assert client.get("/api/me").json()["role"] == "VIEWER"


def test_read_only_access_to_the_engagement_is_a_limit(console: Console) -> None:
    analyst = console.enrol("ANALYST")
    page = console.caller(console.signed_in_as(analyst))
    console.change(
        "UPDATE engagement_access SET access_level = 'READ_ONLY' WHERE user_id = %s", (analyst.user_id,)
    )
    with pytest.raises(Forbidden), page.working("mapping:review"):
        pass
    with page.working("mapping:read"):
        pass


@pytest.mark.parametrize(
    "happens",
    [
        "UPDATE users SET status = 'disabled' WHERE id = %s",
        "DELETE FROM user_account_associations WHERE user_id = %s",
        "UPDATE user_sessions SET ended_at = now() WHERE user_id = %s",
        "UPDATE user_sessions SET expires_at = created_at WHERE user_id = %s",
    ],
)
def test_who_is_no_longer_a_member_is_out_at_once(console: Console, happens: str) -> None:
    viewer = console.enrol("VIEWER")
    client = console.signed_in_as(viewer)
    page = console.caller(client)
    if happens.startswith("DELETE"):
        for table in ("user_profiles", "engagement_access"):
            console.change(f"DELETE FROM {table} WHERE user_id = %s", (viewer.user_id,))
    console.change(happens, (viewer.user_id,))
    with pytest.raises(NotSignedIn), page.working("asset:read"):
        pass
    assert client.get("/api/me").status_code == 401


def test_every_route_of_the_api_says_what_it_needs(console: Console) -> None:
    asked = {
        f"/api{route.path_format}": {need for each in _within(route.dependant) for need in _needs(each)}
        for router in api.routers()
        for route in router.routes
    }
    assert set(asked) == set(console.app.openapi()["paths"])
    assert {path for path, needed in asked.items() if not needed} == set()
    assert {path for path, needed in asked.items() if needed == {"a session"}} == {"/api/me"}
    assert {scope for needed in asked.values() for scope in needed} - {"a session"} <= known()


def _within(dependant: Any) -> Iterator[Any]:
    yield dependant
    for each in dependant.dependencies:
        yield from _within(each)


def _needs(dependant: Any) -> Iterator[str]:
    if scope := getattr(dependant.call, SCOPE, None):
        yield scope
    if dependant.call is signed_in:
        yield "a session"


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/assets",
        "/users",
        "/nothing",
        "/sign-in/",
        "/look/%2e%2e/api/me",
        "//api/me",
        "/api/openapi.json",
        "/_nicegui/client/1/upload/2",
        "/_nicegui/auto/static/x/y",
        "/_nicegui/3.18.0/dynamic_resources/x",
        "/_nicegui_ws/socket.io/?EIO=4&transport=polling",
    ],
)
def test_a_visitor_sees_the_sign_in_and_nothing_else(console: Console, path: str) -> None:
    answer = console.visitor().get(path)
    assert answer.status_code in (303, 401)
    if answer.status_code == 303:
        assert answer.headers["location"].startswith("/sign-in")
    else:
        assert answer.json()["detail"] == "You are not signed in, or your session has ended. Sign in again."


def test_a_visitors_change_is_refused_and_not_redirected(console: Console) -> None:
    assert console.visitor().post("/api/users", json={}).status_code == 401
    assert console.visitor().post("/assets").status_code == 401


def test_a_change_needs_the_token_of_the_session(console: Console) -> None:
    client = console.signed_in("CLIENT_ADMIN")
    other = console.signed_in("CLIENT_ADMIN", 1).headers["X-CSRF-Token"]
    for token in ("", "guessed", other, "é"):
        answer = client.post("/api/users", json={}, headers={"X-CSRF-Token": token.encode()})
        assert (answer.status_code, "X-CSRF-Token" in answer.text) == (403, True)
    assert client.post("/api/users", json={}).status_code == 422


@pytest.mark.parametrize(
    "headers", [{"origin": "https://evil.example"}, {"origin": "null"}, {"sec-fetch-site": "cross-site"}]
)
def test_another_site_cannot_change_a_thing(console: Console, headers: dict[str, str]) -> None:
    client = console.signed_in("CLIENT_ADMIN")
    for path in ("/api/users", "/sign-out", "/_nicegui/client/1/upload/2"):
        assert client.post(path, headers=headers).status_code == 403
    assert client.get("/api/me").status_code == 200


@pytest.fixture
def behind_the_guard(console: Console) -> Any:
    """An application that admits every websocket, behind the guard."""

    async def admit(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        await send({"type": "websocket.send", "text": scope["modernize.caller"].identity.email})

    return Guard(admit, console.app.state.doors)


def test_a_page_of_a_member_gets_its_websocket(console: Console, behind_the_guard: Any) -> None:
    assert _handshake(behind_the_guard, console.signed_in("VIEWER"), {"origin": LOCAL}) == VIEWER


@pytest.mark.parametrize("headers", [{"origin": "https://evil.example"}, {"origin": "null"}])
def test_another_sites_page_gets_no_websocket(
    console: Console, behind_the_guard: Any, headers: dict[str, str]
) -> None:
    assert _handshake(behind_the_guard, console.signed_in("VIEWER"), headers) is None


def test_a_visitor_gets_no_websocket(console: Console, behind_the_guard: Any) -> None:
    assert _handshake(behind_the_guard, console.visitor(), {"origin": LOCAL}) is None
    client = console.signed_in("VIEWER")
    console.change("UPDATE user_sessions SET ended_at = now()")
    assert _handshake(behind_the_guard, client, {"origin": LOCAL}) is None


def test_polling_instead_of_a_websocket_is_guarded_alike(console: Console) -> None:
    client = console.signed_in("VIEWER")
    path = f"{HANDSHAKE}polling"
    assert client.get(path, headers={"origin": "https://evil.example"}).status_code == 403
    assert client.post(path, headers={"origin": "https://evil.example"}).status_code == 403


def _handshake(app: Any, client: TestClient, headers: dict[str, str]) -> str | None:
    """The first message over a websocket, None when the handshake is refused."""
    from starlette.testclient import TestClient
    from starlette.websockets import WebSocketDisconnect

    browser = TestClient(app, base_url=LOCAL, cookies=dict(client.cookies))
    try:
        with browser.websocket_connect(
            f"{LOCAL}{HANDSHAKE}websocket".replace("http", "ws", 1), headers=headers
        ) as socket:
            return socket.receive_text()
    except WebSocketDisconnect:
        return None


def test_a_role_that_policies_do_not_hold_for_is_refused(
    console: Console, superuser: Target, server: Target
) -> None:
    """The owner of the tables, and a superuser; the application's own role is fine."""
    fit = console.target.with_setting("role", "modernize_app")
    for target, said in (
        (console.target, r'"reseed" owns \d+ tables, expected a role that tenants'),
        (superuser.on(console.target.database), "is a superuser and bypasses row-level security"),
        (server.on("postgres"), "has no table user_sessions, expected the application's schema"),
        (fit, None),
    ):
        doors = Doors(target.url())
        try:
            if said is None:
                doors.require_ordinary_role()
            else:
                with pytest.raises(UnfitRole, match=said):
                    doors.require_ordinary_role()
        finally:
            doors.close()


def test_a_database_that_does_not_answer_is_said_so(console: Console) -> None:
    doors = Doors("postgresql://nobody:x@127.0.0.1:1/none")
    with pytest.raises(Unavailable, match="The database does not answer"), doors.signing_in("a@b.example"):
        pass


def test_a_connection_keeps_nothing_of_its_last_caller(console: Console) -> None:
    """The pool gives it to somebody else."""
    doors = Doors(console.target.with_setting("role", "modernize_app").url(), connections=1)
    try:
        with doors.account(console.tenant_id(0)) as connection:
            assert connection.scalar(sa.select(sa.func.count()).select_from(Asset))
        with doors.signing_in(VIEWER) as connection:
            assert connection.scalar(sa.select(sa.func.count()).select_from(Asset)) == 0
            assert connection.scalars(sa.select(User.email)).all() == [VIEWER]
    finally:
        doors.close()


def test_a_broken_connection_is_replaced(console: Console) -> None:
    client = console.signed_in("VIEWER")
    with database.connect(console.target) as connection:
        ended = connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        ).fetchall()
    assert (True,) in ended
    assert client.get("/api/me").status_code == 200


def test_a_database_that_goes_away_at_work_is_said_so(console: Console) -> None:
    client = console.signed_in("VIEWER")
    viewer = console.caller(client)
    with (
        pytest.raises(Unavailable, match="The database does not answer"),
        viewer.working("asset:read") as work,
        database.connect(console.target) as other,
    ):
        backend = work.connection.scalar(sa.select(sa.func.pg_backend_pid()))
        other.execute("SELECT pg_terminate_backend(%s, 5000)", (backend,))
        work.connection.scalar(sa.select(sa.func.count()).select_from(Asset))
    assert client.get("/api/me").status_code == 200


def test_validation_passes_after_people_came_and_went(
    running_console: Console, project: Project, tmp_path: Path
) -> None:
    """Sessions and attempts change no row that a check compares, and tenants stay apart in them, too."""
    from .validated import failed, site_on

    client = running_console.signed_in("VIEWER")
    running_console.signed_in("CLIENT_ADMIN", 1)
    sign_in(running_console.visitor(), VIEWER, "wrong")
    client.post("/sign-out", data={"csrf": client.headers["X-CSRF-Token"]})
    site = site_on(running_console.target, project, tmp_path)
    assert failed(site, *_ABOUT_ROWS) == {}


_ABOUT_ROWS = ("tenancy.isolated", "tenancy.not_vacuous", "tenancy.writes_refused", "tenancy.forced",
               "tenancy.no_leaks", "integrity.foreign_keys", "integrity.orphans", "integrity.unique_keys",
               "integrity.required_values", "dataset.digest", "rows.users", "access.users")  # fmt: skip


@pytest.mark.parametrize("header", [{"Origin": "//["}, {"Host": "["}])
def test_a_header_that_is_no_address_is_refused(console: Console, header: dict[str, str]) -> None:
    client = console.signed_in("CLIENT_ADMIN")
    assert client.post("/api/users", json={}, headers=header).status_code in (401, 403)


def test_people_are_told_on_a_page_and_programs_in_json_that_the_database_is_down(console: Console) -> None:
    from modernize.web.app import create_app

    app = create_app(
        replace(console.app.state.settings, database_url="postgresql://nobody:x@127.0.0.1:1/none")
    )
    browser = Console(app, console.target, console.project).visitor()
    browser.cookies.set("modernize_session", f"{console.tenant_id(0)}.secret")
    for path, kind in (("/assets", "text/html"), ("/api/me", "application/json")):
        answer = browser.get(path)
        assert (answer.status_code, answer.headers["content-type"].split(";")[0]) == (503, kind)
        assert "The database does not answer." in answer.text
