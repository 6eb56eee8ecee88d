"""Role x endpoint x tenant: asks every route as everybody, for their own rows and for another tenant's, and judges."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from uuid import uuid4

from openpyxl import load_workbook

from modernize.models.enums import AccessLevel, AccountRole
from modernize.web.access import scopes
from reseed import database
from reseed.database import Connection
from tests.console import Console

TENANTS = (0, 1)

WHO = {0: tuple(AccountRole), 1: (AccountRole.ENGAGEMENT_MANAGER, AccountRole.CLIENT_ADMIN)}
"""Who asks, by tenant: every role of one, and of the other the two that have every scope between them."""

_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")


@dataclass(frozen=True)
class Of:
    """Stands for the id of a row of a table, own or another tenant's."""

    table: str


@dataclass(frozen=True, eq=False)
class Route:
    """What is expected of one operation of the API.

    Attributes:
        scope: what a role needs for it; empty when a session is enough.
        path_values, query, body, form: what it is sent; `Of` stands for an id.
        file: contents to upload, for own rows and for another tenant's.
        holds: table whose own ids its answer must hold, so that a list that is always empty is noticed.
    """

    method: str
    path: str
    scope: str
    path_values: Mapping[str, object] = field(default_factory=dict)
    query: Mapping[str, object] = field(default_factory=dict)
    body: object = None
    form: Mapping[str, object] = field(default_factory=dict)
    file: tuple[bytes, bytes] | None = None
    holds: str = ""

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"

    def ids(self) -> Iterator[tuple[str, str, str]]:
        """Where ids stand: place (path, query, body), name, table."""
        for place, values in (("path", self.path_values), ("query", self.query), ("body", self.form)):
            yield from ((place, name, table) for name, table in _within(values))
        yield from (("body", name, table) for name, table in _within(self.body))

    def allows(self, role: AccountRole) -> bool:
        return not self.scope or self.scope in scopes.allowed(role, AccessLevel.ADMIN)


def _within(value: object, name: str = "") -> Iterator[tuple[str, str]]:
    """Where ids stand in what is sent: name, table."""
    if isinstance(value, Of):
        yield name, value.table
    parts = (
        value.items() if isinstance(value, Mapping) else enumerate(value) if isinstance(value, list) else ()
    )
    for key, part in parts:
        yield from _within(part, f"{name}.{key}" if name else str(key))


def _filled(value: object, chosen: Callable[[str, str], str], name: str = "") -> Any:
    """The same with ids in their places."""
    if isinstance(value, Of):
        return chosen(name, value.table)
    if isinstance(value, Mapping):
        return {
            key: _filled(part, chosen, f"{name}.{key}" if name else str(key)) for key, part in value.items()
        }
    if isinstance(value, list):
        return [_filled(part, chosen, f"{name}.{index}") for index, part in enumerate(value)]
    return value


@dataclass(frozen=True)
class Answer:
    """One answer. `aim`: whose id was sent: own, or the name of the parameter that held another tenant's."""

    route: Route
    role: AccountRole
    tenant: int
    aim: str
    place: str
    status: int
    text: str

    def __str__(self) -> str:
        return f"{self.route.name} as {self.role} of tenant {self.tenant}, {self.aim}: {self.status}"


@dataclass(frozen=True)
class _Asking:
    """Who asks. `unknown`: what was answered for an id that nobody has, by route, parameter and tenant."""

    role: AccountRole
    tenant: int
    unknown: dict[tuple[Route, str, int], tuple[int, str]]


@dataclass(frozen=True)
class Tenant:
    """What is a tenant's alone.

    Attributes:
        ids: table -> ids of its rows. names: names, addresses and files that no other tenant has.
    """

    ids: Mapping[str, Sequence[str]]
    names: frozenset[str]

    def every_id(self) -> frozenset[str]:
        return frozenset(each for ids in self.ids.values() for each in ids)


@dataclass(frozen=True)
class Survey:
    """Every answer; the rows of each tenant; for each asking tenant, what changed in the other one's tables."""

    answers: tuple[Answer, ...]
    tenants: Mapping[int, Tenant]
    changed: Mapping[int, Sequence[str]]


