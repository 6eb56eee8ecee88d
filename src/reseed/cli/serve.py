"""`reseed serve`: the project's application on the target database, until Ctrl-C."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from reseed import database
from reseed.cli.context import err, find_target, out
from reseed.cli.options import DatabaseUrlOption, ProjectOption, StateOption
from reseed.database import Target
from reseed.errors import ApplicationError, ProjectError, ServerError, SettingsError
from reseed.pages.address import LOOPBACK, free_port, is_loopback
from reseed.pages.application import Application, running, told
from reseed.pages.declared import Pages
from reseed.pages.reading import read_pages
from reseed.project import Project
from reseed.run.standing import standing_run
from reseed.seed.password import FILE as PASSWORD
from reseed.settings import Settings

PORT = 8080
_INTERRUPTED = 130


def serve(
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="Where it listens.")] = PORT,
    host: Annotated[str, typer.Option("--host", help="Address it listens on.")] = LOOPBACK,
    project: ProjectOption = None,
    database_url: DatabaseUrlOption = None,
    state: StateOption = None,
) -> None:
    """Start the project's application on the target database.

    It serves until Ctrl-C, on this machine alone unless another address is named.
    """
    settings = Settings.read(project=project, database_url=database_url, state=state)
    loaded = settings.load_project()
    place = Place.of(settings, loaded, host, port)
    target = find_target(settings, loaded)
    _require_database(target)
    database.ensure_app_role(target, loaded.app_role)
    serve_at(place, target, embedded=settings.database_url is None)


@dataclass(frozen=True)
class Place:
    """Which application is to be served, and where. `state` is the folder that runs lie in."""

    project: Project
    pages: Pages
    application: Application
    state: Path
    host: str
    port: int

    @classmethod
    def of(cls, settings: Settings, project: Project, host: str = LOOPBACK, port: int = PORT) -> Place:
        """The place of the project's application, once it is known that we can start it there.

        Raises:
            ProjectError: none is declared, or it runs already. SettingsError: it cannot be told the host.
            ApplicationError: the port is taken.
        """
        pages = read_pages(project.pages)
        application = _startable(project, pages, host)
        return cls(project, pages, application, settings.state_folder(project), host, free_port(host, port))


def serve_at(place: Place, target: Target, *, embedded: bool) -> NoReturn:
    """Serve until Ctrl-C.

    Raises:
        ApplicationError: the application does not start, or ends by itself.
    """
    environment = told(place.project, place.state)
    try:
        with running(
            place.application,
            place.project,
            target,
            host=place.host,
            port=place.port,
            environment=environment,
        ) as served:
            _introduce(place.pages, standing_run(place.state, target, embedded))
            _warn(place.host)
            # Last, for whoever reads it goes there at once.
            out().print(f"{target.database} at {served.url}", soft_wrap=True)
            code = served.wait()
    except KeyboardInterrupt:
        # That is how it is meant to end, so there is nothing to say.
        sys.exit(_INTERRUPTED)
    raise ApplicationError(
        f"The application ended by itself, with code {code}.", "What it said stands above."
    )


def _startable(project: Project, pages: Pages, host: str) -> Application:
    declared = pages.application
    if declared is None:
        raise ProjectError(
            f"{project.pages} has no [application], so there is nothing to start.",
            'Add one: command = ["{python}", "-m", "…", "--port", "{port}"]',
        )
    if declared.base_url:
        raise ProjectError(
            f"{project.pages} says that the application runs already, at {declared.base_url}.",
            "Open it there.",
        )
    if host != LOOPBACK and not any("{host}" in part for part in declared.command):
        raise SettingsError(
            f"--host is {host}, but the command in {project.pages} has no place for it.",
            'Add "{host}" to the command.',
        )
    return declared


def _require_database(target: Target) -> None:
    if not database.exists(target, target.database):
        raise ServerError(
            f"Database {target.database!r} does not exist on {target.masked}, so there is nothing to show.",
            "Make one with: reseed demo",
        )


def _introduce(pages: Pages, run: Path | None) -> None:
    console = err()
    width = max((len(role.email) for role in pages.roles), default=0)
    console.print("Sign in as")
    for role in pages.roles:
        console.print(f"  {role.email:<{width}}  {role.name}", soft_wrap=True)
    kept = run / PASSWORD if run else None
    if kept and kept.is_file():
        console.print(f"with the password in {kept}", soft_wrap=True)
    else:
        console.print(
            "with the password this database was seeded with; no run here has kept it.", soft_wrap=True
        )
    console.print("Ctrl-C ends it.")


def _warn(host: str) -> None:
    if not is_loopback(host):
        err().print(
            f"It listens on {host}, where other machines reach it. Sign-in cookies are Secure there: browsers "
            "send them over TLS only, so put a server that speaks TLS in front of it.",
            soft_wrap=True,
        )
