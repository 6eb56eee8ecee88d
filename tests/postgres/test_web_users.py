"""The Users page's service and API: invitations, roles, who may sign in; and what an administrator may not do."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from modernize.web.pages.users import console_address
from tests.console import PASSWORD, Console, hidden, sign_in

if TYPE_CHECKING:
    from starlette.testclient import TestClient

NEW = {"email": " New.Person@DemoCorp.com ", "full_name": " Nina   Person ", "role": "ANALYST"}


@pytest.fixture
def admin(console: Console) -> TestClient:
    """An administrator where nothing changes."""
    return console.signed_in("CLIENT_ADMIN")


@pytest.fixture
def changing(changing_console: Console) -> TestClient:
    """An administrator where tests change members of their own."""
    return changing_console.signed_in("CLIENT_ADMIN")


def newcomer() -> dict[str, str]:
    """Somebody to be invited whom no test has invited before."""
    return {**NEW, "email": f"{uuid4().hex[:12]}@democorp.com"}


def members(client: TestClient, query: str = "") -> dict[str, dict[str, Any]]:
    return {row["email"]: row for row in client.get(f"/api/users{query}").json()["rows"]}


def test_members_are_listed_with_role_status_and_last_sign_in(console: Console, admin: TestClient) -> None:
    found = members(admin)
    assert {row["role"] for row in found.values()} == {
        "ENGAGEMENT_MANAGER",
        "ANALYST",
        "VIEWER",
        "CLIENT_ADMIN",
    }
    me = found["client.admin@democorp.com"]
    assert (me["is_caller"], me["is_guest"], me["status"]) == (True, False, "active")
    assert me["last_sign_in_at"].endswith("Z")
    assert found["viewer@democorp.com"]["last_sign_in_at"] is None
    assert set(members(admin, "?role=VIEWER")) == {"viewer@democorp.com"}
    assert set(members(admin, "?search=ADMIN@")) == {"client.admin@democorp.com"}
    assert members(admin, "?search=%25") == members(admin, "?status=disabled") == {}
    assert next(iter(members(admin, "?sort=-email"))) == "viewer@democorp.com"
    assert all(email.endswith("democorp.com") for email in found)


@pytest.mark.parametrize("role", ["ENGAGEMENT_MANAGER", "ANALYST", "VIEWER"])
def test_only_an_administrator_sees_and_changes_members(console: Console, role: str) -> None:
    client = console.signed_in(role)
    victim = console.person("VIEWER").user_id
    assert client.get("/api/users").status_code == client.get(f"/api/users/{victim}").status_code == 403
    assert client.post("/api/users", json=NEW).status_code == 403
    assert client.put(f"/api/users/{victim}/role", json={"role": "CLIENT_ADMIN"}).status_code == 403
    assert client.put(f"/api/users/{victim}/status", json={"status": "disabled"}).status_code == 403


def test_an_invitation_leads_to_a_password_and_in(changing_console: Console, changing: TestClient) -> None:
    answer = changing.post("/api/users", json=NEW)
    assert answer.status_code == 201, answer.text
    invited = answer.json()
    assert (invited["email"], invited["full_name"]) == ("new.person@democorp.com", "Nina Person")
    assert (invited["status"], invited["access_level"]) == ("invited", "READ_WRITE")

    browser, link = changing_console.visitor(), invited["invitation"]
    assert sign_in(browser, "new.person@democorp.com").status_code == 401
    form = browser.get(link)
    assert "Nina Person, you are invited to DemoCorp." in form.text
    for password, again, said in (
        ("short", "short", "found 5"),
        ("long enough now", "something else", "differ"),
    ):
        fields = {**hidden(form.text), "password": password, "again": again}
        form = browser.post(link, data=fields)
        assert (form.status_code, said in form.text) == (422, True)
    fields = {**hidden(form.text), "password": "long enough now", "again": "long enough now"}
    assert changing_console.visitor().post(link, data=fields).status_code == 403
    assert browser.post(link, data=fields).headers["location"] == "/sign-in"

    assert sign_in(browser, "new.person@democorp.com", "long enough now").status_code == 303
    assert browser.get("/api/me").json()["role"] == "ANALYST"
    assert changing_console.visitor().get(link).status_code == 404
    assert browser.get(link).status_code == 404


def test_a_new_link_replaces_the_one_before(changing_console: Console, changing: TestClient) -> None:
    invited = changing.post("/api/users", json=newcomer()).json()
    renewed = changing.post(f"/api/users/{invited['id']}/invitation").json()
    visitor = changing_console.visitor()
    assert visitor.get(invited["invitation"]).status_code == 404
    assert visitor.get(renewed["invitation"]).status_code == 200
    changing_console.change("UPDATE user_invitations SET created_at = 'epoch', expires_at = now()")
    assert visitor.get(renewed["invitation"]).status_code == 404
    viewer = changing_console.person("VIEWER").user_id
    assert changing.post(f"/api/users/{viewer}/invitation").status_code == 409


@pytest.mark.parametrize(
    "given", ["x", f"99999999-9999-4999-8999-999999999999.{'x' * 43}", "x" * 5000, "%00.x"]
)
def test_a_guessed_link_is_none(console: Console, given: str) -> None:
    assert console.visitor().get(f"/invitation/{given}").status_code == 404


@pytest.mark.parametrize(
    ("sent", "status", "said"),
    [
        (
            {**NEW, "email": "viewer@democorp.com"},
            409,
            "viewer@democorp.com is a member of DemoCorp already.",
        ),
        ({**NEW, "email": "nobody"}, 422, '"nobody" is not an e-mail address'),
        ({**NEW, "email": "a@b", "full_name": "  "}, 422, "The name is missing."),
        ({**NEW, "full_name": "a\x7fb"}, 422, "The name holds a control character"),
        ({**NEW, "job_title": "a\x1bb"}, 422, "The title holds a control character"),
        ({**NEW, "email": "a\x01@example.com"}, 422, "is not an e-mail address"),
        ({**NEW, "role": "PLATFORM_ADMIN"}, 403, "The role PLATFORM_ADMIN is not yours to give"),
        ({**NEW, "role": "OWNER"}, 422, "role"),
        ({**NEW, "client_account_id": str(uuid4())}, 422, "client_account_id"),
        ({**NEW, "full_name": "a\x00b"}, 422, "character that a database cannot store"),
    ],
)
def test_an_invitation_that_cannot_be_is_refused(
    admin: TestClient, sent: dict[str, str], status: int, said: str
) -> None:
    answer = admin.post("/api/users", json=sent)
    assert (answer.status_code, said in answer.text.replace('\\"', '"')) == (status, True), answer.text
    assert len(members(admin)) == 4


def test_somebody_of_another_account_cannot_be_taken(console: Console, admin: TestClient) -> None:
    theirs = console.person("VIEWER", 1)
    answer = admin.post("/api/users", json={**NEW, "email": theirs.email})
    assert (answer.status_code, "signs in for another client account" in answer.text) == (409, True)
    for change in (
        admin.get(f"/api/users/{theirs.user_id}"),
        admin.put(f"/api/users/{theirs.user_id}/role", json={"role": "VIEWER"}),
        admin.put(f"/api/users/{theirs.user_id}/status", json={"status": "disabled"}),
    ):
        assert change.status_code == 404


def test_a_role_and_its_access_count_at_once(changing_console: Console, changing: TestClient) -> None:
    viewer = changing_console.signed_in_as(changing_console.enrol("VIEWER"))
    me = viewer.get("/api/me").json()
    answer = changing.put(f"/api/users/{me['user_id']}/role", json={"role": "ANALYST"})
    assert (answer.json()["role"], answer.json()["access_level"]) == ("ANALYST", "READ_WRITE")
    assert "mapping:review" in viewer.get("/api/me").json()["scopes"]
    changing.put(f"/api/users/{me['user_id']}/role", json={"role": "VIEWER"})
    assert "mapping:review" not in viewer.get("/api/me").json()["scopes"]


def test_who_is_disabled_is_signed_out_and_stays_out_until_enabled(
    changing_console: Console, changing: TestClient
) -> None:
    person = changing_console.enrol("VIEWER")
    viewer = changing_console.signed_in_as(person)
    path = f"/api/users/{person.user_id}/status"
    assert changing.put(path, json={"status": "disabled"}).json()["status"] == "disabled"
    assert viewer.get("/api/me").status_code == 401
    assert sign_in(changing_console.visitor(), person.email).status_code == 401
    assert changing.put(path, json={"status": "active"}).json()["status"] == "active"
    assert viewer.get("/api/me").status_code == 401, "the old session has ended for good"
    assert sign_in(changing_console.visitor(), person.email, PASSWORD).status_code == 303


def test_who_never_had_a_password_is_invited_again_when_enabled(changing: TestClient) -> None:
    path = f"/api/users/{changing.post('/api/users', json=newcomer()).json()['id']}/status"
    assert changing.put(path, json={"status": "disabled"}).json()["status"] == "disabled"
    assert changing.put(path, json={"status": "active"}).json()["status"] == "invited"


def test_nobody_changes_themselves(changing_console: Console, changing: TestClient) -> None:
    changing_console.enrol("CLIENT_ADMIN")
    me = changing.get("/api/me").json()["user_id"]
    for path, sent in (("role", {"role": "VIEWER"}), ("status", {"status": "disabled"})):
        answer = changing.put(f"/api/users/{me}/{path}", json=sent)
        assert (answer.status_code, "Nobody changes their own role or status" in answer.text) == (403, True)


def test_the_last_active_administrator_stays_one(running_console: Console) -> None:
    """Only a platform administrator could try: nobody changes themselves."""
    platform = running_console.signed_in("PLATFORM_ADMIN")
    last = running_console.person("CLIENT_ADMIN").user_id
    for path, sent in (("role", {"role": "VIEWER"}), ("status", {"status": "disabled"})):
        answer = platform.put(f"/api/users/{last}/{path}", json=sent)
        assert (answer.status_code, "last active administrator of DemoCorp" in answer.text) == (409, True)
    running_console.enrol("CLIENT_ADMIN")
    assert platform.put(f"/api/users/{last}/role", json={"role": "VIEWER"}).status_code == 200


def test_two_administrators_cannot_remove_each_other(running_console: Console) -> None:
    """Asked at the same instant, one of them is the last."""
    first, second = running_console.person("CLIENT_ADMIN"), running_console.enrol("CLIENT_ADMIN")
    clients = [running_console.visitor(), running_console.visitor()]
    for client, person in zip(clients, (first, second), strict=True):
        sign_in(client, person.email)
        client.headers["X-CSRF-Token"] = client.get("/api/me").json()["csrf_token"]
    answers: list[int] = []
    together = threading.Barrier(2)

    def remove(client: TestClient, other: Any) -> None:
        together.wait(timeout=30)
        answers.append(client.put(f"/api/users/{other.user_id}/role", json={"role": "VIEWER"}).status_code)

    threads = [
        threading.Thread(target=remove, args=pair) for pair in zip(clients, (second, first), strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    # The slower one is refused: no longer an administrator, or about to remove the last one.
    assert sorted(answers)[0] == 200
    assert sorted(answers)[1] in (403, 409)
    assert (
        sum(
            row["role"] == "CLIENT_ADMIN"
            for row in members(running_console.signed_in("CLIENT_ADMIN")).values()
        )
        == 1
    )


def test_a_platform_administrator_is_beyond_a_client_administrator(
    changing_console: Console, changing: TestClient
) -> None:
    platform = changing_console.enrol("PLATFORM_ADMIN").user_id
    assert changing.put(f"/api/users/{platform}/role", json={"role": "VIEWER"}).status_code == 403
    assert changing.put(f"/api/users/{platform}/status", json={"status": "disabled"}).status_code == 403


def test_a_guest_is_disabled_at_home_only(changing_console: Console, changing: TestClient) -> None:
    guest = changing_console.person("ANALYST", 1)
    changing_console.change(
        "INSERT INTO user_account_associations (client_account_id, user_id, role) VALUES (%s, %s, 'VIEWER')",
        (changing_console.tenant_id(0), guest.user_id),
    )
    assert members(changing)[guest.email]["is_guest"]
    answer = changing.put(f"/api/users/{guest.user_id}/status", json={"status": "disabled"})
    assert (answer.status_code, "whose own client account says" in answer.text) == (409, True)
    assert changing.put(f"/api/users/{guest.user_id}/role", json={"role": "ANALYST"}).status_code == 200


def test_an_administrator_without_access_of_their_own_keeps_the_engagement_in_another_role(
    changing_console: Console, changing: TestClient
) -> None:
    other = changing_console.enrol("CLIENT_ADMIN")
    changing_console.change("DELETE FROM engagement_access WHERE user_id = %s", (other.user_id,))
    assert changing.put(f"/api/users/{other.user_id}/role", json={"role": "ANALYST"}).status_code == 200
    client = changing_console.visitor()
    assert sign_in(client, other.email).status_code == 303
    assert client.get("/api/me").json()["role"] == "ANALYST"


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("localhost:8080", "http://localhost:8080"),
        ("console.example", "https://console.example"),
    ],
)
def test_an_invitation_says_the_address_that_others_have(host: str, address: str) -> None:
    assert console_address(host) == address