def survey(
    console: Console,
    routes: Sequence[Route],
    *,
    runs: Mapping[int, str],
    who: Mapping[int, Sequence[AccountRole]] = WHO,
) -> Survey:
    """Ask every route as everybody. `runs`: ids of runs by the tenant that may see them; they are files and no rows."""
    people = {(role, tenant): console.signed_in(role, tenant) for tenant in TENANTS for role in who[tenant]}
    # Those whom administrators change are not those who ask.
    changed_ones = {tenant: str(console.enrol("VIEWER", tenant).user_id) for tenant in TENANTS}
    tenants = {tenant: tenant_rows(console, tenant, runs) for tenant in TENANTS}
    answers: list[Answer] = []
    changed: dict[int, list[str]] = {}
    unknown: dict[tuple[Route, str, int], tuple[int, str]] = {}
    for tenant in TENANTS:
        other = 1 - tenant
        before = digests(console, other)
        for (role, home), client in people.items():
            if home == tenant:
                own = _firsts(tenants[tenant], {"users": changed_ones[tenant]})
                theirs = _firsts(tenants[other], {"users": changed_ones[other]})
                asking = _Asking(role, tenant, unknown)
                for route in routes:
                    answers += _asked(client, route, asking, own, theirs)
        after = digests(console, other)
        changed[tenant] = [table for table in before if before[table] != after[table]]
    return Survey(tuple(answers), tenants, changed)


def visited(console: Console, routes: Sequence[Route]) -> list[str]:
    """Routes that answer somebody who is not signed in with anything but 401."""
    visitor = console.visitor()
    found = []
    for route in routes:
        status = _send(visitor, route, lambda *_: str(uuid4())).status_code
        if status != 401:
            found.append(f"{route.name} as a visitor: {status}")
    return found


def problems(found: Survey) -> list[str]:
    """Everything that must not be."""
    said = [
        *(f"{answer}: role" for answer in found.answers if not _role_decided(answer)),
        *(f"{answer}: another tenant's id" for answer in found.answers if not _foreign_is_unknown(answer)),
        *_leaks(found),
        *_empty(found),
        *(f"tenant {tenant} changed {table} of another" for tenant, names in found.changed.items() for table in names),
    ]  # fmt: skip
    return list(dict.fromkeys(said))


def digests(console: Console, tenant: int) -> dict[str, str]:
    """One digest a table of a tenant's rows, its sessions and its users among them."""
    made = {}
    with console.everything() as connection:
        for table, column in _tables(connection):
            statement = database.sql.SQL(
                "SELECT coalesce(md5(string_agg(t::text, '|' ORDER BY t::text)), '') FROM {} t WHERE {} = %s"
            ).format(database.sql.Identifier(table), database.sql.Identifier(column))
            (made[table],) = connection.execute(statement, (console.tenant_id(tenant),)).fetchone() or ("",)
    return made


def _tables(connection: Connection) -> list[tuple[str, str]]:
    """Tables with a tenant's rows, and the column that says whose they are."""
    found = connection.execute(
        "SELECT c.relname, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid "
        "WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND "
        "(a.attname IN ('client_account_id', 'home_client_account_id') "
        "OR (c.relname, a.attname) = ('client_accounts', 'id')) "
        "ORDER BY 1"
    ).fetchall()
    assert len(found) >= 20
    return [(str(table), str(column)) for table, column in found]


_NAMES = {
    "assets": ("name", "hostname", "fqdn", "serial_number"),
    "users": ("email", "full_name"),
    "client_accounts": ("name",),
    "data_imports": ("file_name",),
    "engagements": ("name",),
}
"""Columns whose values belong to one tenant where the other does not have the same by chance."""


def tenant_rows(console: Console, tenant: int, runs: Mapping[int, str]) -> Tenant:
    """What is a tenant's alone, read as the database has it now."""
    ids, own, others = {}, set(), ""
    with console.everything() as connection:
        for table, column in _tables(connection):
            where = database.sql.SQL("FROM {} WHERE {} = %s").format(
                database.sql.Identifier(table), database.sql.Identifier(column)
            )
            found = connection.execute(
                database.sql.SQL("SELECT id::text {} ORDER BY 1").format(where), (console.tenant_id(tenant),)
            ).fetchall()
            ids[table] = [str(each) for (each,) in found]
            for name in _NAMES.get(table, ()):
                values = database.sql.SQL("SELECT {}::text {}").format(database.sql.Identifier(name), where)
                own |= {
                    str(value)
                    for (value,) in connection.execute(values, (console.tenant_id(tenant),)).fetchall()
                    if value
                }
            rows = database.sql.SQL("SELECT t::text FROM {} t WHERE {} <> %s").format(
                database.sql.Identifier(table), database.sql.Identifier(column)
            )
            others += "\n".join(
                str(row) for (row,) in connection.execute(rows, (console.tenant_id(tenant),)).fetchall()
            )
    ids["runs"] = [runs[tenant]] if tenant in runs else []
    return Tenant(ids, frozenset(name for name in own if len(name) > 5 and name not in others))


