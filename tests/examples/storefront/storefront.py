"""A storefront for the shop beside it: pages that load what they show, an API, a token against forged requests.

`Storefront.fault` breaks it on purpose, while it runs; see FAULTS.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from http.cookies import SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import NAMESPACE_URL, uuid5

import psycopg

SHOP = str(uuid5(NAMESPACE_URL, "shop 0"))
MAY_OPEN = {"/": {"CLERK", "OWNER"}, "/customers": {"OWNER"}, "/sums": {"CLERK", "OWNER"}}
TITLES = {"/": "Orders", "/customers": "Customers", "/sums": "Sums"}

#: Fault -> what it does.
FAULTS = {
    "hidden row": "a customer is there, but not visible",
    "missing row": "a customer is not there",
    "repeated row": "a customer is there twice",
    "rows out of order": "the customers stand the other way round",
    "wrong number": "one order too many is shown",
    "number with a unit": "the number of orders is followed by a word",
    "hidden number": "the number of orders is white on white, so to speak",
    "wrong at last": "the number of orders is right at first, and wrong a moment later",
    "uncaught error": "the page of orders throws",
    "console error": "the page of orders complains",
    "failed request": "the page of sums asks for something that is not there",
    "broken request": "the page of sums asks for something and the connection ends",
    "request elsewhere": "the page of sums asks another machine for an image",
    "socket elsewhere": "the page of sums opens a websocket to another machine",
    "no label": "the search field has no label",
    "faint text": "a line on the page of sums can hardly be read in the dark",
    "status 500": "the page of sums answers 500",
    "not in the menu": "the page of sums is not in the menu",
    "in the menu": "customers are in everybody's menu",
    "open page": "everybody may open the customers",
    "refusal that shows": "the refusal of the customers shows them",
    "sent to the start": "who may not see the customers is sent to the orders",
    "open api": "everybody may read the customers' API",
    "closed api": "nobody may read the customers' API",
    "offered to all": "everybody is offered to cancel an order",
    "offered out of sight": "a clerk's page has the button, but hides it",
    "offered to none": "nobody is offered to cancel an order",
    "open action": "everybody may cancel an order",
    "action refused to all": "nobody may cancel an order",
    "wrong method": "cancelling answers those who may not with 404",
    "any password": "every password is right",
    "no password": "no password is right",
    "stays signed in": "signing out leaves the session as it is",
}

#: A further one, which no line is about: the page of sums is busy for ever, a moment after it has loaded.
HANGS = "hangs"

SIGN_IN = """<h1>Sign in</h1><form method="post" action="/sign-in">
<p><label>E-mail <input name="email" type="email"></label></p>
<p><label>Password <input name="password" type="password"></label></p>
<button>Sign in</button></form>"""


class Storefront:
    """The application on one database, in a thread of this process."""

    def __init__(self, database_url: str) -> None:
        self.fault = ""
        self.database_url = database_url
        self.sessions: dict[str, tuple[str, str]] = {}
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (Shop,), {"front": self}))
        self.base = f"http://127.0.0.1:{self.server.server_port}"

    @contextmanager
    def serving(self) -> Iterator[Storefront]:
        thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self.close()
            thread.join()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def ask(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """What the database answers for this shop."""
        with psycopg.connect(self.database_url) as connection:
            connection.execute("SELECT set_config('shop.id', %s, true)", (SHOP,))
            return connection.execute(query, values).fetchall()  # type: ignore[arg-type]

    def names(self) -> list[str]:
        names = [name for (name,) in self.ask("SELECT name FROM customers ORDER BY name")]
        changes = {"missing row": names[1:], "repeated row": [*names, names[-1]]}
        return changes.get(self.fault, names[::-1] if self.fault == "rows out of order" else names)


class Shop(BaseHTTPRequestHandler):
    front: Storefront
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        if path == "/sign-in":
            self.answer(200, document(SIGN_IN))
        elif not self.role():
            self.go("/sign-in") if path in MAY_OPEN else self.answer(401, b"")
        elif path in MAY_OPEN:
            self.page(path)
        elif path.startswith("/api/"):
            self.api(path)
        else:
            self.answer(404, b"")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        if self.path == "/sign-in":
            self.sign_in(parse_qs(body))
        elif self.path == "/sign-out":
            if self.fault() != "stays signed in":
                self.front.sessions.pop(self.session(), None)
            self.go("/sign-in")
        elif self.path.startswith("/api/orders/"):
            self.cancel()
        else:
            self.answer(404, b"")

    def page(self, path: str) -> None:
        may = self.role() in MAY_OPEN[path] or self.fault() == "open page"
        if not may and self.fault() == "sent to the start":
            self.go("/")
            return
        if not may:
            shown = self.customers() if self.fault() == "refusal that shows" else ""
            self.answer(403, document(f"<h1>Not for you</h1>{shown}", self.menu()))
            return
        body = {"/": self.orders, "/customers": self.customers, "/sums": self.sums}[path]()
        status = 500 if self.fault() == "status 500" and path == "/sums" else 200
        self.answer(status, document(f"<h1>{TITLES[path]}</h1>{body}", self.menu()))

    def orders(self) -> str:
        """The number comes with a request of the page, a moment after the page itself."""
        offered = self.role() == "OWNER" or self.fault() in ("offered to all", "offered out of sight")
        unseen = " hidden" if self.fault() == "offered out of sight" else ""
        cancel = f'<button data-action="order:cancel"{unseen}>Cancel an order</button>'
        hidden = ' style="opacity: 0"' if self.fault() == "hidden number" else ""
        label = "" if self.fault() == "no label" else "Search "
        script = {
            "uncaught error": "setTimeout(() => { throw new Error('out of stock') }, 1)",
            "console error": "console.error('out of paper')",
        }.get(self.fault(), "")
        late = "setTimeout(() => shown.textContent = '99', 50)" if self.fault() == "wrong at last" else ""
        return f"""
