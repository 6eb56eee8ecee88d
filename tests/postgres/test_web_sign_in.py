"""Signing in and out of the console: sessions, cookies, lock-out, other sites' forms."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from modernize.web.access import attempts, sessions
from modernize.web.services import imports
from modernize.web.services.runs import Runs
from tests.console import LOCAL, PASSWORD, VIEWER, Console, hidden, sign_in

if TYPE_CHECKING:
    from starlette.testclient import TestClient

ELSEWHERE = "https://console.example.com"


def cookie(client: TestClient) -> str | None:
    return client.cookies.get("modernize_session")


def test_signing_in_leads_to_where_one_wanted_to_go(console: Console) -> None:
    client = console.visitor()
    refused = client.get("/assets?asset_type=server")
    assert refused.status_code == 303
    form = client.get(refused.headers["location"])
    assert hidden(form.text)["next"] == "/assets?asset_type=server"
    answer = client.post("/sign-in", data={**hidden(form.text), "email": VIEWER, "password": PASSWORD})
    assert (answer.status_code, answer.headers["location"]) == (303, "/assets?asset_type=server")
    assert client.get("/api/me").json()["role"] == "VIEWER"


def test_an_address_is_written_as_one_likes(console: Console) -> None:
    assert sign_in(console.visitor(), "  Viewer@DemoCorp.com ").status_code == 303


def test_signing_out_ends_the_session_on_the_server(console: Console) -> None:
    client = console.signed_in("VIEWER")
    stolen = cookie(client)
    token = client.get("/api/me").json()["csrf_token"]
    answer = client.post("/sign-out", data={"csrf": token})
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
    assert cookie(client) is None
    thief = console.visitor()
    thief.cookies.set("modernize_session", stolen or "")
    assert thief.get("/api/me").status_code == 401


def test_signing_out_needs_the_token_of_the_session(console: Console) -> None:
    client = console.signed_in("VIEWER")
    assert client.post("/sign-out", data={"csrf": "guessed"}).status_code == 403
    assert client.post("/sign-out").status_code == 403
    assert client.get("/api/me").status_code == 200


def test_each_sign_in_begins_a_session_and_ends_the_one_before(console: Console) -> None:
    """Neither a cookie planted beforehand nor the last member's lives on."""
    client = console.visitor()
    planted = f"{console.tenant_id(0)}.{'x' * 43}"
    client.cookies.set("modernize_session", planted)
    sign_in(client, VIEWER)
    client.cookies.delete("modernize_session", domain="")
    first = cookie(client)
    assert first and first != planted
    sign_in(client, "analyst@democorp.com")
    assert cookie(client) != first
    thief = console.visitor()
    thief.cookies.set("modernize_session", first)
    assert thief.get("/api/me").status_code == 401


def test_the_database_does_not_hold_the_token(console: Console) -> None:
    client = console.signed_in("VIEWER")
    token = (cookie(client) or "").partition(".")[2]
    (session,) = console.rows("SELECT row_to_json(s)::text AS held FROM user_sessions s")
    assert len(token) >= 43
    assert token not in session["held"]


@pytest.mark.parametrize(
    ("email", "password"),
    [
        (VIEWER, "wrong"),
        (VIEWER, ""),
        (VIEWER, PASSWORD + "x" * 2000),
        ("nobody@democorp.com", PASSWORD),
        ("", ""),
        ("' OR 1=1 --", PASSWORD),
        ("nul\x00@democorp.com", PASSWORD),
    ],
)
def test_what_does_not_match_is_answered_alike(console: Console, email: str, password: str) -> None:
    answer = sign_in(console.visitor(), email, password)
    assert answer.status_code == 401
    assert "E-mail address and password do not match." in answer.text
    assert "modernize_session" not in answer.headers.get("set-cookie", "")


@pytest.mark.parametrize("status", ["disabled", "invited"])
def test_who_is_not_active_cannot_sign_in(console: Console, status: str) -> None:
    viewer = console.enrol("VIEWER")
    assert sign_in(console.visitor(), viewer.email).status_code == 303
    console.change("UPDATE users SET status = %s WHERE id = %s", (status, viewer.user_id))
    assert sign_in(console.visitor(), viewer.email).status_code == 401


