"""The console put together: the guard at the entrance, the sign-in, the API, and the pages on top."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, Response
from fastapi.staticfiles import StaticFiles

from modernize.web import api
from modernize.web.access import Doors, protect
from modernize.web.access.plain import notice, refused, wants_page
from modernize.web.api.refusals import REFUSALS
from modernize.web.errors import ConsoleError, NotFound
from modernize.web.settings import ConsoleSettings, Told

log = logging.getLogger("modernize.web")

BROKEN = "The fault is ours, not yours, and nothing was changed. The console's log says what happened."

LOOK = Path(__file__).parent / "look"


def create_app(settings: ConsoleSettings) -> FastAPI:
    """The sign-in and the API under `/api`, without pages: several may live in one process."""
    doors = Doors(settings.database_url)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        doors.close()

    app = FastAPI(
        title="Modernize",
        description="What the console's pages show, for programs: the same services, the same authorization.",
        version="1",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
    )
    app.state.settings = settings
    app.state.doors = doors
    app.add_exception_handler(ConsoleError, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_api_route("/healthz", _health, methods=["GET"], include_in_schema=False)
    app.mount("/look", _Look(directory=LOOK), name="look")
    for router in api.routers():
        app.include_router(router, prefix="/api", responses=REFUSALS)
    app.add_middleware(Told, settings=settings)
    protect(app, doors)
    return app


def create_console(settings: ConsoleSettings) -> FastAPI:
    """The whole console. NiceGUI keeps its pages in one place per process, so there is one console in a process."""
    from nicegui import app as framework
    from nicegui import ui

    from modernize.web import pages

    app = create_app(settings)
    pages.register()
    framework.add_exception_handler(404, _no_such_page)
    framework.add_exception_handler(Exception, _broken)
    ui.run_with(
        app,
        title="Modernize",
        favicon=LOOK / "mark.svg",
        dark=None,
        tailwind=False,
        # A slow machine, or a telephone that slept, must not lose what somebody has typed.
        reconnect_timeout=30,
        show_welcome_message=False,
    )
    return app


class _Look(StaticFiles):
    """Style sheet, script and mark; the Python beside them is not for browsers."""

    def lookup_path(self, path: str) -> tuple[str, object]:  # type: ignore[override]
        if Path(path).suffix not in {".css", ".svg", ".js"}:
            return "", None
        return super().lookup_path(path)


async def _health() -> dict[str, str]:
    return {"status": "ready"}


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, ConsoleError)  # noqa: S101 - what it is registered for
    return refused(request.scope["path"], error)


async def _no_such_page(request: Request, _: Exception) -> Response:
    if not wants_page(request.scope["path"]):
        return refused(
            request.scope["path"], NotFound("There is no such address; /api/openapi.json names all.")
        )
    return HTMLResponse(notice("No such page", f"The console has no page {request.url.path}."), 404)


async def _broken(request: Request, error: Exception) -> Response:
    log.error("The page %s failed", request.url.path, exc_info=error)
    return HTMLResponse(notice("Something went wrong here", BROKEN), 500)


async def _invalid(_: Request, error: Exception) -> Response:
    """A request that does not fit the API's description, said as sentences: which field, and what is wrong with it."""
    assert isinstance(error, RequestValidationError)  # noqa: S101 - what it is registered for
    problems = [
        f"{'.'.join(map(str, found['loc'][1:])) or found['loc'][0]}: {found['msg']}"
        for found in error.errors()
    ]
    return JSONResponse(
        {"detail": problems[0] if problems else "The request is not valid.", "problems": problems}, 422
    )
