"""The API does what its description says, whatever it is sent: no 5xx, only the statuses and shapes it names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any
from uuid import uuid4

import hypothesis
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given
from hypothesis.errors import Unsatisfiable
from hypothesis.strategies import booleans, integers
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.config import SchemathesisConfig
from schemathesis.core.failures import FailureGroup
from schemathesis.python.asgi import ASGIClient, get_client
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from modernize.models.enums import AccountRole
from tests.console import LOCAL, Console
from tests.postgres.matrix import tenant_rows
from tests.postgres.routes import FILTERED, ROUTES

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
ASKING = (AccountRole.ENGAGEMENT_MANAGER, AccountRole.CLIENT_ADMIN)
"""Between them they have every scope."""

EXAMPLES = 6
"""Of each operation, for each of two modes: data that fits its description, and data that does not."""


@pytest.fixture(scope="module")
def clients(shared_console: Console) -> dict[AccountRole, ASGIClient]:
    made = {}
    for role in ASKING:
        session = shared_console.signed_in(role)
        client = get_client(shared_console.app)
        client.base_url = LOCAL
        client.cookies.update(dict(session.cookies))
        client.headers["X-CSRF-Token"] = session.headers["X-CSRF-Token"]
        made[role] = client
    return made


@pytest.fixture(scope="module")
def described(shared_console: Console) -> Any:
    config = SchemathesisConfig.from_dict({"generation": {"with-security-parameters": False}})
    schema = schemathesis.openapi.from_dict(shared_console.app.openapi(), config=config)
    schema.app = shared_console.app
    return schema


@pytest.fixture(scope="module")
def rows(shared_console: Console) -> dict[str, str]:
    """An id of each table: otherwise nothing that is generated would ever be found."""
    return {table: ids[0] for table, ids in tenant_rows(shared_console, 0, {}).ids.items() if ids}


KNOWN = {(route.name, name): table for route in (*ROUTES, *FILTERED) for _, name, table in route.ids()}
ROUTE = {route.name: route for route in ROUTES}


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_every_operation_answers_as_described(
    described: Any, clients: dict[AccountRole, ASGIClient], rows: dict[str, str], mode: GenerationMode
) -> None:
    answered: dict[str, Counter[int]] = {}
    problems: list[str] = []
    for operation in (found.ok() for found in described.get_all_operations()):
        name = f"{operation.method.upper()} {operation.path}"
        answered[name] = Counter()
        # Those who may, and now and then the other one.
        able = [client for role, client in clients.items() if ROUTE[name].allows(role)]
        send = partial(_sent, name, [*able, *able, *clients.values()], rows, answered[name])
        problems += _tried(operation, mode, send)
    assert problems == [], "\n\n".join(problems)
    assert set(answered) == set(ROUTE)
    _require_something_new(described, answered, mode)


def _require_something_new(described: Any, answered: dict[str, Counter[int]], mode: GenerationMode) -> None:
    """What was sent was not all refused, or not all accepted: else the answers would say nothing."""
    statuses = sum(answered.values(), Counter())
    if mode is GenerationMode.NEGATIVE:
        assert statuses[422] > 50, statuses
        return
    read = {name for name in answered if name.startswith("GET ") and not name.startswith("GET /api/runs/")}
    assert {name for name in read if not answered[name][200]} == set()
    assert statuses[404] > 5, statuses


def _tried(operation: Any, mode: GenerationMode, send: Callable[..., None]) -> Iterator[str]:
    @hypothesis.settings(
        max_examples=EXAMPLES,
        derandomize=True,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode), with_row=booleans(), who=integers(0, 11))
    def attempt(case: Any, with_row: bool, who: int) -> None:
        send(case, with_row, who)

    try:
        attempt()
    except Unsatisfiable:  # nothing can be wrong with a request that has no parts
        return
    except (AssertionError, FailureGroup) as error:
        yield f"{operation.method.upper()} {operation.path}: {error}"


def _sent(
    name: str,
    clients: Sequence[ASGIClient],
    rows: dict[str, str],
    answered: Counter[int],
    case: Any,
    with_row: bool,
    who: int,
) -> None:
    for values in (case.path_parameters, case.query) if with_row else ():
        for parameter in values or {}:
            if table := KNOWN.get((name, parameter)):
                values[parameter] = rows.get(table, str(uuid4()))
    response = case.call(base_url=LOCAL, session=clients[who % len(clients)])
    answered[response.status_code] += 1
    case.validate_response(response, checks=CHECKS)


NASTY = (
    "sort=password_hash",
    "sort=-",
    "sort=%00",
    "search=%00",
    "search=%ED%A0%80",
    "search=%25%5C_%27%22%3B--",
    f"search={'x' * 5000}",
    f"offset={10**30}",
    "offset=-1",
    "offset=9999999",
    f"limit={10**30}",
    "limit=0",
    "offset=1&offset=2&offset=x",
    "limit=NaN",
    "no_such_parameter=1",
    "=&&==",
    "%FF=%FE",
)
"""Ends of addresses that a generator hardly comes upon."""


def test_no_address_breaks_a_route(clients: dict[AccountRole, ASGIClient], rows: dict[str, str]) -> None:
    asked = 0
    for route in ROUTES:
        if route.method != "GET":
            continue
        client = next(client for role, client in clients.items() if route.allows(role))
        ids = {name: rows.get(getattr(of, "table", ""), "x") for name, of in route.path_values.items()}
        for end in NASTY:
            answer = client.get(f"{LOCAL}{route.path.format(**ids)}?{end}")
            assert answer.status_code < 500, (route.name, end, answer.text)
            asked += 1
        for part in ("%00", "%2e%2e%2f", "x" * 3000, "00000000-0000-0000-0000-00000000000g") if ids else ():
            answer = client.get(f"{LOCAL}{route.path.format(**dict.fromkeys(ids, part))}")
            assert 400 <= answer.status_code < 500, (route.name, part, answer.text)
            asked += 1
    assert asked > 500


BROKEN: tuple[tuple[str, bytes], ...] = (
    ("application/json", b"{"),
    ("application/json", b"\xff\xfe"),
    ("application/json", b"[" * 100_000),
    ("application/json", b'{"name": "\\u0000", "note": "\\ud800", "email": "a\\u0000@b.c"}'),
    ("application/json", b'{"min_confidence": 1e999, "expected": 1' + b"0" * 400 + b"}"),
    ("application/json", b""),
    ("text/plain", b"{}"),
    ("multipart/form-data", b"--x"),
    ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data\r\n\r\n"),
    ("multipart/form-data; boundary=x", b"--x\r\n[:\r\n\r\n--x--\r\n"),
    ("multipart/form-data; boundary=" + "x" * 500, b"--x--"),
)
"""Bodies that are not what they say."""


def test_no_body_breaks_a_route(clients: dict[AccountRole, ASGIClient], rows: dict[str, str]) -> None:
    writing = [route for route in ROUTES if route.method != "GET"]
    for route in writing:
        client = next(client for role, client in clients.items() if route.allows(role))
        ids = {name: rows.get(getattr(of, "table", ""), "x") for name, of in route.path_values.items()}
        for content_type, body in BROKEN:
            address = LOCAL + route.path.format(**ids)
            answer = client.request(route.method, address, data=body, headers={"Content-Type": content_type})
            takes_nothing = route.body is None and route.file is None
            assert takes_nothing or 400 <= answer.status_code < 500, (route.name, content_type, body[:50])
            assert answer.status_code < 500, (route.name, content_type, body[:50], answer.text)
    assert len(writing) >= 10