def test_who_has_access_to_no_engagement_is_told(console: Console) -> None:
    viewer, administrator = console.enrol("VIEWER"), console.enrol("CLIENT_ADMIN")
    console.change(
        "UPDATE engagement_access SET expires_at = granted_at WHERE user_id = ANY(%s)",
        ([viewer.user_id, administrator.user_id],),
    )
    answer = sign_in(console.visitor(), viewer.email)
    assert answer.status_code == 403
    assert console.rows("SELECT count(*) FROM user_sessions") == [{"count": 0}]
    assert "has access to no engagement of DemoCorp" in answer.text
    # An administrator needs none.
    assert sign_in(console.visitor(), administrator.email).status_code == 303


def test_nobody_signs_in_to_a_closed_account(running_console: Console) -> None:
    client = running_console.signed_in("VIEWER")
    running_console.change("UPDATE client_accounts SET status = 'suspended'")
    assert client.get("/api/me").status_code == 401
    assert sign_in(running_console.visitor(), VIEWER).status_code == 403


@pytest.mark.parametrize("email", [VIEWER, "nobody@democorp.com"])
def test_five_failures_lock_an_address_whoever_has_it(console: Console, email: str) -> None:
    client = console.visitor()
    for _ in range(attempts.ALLOWED):
        assert sign_in(client, email, "wrong").status_code == 401
    locked = sign_in(client, email)
    assert locked.status_code == 429
    assert 0 < int(locked.headers["retry-after"]) <= attempts.WITHIN.total_seconds()
    assert "Try again in 15 minutes." in locked.text
    assert sign_in(console.visitor(), "analyst@democorp.com").status_code == 303

    console.change("UPDATE sign_in_attempts SET attempted_at = attempted_at - interval '15 minutes'")
    assert sign_in(client, email).status_code == (303 if email == VIEWER else 401)


def test_success_forgets_the_failures_before_it(console: Console) -> None:
    client = console.visitor()
    for password in ("wrong",) * 4 + (PASSWORD,) + ("wrong",) * 4:
        answer = sign_in(client, VIEWER, password)
    assert answer.status_code == 401
    assert console.rows("SELECT count(*) FROM sign_in_attempts") == [{"count": 4}]


def test_the_form_is_tied_to_the_browser_that_asked_for_it(console: Console) -> None:
    """Else another site could sign somebody in as the attacker."""
    form = hidden(console.visitor().get("/sign-in").text)
    victim = console.visitor()
    victim.get("/sign-in")
    fields = {**form, "email": VIEWER, "password": PASSWORD}
    assert victim.post("/sign-in", data=fields).status_code == 403
    assert console.visitor().post("/sign-in", data=fields).status_code == 403
    assert console.rows("SELECT count(*) FROM sign_in_attempts") == [{"count": 0}]


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:9999"},
        {"origin": "http://127.0.0.1:8080.evil.example"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_another_sites_form_is_refused(console: Console, headers: dict[str, str]) -> None:
    client = console.visitor()
    fields = {**hidden(client.get("/sign-in").text), "email": VIEWER, "password": PASSWORD}
    assert client.post("/sign-in", data=fields, headers=headers).status_code == 403
    assert client.post("/sign-in", data=fields, headers={"origin": LOCAL}).status_code == 303


def test_on_this_machine_cookies_need_no_tls(console: Console) -> None:
    for address in (LOCAL, "http://localhost:8080", "http://[::1]:8080"):
        answer = sign_in(console.visitor(address), VIEWER)
        assert _flags(answer, "modernize_session") == {"HttpOnly", "Path=/", "SameSite=lax"}


def test_elsewhere_cookies_need_tls_and_belong_to_the_host(console: Console) -> None:
    client = console.visitor(ELSEWHERE)
    answer = sign_in(client, VIEWER)
    assert _flags(answer, "__Host-modernize_session") == {"HttpOnly", "Path=/", "SameSite=lax", "Secure"}
    assert client.get("/api/me").status_code == 200


def _flags(answer: Any, name: str) -> set[str]:
    (found,) = re.findall(rf"(?:^|, ){name}=([^,]+)", answer.headers["set-cookie"])
    return {part.strip() for part in found.split(";")[1:]}


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example",
        "///evil.example",
        "https://evil.example/",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "javascript:alert(1)",
        "evil.example",
        "%2F%2Fevil.example",
        " //evil.example",
        "/sign-out",
        "",
    ],
)
def test_a_sign_in_leads_nowhere_else(console: Console, target: str) -> None:
    client = console.visitor()
    form = client.get(f"/sign-in?next={quote(target)}")
    assert hidden(form.text)["next"] == "/"
    answer = sign_in(client, VIEWER, next=target)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")


