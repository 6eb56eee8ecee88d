"""The shop's web application: `shop_web.py PORT`. Two roles, two pages, no script.

SHOP_FAULT breaks it on purpose: `wrong-number` shows an order too many, `open-door` lets everybody see the customers,
`no-start` ends at once.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import sys
from html import escape
from http.cookies import SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs
from uuid import NAMESPACE_URL, uuid5

import psycopg

FAULT = os.environ.get("SHOP_FAULT", "")
SHOP = str(uuid5(NAMESPACE_URL, "shop 0"))
WHO_MAY_SEE = {"/orders": {"CLERK", "OWNER"}, "/customers": {"OWNER"}}

SIGN_IN = """<h1>Sign in</h1><form method="post" action="/login">
<label>E-mail <input name="email" type="email"></label>
<label>Password <input name="password" type="password"></label>
<button type="submit">Sign in</button></form>"""

sessions: dict[str, str] = {}


def ask(query: str, *values: object) -> list[tuple[Any, ...]]:
    """What the database answers for this shop."""
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        connection.execute("SELECT set_config('shop.id', %s, true)", (SHOP,))
        return connection.execute(query, values).fetchall()  # type: ignore[arg-type]


def orders() -> str:
    ((counted,),) = ask('SELECT count(*) FROM "Orders"')
    shown = counted + (FAULT == "wrong-number")
    ((repeated,),) = ask('SELECT count(*) FROM "Orders" WHERE repeats_order_id IS NOT NULL')
    return (
        f'<h1>Orders</h1><p>Orders <b data-show="Orders">{shown}</b></p>'
        f'<p>Repeated <b data-show="orders.repeated">{repeated}</b></p>'
    )


def customers() -> str:
    rows = "".join(f"<li>{escape(name)}</li>" for (name,) in ask("SELECT name FROM customers ORDER BY name"))
    return f"<h1>Customers</h1><ul id='customers'>{rows}</ul>"


def document(body: str, role: str = "") -> bytes:
    links = "".join(
        f'<a href="{path}">{path.strip("/").title()}</a> '
        for path, roles in WHO_MAY_SEE.items()
        if role in roles
    )
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Shop</title>'
        f'<link rel="icon" href="data:,"></head><body><nav>{links}</nav><main>{body}</main></body></html>'
    ).encode()


class Shop(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        role = self.role()
        if self.path == "/health":
            self.answer(200, b"ready")
        elif self.path == "/login":
            self.answer(200, document(SIGN_IN))
        elif not role:
            self.go("/login")
        elif self.path not in WHO_MAY_SEE:
            self.answer(404, document("<h1>Nothing here</h1>", role))
        elif role not in WHO_MAY_SEE[self.path] and FAULT != "open-door":
            self.answer(403, document("<h1>Not for you</h1>", role))
        else:
            self.answer(200, document(orders() if self.path == "/orders" else customers(), role))

    def do_POST(self) -> None:
        form = parse_qs(self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode())
        email, password = (form.get(name, [""])[0] for name in ("email", "password"))
        found = ask(
            "SELECT role FROM clerks WHERE email = %s AND password_hash = %s",
            email,
            hashlib.sha256(password.encode()).hexdigest(),
        )
        if not found:
            self.answer(401, document(f"<p role='alert'>That is not right.</p>{SIGN_IN}"))
            return
        token = secrets.token_urlsafe()
        sessions[token] = str(found[0][0])
        self.go("/orders", f"session={token}; HttpOnly; SameSite=Lax; Path=/")

    def role(self) -> str:
        cookie = SimpleCookie(self.headers.get("Cookie", "")).get("session")
        return sessions.get(cookie.value, "") if cookie else ""

    def answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def go(self, path: str, cookie: str = "") -> None:
        self.send_response(303)
        self.send_header("Location", path)
        self.send_header("Content-Length", "0")
        if cookie:
            self.send_header("Set-Cookie", cookie)
        self.end_headers()


if __name__ == "__main__":
    if FAULT == "no-start":
        sys.exit("the shop is closed today")
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Shop).serve_forever()
