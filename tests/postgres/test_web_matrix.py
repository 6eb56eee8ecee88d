"""No way from one tenant into another: every route of the API, as every role, with own and with foreign ids."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Annotated, Any
from uuid import UUID

import pytest
from fastapi import APIRouter, Body, HTTPException

from modernize.models.enums import AccountRole
from modernize.web.access import scopes
from reseed import database
from reseed.database import Target
from reseed.project import Project
from tests import console as consoles
from tests.console import Console
from tests.postgres.matrix import TENANTS, WHO, Of, Route, Survey, operations, problems, survey, visited
from tests.postgres.routes import FILTERED, ROUTES
from tests.run_folders import make_run


@pytest.fixture(scope="module")
def console(
    server: Target, console_template: str, project: Project, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Console]:
    state = tmp_path_factory.mktemp("runs")
    make_run(state, RUN).begin()
    with consoles.on_clone(server, console_template, project, state) as serving:
        yield serving


RUN = "20260115-090000-aaaa"


@pytest.fixture(scope="module")
def surveyed(console: Console) -> Survey:
    return survey(console, (*ROUTES, *FILTERED), runs={0: RUN})


def test_every_operation_of_the_api_is_expected(console: Console) -> None:
    document = console.app.openapi()
    assert {route.name for route in ROUTES} == operations(document["paths"])
    named = {(route.name, name) for route in (*ROUTES, *FILTERED) for _, name, _ in route.ids()}
    unasked = {each for each in _ids_of(document) if each not in named}
    assert unasked <= {("GET /api/assets/export/{form}", "discovery_flow_id")}


def _ids_of(document: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Parameters that are ids, by the format the API declares."""
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            for parameter in operation.get("parameters", ()):
                forms = [parameter["schema"], *parameter["schema"].get("anyOf", ())]
                if any(form.get("format") == "uuid" for form in forms):
                    yield f"{method.upper()} {path}", parameter["name"]


def test_no_role_of_a_tenant_gets_more_than_its_own(surveyed: Survey) -> None:
    assert problems(surveyed) == []


def test_everybody_was_asked_about_everything(surveyed: Survey) -> None:
    asked = Counter((answer.role, answer.tenant) for answer in surveyed.answers if answer.aim == "own")
    everything = len(ROUTES) + len(FILTERED)
    assert asked == {(role, tenant): everything for tenant, roles in WHO.items() for role in roles}
    assert frozenset().union(*(scopes.by_role()[role] for role in WHO[1])) == scopes.known()
    foreign = {(answer.route.name, answer.aim) for answer in surveyed.answers if answer.aim != "own"}
    assert len(foreign) >= 25
    statuses = Counter(answer.status for answer in surveyed.answers)
    assert statuses[200] > 200, statuses
    assert statuses[403] > 50, statuses
    assert statuses[404] > 50, statuses


def test_nobody_is_answered_without_a_session(console: Console) -> None:
    assert visited(console, ROUTES) == []


def test_a_leak_of_each_kind_is_found(console: Console, project: Project) -> None:
    leaky = _leaky(console, project)
    routes = (
        Route("GET", "/api/leaky/assets", "asset:read", holds="assets"),
        Route("GET", "/api/leaky/names", "asset:read"),
        Route("GET", "/api/leaky/empty", "asset:read", holds="assets"),
        Route("GET", "/api/leaky/assets/{asset_id}", "asset:read", {"asset_id": Of("assets")}),
        Route("GET", "/api/leaky/filtered", "asset:read", query={"asset_id": Of("assets")}),
        Route("GET", "/api/leaky/anyone", "user:write"),
        Route("POST", "/api/leaky/change", "planning:write", body={"asset_id": Of("assets")}),
        Route("GET", "/api/leaky/broken", "asset:read"),
    )
    said = "\n".join(
        problems(
            survey(
                leaky, routes, runs={}, who={tenant: [AccountRole.ENGAGEMENT_MANAGER] for tenant in TENANTS}
            )
        )
    )
    for tenant in TENANTS:
        as_manager = f"as ENGAGEMENT_MANAGER of tenant {tenant},"
        for expected in (
            f"GET /api/leaky/assets {as_manager} own: 200: holds ",
            f"GET /api/leaky/names {as_manager} own: 200: holds ",
            f"GET /api/leaky/empty {as_manager} own: 200: holds none of the ",
            f"GET /api/leaky/assets/{{asset_id}} {as_manager} asset_id: 200: another tenant's id",
            f"GET /api/leaky/filtered {as_manager} asset_id: 200: another tenant's id",
            f"GET /api/leaky/anyone {as_manager} own: 200: role",
            f"POST /api/leaky/change {as_manager} asset_id: 200: another tenant's id",
            f"tenant {tenant} changed assets of another",
            f"GET /api/leaky/broken {as_manager} own: 500: role",
        ):
            assert expected in said, said
    assert len(visited(leaky, [Route("GET", "/healthz", "")])) == 1


def _leaky(console: Console, project: Project) -> Console:
    """The same console with routes that look past row-level security, as no service of ours does."""
    routes = APIRouter(prefix="/api/leaky")
    assets = "SELECT id::text, name, hostname FROM assets"

    def rows(statement: str = assets) -> list[dict[str, Any]]:
        with console.everything() as connection:
            return database.dict_rows(connection, statement)

    @routes.get("/assets")
    def everything() -> list[str]:
        return [row["id"] for row in rows()]

    @routes.get("/names")
    def names() -> list[str]:
        return [row["hostname"] or "" for row in rows()]

    @routes.get("/empty")
    def empty() -> list[str]:
        return []

    @routes.get("/assets/{asset_id}")
    def one(asset_id: UUID) -> dict[str, str]:
        return {"found": "yes"}

    @routes.get("/filtered")
    def filtered(asset_id: UUID) -> list[str]:
        return ["known" for row in rows() if row["id"] == str(asset_id)]

    @routes.get("/anyone")
    def anyone() -> str:
        return "welcome"

    @routes.post("/change")
    def change(asset_id: Annotated[UUID, Body(embed=True)]) -> str:
        with console.everything() as connection:
            connection.execute("UPDATE assets SET rack = rack || '.' WHERE id = %s", (asset_id,))
            connection.execute("UPDATE assets SET rack = 'R' WHERE rack IS NULL AND id = %s", (asset_id,))
        return "changed"

    @routes.get("/broken")
    def broken() -> None:
        raise HTTPException(500)

    with consoles.serving(console.target, project) as made:
        made.app.include_router(routes)
        return made
