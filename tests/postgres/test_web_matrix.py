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
from tests.run_folders import make_run

CSV = b"hostname,type\nsrv-9001,server\n"
DECISION = {"status": "approved", "seen": "pending", "note": ""}
_PERSON = {"email": "somebody.new@example.org", "full_name": "Somebody New", "role": "VIEWER"}
_RUN = {"run": Of("runs")}
_IMPORT, _FLOW, _WAVE = Of("data_imports"), Of("discovery_flows"), Of("migration_waves")
_MAPPING, _RECORD, _ASSET, _USER = (
    Of("import_field_mappings"),
    Of("raw_import_records"),
    Of("assets"),
    Of("users"),
)
LONG_AGO = "2001-01-01T00:00:00Z"
_MOVE = {"assets": [{"id": _ASSET, "updated_at": LONG_AGO}], "wave_id": _WAVE}
_CHOICE = {
    "strategy": "rehost",
    "rationale": "It moves as it is, with its data, in one go.",
    "confidence": "0.9",
    "effort_days": "1",
    "wave_id": _WAVE,
}
_SURE = {"min_confidence": 0, "data_import_id": _IMPORT}

ROUTES = (
    Route("GET", "/api/me", ""),
    Route("GET", "/api/dashboard", "dashboard:read"),
    Route("GET", "/api/dashboard/activity", "dashboard:read"),
    Route("GET", "/api/analytics", "analytics:read"),
    Route("GET", "/api/flows", "flow:read", holds="discovery_flows"),
    Route("POST", "/api/flows", "flow:create", body={"name": "Another look"}),
    Route("GET", "/api/flows/insights", "flow:read", holds="agent_insights"),
    Route("GET", "/api/flows/{flow_id}", "flow:read", {"flow_id": _FLOW}, holds="discovery_flows"),
    Route("GET", "/api/imports", "import:read", holds="data_imports"),
    Route("POST", "/api/imports", "import:create", form={"flow_id": _FLOW}, file=(b"", CSV)),
    Route("GET", "/api/imports/records", "import:read", query={"import_id": _IMPORT}),
    Route("GET", "/api/imports/records/{record_id}", "import:read", {"record_id": _RECORD}, holds="raw_import_records"),
    Route("GET", "/api/imports/{import_id}", "import:read", {"import_id": _IMPORT}, holds="data_imports"),
    Route("POST", "/api/imports/{import_id}/cancel", "import:create", {"import_id": _IMPORT}),
    Route("POST", "/api/imports/{import_id}/assets", "import:create", {"import_id": _IMPORT}, body={}),
    Route("GET", "/api/imports/{import_id}/refused.csv", "import:read", {"import_id": _IMPORT}),
    Route("GET", "/api/mappings", "mapping:read", query={"data_import_id": _IMPORT}, holds="data_imports"),
    Route("GET", "/api/mappings/summary", "mapping:read"),
    Route("GET", "/api/mappings/approvable", "mapping:review", query=_SURE),
    Route("POST", "/api/mappings/decisions", "mapping:review", body={**DECISION, "mapping_ids": [_MAPPING]}),
    Route("GET", "/api/mappings/{mapping_id}", "mapping:read", {"mapping_id": _MAPPING}, holds="data_imports"),
    Route("PUT", "/api/mappings/{mapping_id}/decision", "mapping:review", {"mapping_id": _MAPPING}, body=DECISION),
    Route("GET", "/api/assets", "asset:read", query={"limit": 500}, holds="assets"),
    Route("GET", "/api/assets/export/{form}", "asset:export", {"form": "xlsx"}),
    Route("GET", "/api/assets/{asset_id}", "asset:read", {"asset_id": _ASSET}, holds="assets"),
    Route("GET", "/api/dependencies", "dependency:read", query={"focus": _ASSET}),
    Route("GET", "/api/dependencies/graph", "dependency:read", query={"focus": _ASSET}),
    Route("GET", "/api/dependencies/assets", "dependency:read", holds="assets"),
    Route("GET", "/api/planning", "planning:read", holds="migration_waves"),
    Route("GET", "/api/planning/warnings", "planning:read"),
    Route("GET", "/api/planning/preview", "planning:read", query={"asset_id": _ASSET, "wave_id": _WAVE}),
    Route("GET", "/api/planning/assets/{asset_id}", "planning:read", {"asset_id": _ASSET}, holds="assets"),
    Route("POST", "/api/planning/moves", "planning:write", body=_MOVE),
    Route("POST", "/api/planning/assets/{asset_id}/strategy", "planning:write", {"asset_id": _ASSET},
          body={**_CHOICE, "updated_at": LONG_AGO}),
    Route("GET", "/api/users", "user:read", holds="users"),
    Route("POST", "/api/users", "user:write", body=_PERSON),
    Route("GET", "/api/users/{user_id}", "user:read", {"user_id": _USER}),
    Route("POST", "/api/users/{user_id}/invitation", "user:write", {"user_id": _USER}),
    Route("PUT", "/api/users/{user_id}/role", "user:write", {"user_id": _USER}, body={"role": "ANALYST"}),
    Route("PUT", "/api/users/{user_id}/status", "user:write", {"user_id": _USER}, body={"status": "disabled"}),
    Route("GET", "/api/runs", "run:read"),
    Route("GET", "/api/runs/{run}", "run:read", _RUN),
    Route("GET", "/api/runs/{run}/artifacts/{path}", "run:read", {**_RUN, "path": "plan.toml"}),
    Route("GET", "/api/runs/{run}/findings", "run:read", _RUN),
    Route("GET", "/api/runs/{run}/findings/{check}", "run:read", {**_RUN, "check": "rows.assets"}),
    Route("GET", "/api/runs/{run}/pages", "run:read", _RUN),
    Route("GET", "/api/runs/{run}/pictures/{path}", "run:read", {**_RUN, "path": "screenshots/viewer/dashboard.png"}),
    Route("GET", "/api/runs/{run}/report", "run:read", _RUN),
    Route("GET", "/api/runs/{run}/tasks/{task}", "run:read", {**_RUN, "task": "1.1"}),
)  # fmt: skip

FILTERED = (
    Route("GET", "/api/assets", "asset:read", query={"migration_wave_id": _WAVE}),
    Route("GET", "/api/assets", "asset:read", query={"discovery_flow_id": _FLOW}),
    Route("GET", "/api/assets/export/{form}", "asset:export", {"form": "csv"}, query={"migration_wave_id": _WAVE}),
    Route("GET", "/api/dependencies", "dependency:read", query={"limit": 500}, holds="asset_dependencies"),
    Route("GET", "/api/dependencies/graph", "dependency:read", query={"depth": "all"}, holds="assets"),
    Route("GET", "/api/imports/records", "import:read", query={"limit": 500}, holds="raw_import_records"),
    Route("GET", "/api/mappings", "mapping:read", query={"limit": 500}, holds="import_field_mappings"),
    Route("GET", "/api/users", "user:read", query={"limit": 500}, holds="users"),
)  # fmt: skip
"""Routes that are asked a second time, with other filters."""


@pytest.fixture(scope="module")
def console(
    server: Target, console_template: str, project: Project, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Console]:
    state = tmp_path_factory.mktemp("runs")
    make_run(state, RUN).begin()
    with (
        database.scratch(server, "console", template=console_template) as target,
        consoles.serving(target, project, state) as serving,
    ):
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