@pytest.mark.parametrize(
    "change",
    [
        f"last_seen_at = now() - interval '{sessions.IDLE.total_seconds()} seconds'",
        "expires_at = created_at",
        "ended_at = now()",
    ],
)
def test_a_session_ends_by_time(console: Console, change: str) -> None:
    client = console.signed_in("VIEWER")
    console.change(f"UPDATE user_sessions SET {change}")
    assert client.get("/api/me").status_code == 401
    assert client.get("/assets").headers["location"] == "/sign-in?next=%2Fassets"


def test_a_session_in_use_lives_on_until_its_day_is_over(console: Console) -> None:
    client = console.signed_in("VIEWER")
    console.change("UPDATE user_sessions SET last_seen_at = now() - interval '50 minutes'")
    assert client.get("/api/me").status_code == 200
    (session,) = console.rows(
        "SELECT extract(epoch FROM now() - last_seen_at)::int AS idle,"
        " extract(epoch FROM expires_at - now())::int AS rest FROM user_sessions"
    )
    assert session["idle"] < 60
    assert session["rest"] <= sessions.ABSOLUTE.total_seconds()


@pytest.mark.parametrize(
    "value", ["", "x", ".", "a.b", "'; DROP TABLE users; --", "é.ü", f"{'1' * 32}.{'x' * 5000}"]
)
def test_a_forged_cookie_is_nobodys(console: Console, value: str) -> None:
    answer = console.visitor().get("/api/me", headers={"cookie": f"modernize_session={value}".encode()})
    assert answer.status_code == 401


def test_a_session_is_not_one_of_another_account(console: Console) -> None:
    client = console.signed_in("CLIENT_ADMIN")
    token = (cookie(client) or "").partition(".")[2]
    other = console.visitor()
    other.cookies.set("modernize_session", f"{console.tenant_id(1)}.{token}")
    assert other.get("/api/me").status_code == 401


def test_a_form_of_any_size_is_not_read(console: Console) -> None:
    client = console.visitor()
    answer = client.post("/sign-in", content=b"email=" + b"x" * 1_000_000)
    assert answer.status_code == 422
    many = b"&".join(b"a=1" for _ in range(1000))
    assert client.post("/sign-in", content=many).status_code == 422


def test_the_form_works_without_a_script_and_repeats_no_markup(console: Console) -> None:
    answer = sign_in(console.visitor(), '"><script>alert(1)</script>', "wrong")
    assert "<script" not in answer.text
    assert "script-src" not in answer.headers["content-security-policy"]
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_every_answer_says_how_a_browser_may_use_it(console: Console) -> None:
    client = console.signed_in("VIEWER")
    for path in ("/sign-in", "/api/me", "/api/nothing", "/look/theme.css"):
        headers = client.get(path).headers
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        assert (headers.get("cache-control") == "no-store") is not path.startswith("/look/")


@pytest.mark.parametrize("what", ["a page of imports", "the latest run", "a page's connection"])
def test_a_page_that_only_looks_again_does_not_keep_its_session(console: Console, what: str) -> None:
    client = console.signed_in("ENGAGEMENT_MANAGER")
    someone = console.caller(client)
    settings = console.app.state.settings
    console.change("UPDATE user_sessions SET last_seen_at = now() - interval '50 minutes'")
    if what == "a page of imports":
        assert imports.overview(someone, settings, 5, noted=False).latest.rows
    elif what == "the latest run":
        assert Runs.of(settings).latest(someone) is None
    else:
        client.get(
            "/_nicegui_ws/socket.io/?EIO=4&transport=polling", headers={"Sec-Fetch-Site": "same-origin"}
        )
    idle = "SELECT last_seen_at < now() - interval '49 minutes' AS idle FROM user_sessions"
    assert console.rows(idle) == [{"idle": True}]
    assert imports.overview(someone, settings, 5).latest.rows
    assert console.rows(idle) == [{"idle": False}]