def _firsts(tenant: Tenant, instead: Mapping[str, str]) -> dict[str, str]:
    """An id of each table to ask for; an id that nobody has where the tenant has no row."""
    return {table: ids[0] if ids else str(uuid4()) for table, ids in tenant.ids.items()} | dict(instead)


def _asked(
    client: Any, route: Route, who: _Asking, own: Mapping[str, str], theirs: Mapping[str, str]
) -> Iterator[Answer]:
    """The route for own rows; and with each id in turn another tenant's, where the role lets one come so far."""
    answer = _send(client, route, lambda place, name, table: own[table])
    yield Answer(route, who.role, who.tenant, "own", "", answer.status_code, _text(answer))
    for wanted in route.ids() if route.allows(who.role) else ():
        place, name, table = wanted
        answer = _with(client, route, wanted, own, theirs[table])
        text = _text(answer).replace(theirs[table], "this id")
        if place != "path":
            key = (route, name, who.tenant)
            if key not in who.unknown:
                nobodys = str(uuid4())
                found = _with(client, route, wanted, own, nobodys)
                who.unknown[key] = (found.status_code, _text(found).replace(nobodys, "this id"))
            if who.unknown[key] != (answer.status_code, text):
                place = "told apart"
        yield Answer(route, who.role, who.tenant, name, place, answer.status_code, text)


def _with(
    client: Any, route: Route, wanted: tuple[str, str, str], own: Mapping[str, str], foreign: str
) -> Any:
    return _send(client, route, lambda *of: foreign if of == wanted else own[of[2]], foreign=True)


def _send(client: Any, route: Route, chosen: Callable[[str, str, str], str], *, foreign: bool = False) -> Any:
    def filled(place: str, values: object) -> Any:
        return _filled(values, partial(chosen, place))

    sent: dict[str, Any] = {"params": filled("query", route.query)}
    if route.file is not None:
        sent |= {"files": {"file": ("servers.csv", route.file[foreign])}, "data": filled("body", route.form)}
    elif route.body is not None:
        sent["json"] = filled("body", route.body)
    return client.request(route.method, route.path.format(**filled("path", route.path_values)), **sent)


def _text(answer: Any) -> str:
    if "spreadsheetml" not in answer.headers.get("content-type", ""):
        return str(answer.text)
    book = load_workbook(io.BytesIO(answer.content), read_only=True)
    return "\n".join(
        "\t".join(str(cell) for cell in row) for sheet in book for row in sheet.iter_rows(values_only=True)
    )


def _role_decided(answer: Answer) -> bool:
    if not answer.route.allows(answer.role):
        return answer.status == 403
    return answer.status != 403 and answer.status < 500


def _foreign_is_unknown(answer: Answer) -> bool:
    """Another tenant's id is answered as one that nobody has: not found in a path, refused in a body."""
    if answer.place == "path":
        return answer.status == 404
    if answer.place == "body":
        return answer.status in (404, 409, 422)
    return answer.place != "told apart"


def _leaks(found: Survey) -> Iterator[str]:
    for tenant in TENANTS:
        other = found.tenants[1 - tenant]
        ids, names = other.every_id(), other.names
        assert len(ids) > 300
        assert len(names) > 50
        for text, answer in {each.text: each for each in found.answers if each.tenant == tenant}.items():
            held = ids.intersection(_UUID.findall(text)) | {name for name in names if name in text}
            if held:
                yield f"{answer}: holds {len(held)} of another tenant, {min(held)}"


def _empty(found: Survey) -> Iterator[str]:
    for answer in found.answers:
        if answer.aim == "own" and answer.route.holds and answer.route.allows(answer.role):
            own = found.tenants[answer.tenant].ids[answer.route.holds]
            if not any(each in answer.text for each in own):
                yield f"{answer}: holds none of the {len(own)} own {answer.route.holds}"


def operations(paths: Mapping[str, Iterable[str]]) -> set[str]:
    """The names of all operations of an OpenAPI document."""
    return {f"{method.upper()} {path}" for path, methods in paths.items() for method in methods}