<p>Orders <b id="shown" data-show="Orders"{hidden}>…</b></p>
<p><label>{label}<input name="search" type="search"></label></p>
{cancel if offered and self.fault() != "offered to none" else ""}
<script>
const shown = document.querySelector("#shown");
fetch("/api/orders").then((answer) => answer.json()).then((orders) => {{ shown.textContent = orders.shown; {late} }});
{script}
</script>"""

    def customers(self) -> str:
        names = self.front.names()
        styles = [
            "style=display:none" if self.fault() == "hidden row" and number == 1 else ""
            for number in range(9)
        ]
        rows = "".join(
            f"<tr {style}><td data-column='name'>{escape(name)}</td></tr>"
            for style, name in zip(styles, names, strict=False)
        )
        return (
            f"<table data-grid='customers'><thead><tr><th>Name</th></tr></thead><tbody>{rows}</tbody></table>"
        )

    def sums(self) -> str:
        ((repeated,),) = self.front.ask('SELECT count(*) FROM "Orders" WHERE repeats_order_id IS NOT NULL')
        extra = {
            HANGS: "<script>setTimeout(() => { for (;;); }, 300)</script>",
            "faint text": "<p class='faint'>Tax included</p>",
            "failed request": "<script>fetch('/api/nowhere')</script>",
            "broken request": "<script>fetch('/api/broken').catch(() => 0)</script>",
            "request elsewhere": '<img alt="" src="http://images.example/logo.png">',
            "socket elsewhere": "<script>new WebSocket('ws://192.0.2.1/')</script>",
        }.get(self.fault(), "")
        return f'<p>Repeated <b id="repeated">{repeated}</b></p>{extra}'

    def api(self, path: str) -> None:
        if path == "/api/orders":
            ((counted,),) = self.front.ask('SELECT count(*) FROM "Orders"')
            unit = " orders" if self.fault() == "number with a unit" else ""
            self.answer(
                200, json.dumps({"shown": f"{counted + (self.fault() == 'wrong number')}{unit}"}).encode()
            )
        elif path == "/api/customers":
            allowed = self.role() == "OWNER" or self.fault() == "open api"
            allowed = allowed and self.fault() != "closed api"
            self.answer(200 if allowed else 403, json.dumps(self.front.names() if allowed else []).encode())
        elif path == "/api/broken":
            self.connection.shutdown(socket.SHUT_RDWR)
            self.close_connection = True
        else:
            self.answer(404, b"")

    def cancel(self) -> None:
        """There is no such order, so that those who may get a 404; a request without its token gets nobody anywhere."""
        token = self.front.sessions.get(self.session(), ("", ""))[1]
        allowed = self.role() == "OWNER" and self.fault() != "action refused to all"
        if not secrets.compare_digest(self.headers.get("X-Token", ""), token):
            self.answer(403, b"no token")
        elif allowed or self.fault() in ("open action", "wrong method"):
            self.answer(404, b"no such order")
        else:
            self.answer(403, b"not for you")

    def sign_in(self, form: dict[str, list[str]]) -> None:
        email, password = (form.get(name, [""])[0] for name in ("email", "password"))
        digest = hashlib.sha256(password.encode()).hexdigest()
        found = self.front.ask("SELECT role, password_hash FROM clerks WHERE email = %s", email)
        right = bool(found) and (found[0][1] == digest or self.fault() == "any password")
        if not right or self.fault() == "no password":
            self.answer(401, document(f"<p role='alert'>That is not right.</p>{SIGN_IN}"))
            return
        session = secrets.token_urlsafe()
        self.front.sessions[session] = (str(found[0][0]), secrets.token_urlsafe())
        self.go("/", f"session={session}; HttpOnly; SameSite=Lax; Path=/")

    def menu(self) -> str:
        links = "".join(
            f'<a href="{path}">{title}</a> '
            for path, title in TITLES.items()
            if (self.role() in MAY_OPEN[path] and not (self.fault() == "not in the menu" and path == "/sums"))
            or self.fault() == "in the menu"
        )
        token = self.front.sessions[self.session()][1]
        return (
            f'<nav>{links}</nav><form method="post" action="/sign-out">'
            f'<input type="hidden" name="token" value="{token}"><button id="sign-out">Sign out</button></form>'
        )

    def fault(self) -> str:
        return self.front.fault

    def session(self) -> str:
        cookie = SimpleCookie(self.headers.get("Cookie", "")).get("session")
        return cookie.value if cookie else ""

    def role(self) -> str:
        return self.front.sessions.get(self.session(), ("", ""))[0]

    def answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        kind = "application/json" if self.path.startswith("/api/") else "text/html; charset=utf-8"
        self.send_header("Content-Type", kind)
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

    def log_message(self, *_: object) -> None:
        """Nobody reads it."""


def document(body: str, menu: str = "") -> bytes:
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Shop</title><link rel="icon" href="data:,">'
        "<style>@media (prefers-color-scheme: dark) { body { background: #111; color: #ddd } a { color: #9cf }"
        " .faint { color: #333 } }</style>"
        f"</head><body>{menu}<main>{body}</main></body></html>"
    ).encode()
