"""`reseed pages`: open every page of the application in a browser as every role, or prove that this would tell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from reseed import database
from reseed import pages as room
from reseed.cli.context import err, find_site, out, show_proofs
from reseed.cli.options import DatabaseOption, DatabaseUrlOption, JsonOption, ProjectOption, StateOption
from reseed.database import Target
from reseed.errors import (
    ApplicationError,
    ChecksFailed,
    ProjectError,
    ServerError,
    SettingsError,
    StorageError,
)
from reseed.pages import Browser, NoBrowser, Pages, PagesResult, Selection
from reseed.pages.address import status_of
from reseed.pages.application import told
from reseed.pages.table import pages_table
from reseed.project import Project
from reseed.records import Proof
from reseed.run.standing import standing_run
from reseed.seed.password import demo_password
from reseed.settings import Settings
from reseed.site import Site


@dataclass(frozen=True)
class _Visit:
    """What a visit of the pages needs: found before anything is started."""

    settings: Settings
    project: Project
    pages: Pages
    site: Site
    browser: Browser
    password: str


def pages(
    prove: Annotated[
        bool, typer.Option("--prove", help="Plant a fault for every kind of line; each must be caught.")
    ] = False,
    role: Annotated[
        list[str] | None,
        typer.Option("--role", help="Only as this role; may be repeated.", show_default=False),
    ] = None,
    page: Annotated[
        list[str] | None, typer.Option("--page", help="Only this page; may be repeated.", show_default=False)
    ] = None,
    base_url: Annotated[
        str | None,
        typer.Option(
            "--base-url",
            metavar="URL",
            help="An application that runs already; else one is started on a copy of the database.",
            show_default=False,
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", help="Folder for the checklist and its pictures.", show_default=False),
    ] = None,
    database: DatabaseOption = None,
    project: ProjectOption = None,
    database_url: DatabaseUrlOption = None,
    state: StateOption = None,
    as_json: JsonOption = False,
) -> None:
    """Open every page in a browser as every role, and compare it with the database.

    The demo users' password is RESEED_DEMO_PASSWORD, or else the one that the run which made the database kept.
    """
    settings = Settings.read(project=project, database_url=database_url, state=state)
    visit = _prepare(settings, database, output)
    selection = Selection(tuple(role or ()), tuple(page or ()))
    selection.require_known(visit.pages)
    with _application(visit, base_url) as (base, there):
        chosen = replace(selection, throwaway=there is not None)
        site = visit.site.on(there.database) if there else visit.site
        if prove:
            proofs = room.prove_pages(
                site, visit.pages, base=base, password=visit.password, browser=visit.browser,
                selection=chosen, tell=_tell,
            )  # fmt: skip
        else:
            result = room.check_pages(
                site, visit.pages, base=base, password=visit.password, browser=visit.browser,
                folder=visit.site.folder, selection=chosen, tell=_tell,
            )  # fmt: skip
    if prove:
        _show_proofs(proofs, as_json)
    else:
        _show(result, visit.site.folder, as_json)


def _prepare(settings: Settings, name: str | None, output: Path | None) -> _Visit:
    loaded = settings.load_project()
    declared = room.read_pages(loaded.pages)
    browser = room.find_browser(settings)
    if isinstance(browser, NoBrowser):
        raise ApplicationError(f"No page can be opened: {browser}.")
    site = find_site(settings, loaded, name)
    target, named = site.target, site.database
    if not database.exists(target, named):
        raise ServerError(
            f"Database {named!r} does not exist on {target.masked}, so there is nothing to compare pages with.",
            "Make one with: reseed demo",
        )
    folder = output or settings.state_folder(loaded) / "pages" / f"{datetime.now(UTC):%Y%m%d-%H%M%S}"
    site = replace(site, folder=folder.expanduser().absolute(), dataset=loaded.load_dataset())
    return _Visit(settings, loaded, declared, site, browser, _password(settings, loaded, target.on(named)))


def _password(settings: Settings, project: Project, target: Target) -> str:
    if settings.demo_password:
        return settings.demo_password.get_secret_value()
    run = standing_run(settings.state_folder(project), target, settings.database_url is None)
    if run is None:
        raise SettingsError(
            f"Nobody knows the demo users' password: RESEED_DEMO_PASSWORD is not set, and no run in "
            f"{settings.state_folder(project)} made the database {target.database}.",
            "Set it to the password that the database was seeded with, or make a database with: reseed demo",
        )
    return demo_password(run)


@contextmanager
def _application(visit: _Visit, base_url: str | None) -> Iterator[tuple[str, Target | None]]:
    """Where the application answers; and the copy of the database that it works on, where we started it."""
    declared = visit.pages.application
    address = (base_url or (declared.base_url if declared else "")).rstrip("/")
    if address:
        answer = status_of(address + "/")
        if isinstance(answer, str):
            raise ApplicationError(
                f"No application answers at {address}: {answer}.", "Start it, or correct the address."
            )
        yield address, None
        return
    if declared is None:
        raise ProjectError(
            f"{visit.project.pages} has no [application], so there is nothing to start.",
            "Add one, or name one that runs already with --base-url.",
        )
    database.sweep(visit.site.target)
    database.ensure_app_role(visit.site.target, visit.project.app_role)
    environment = told(visit.project, visit.settings.state_folder(visit.project))
    name = visit.site.database
    _make(visit.site.folder)
    err().print(f"Starting the application on a copy of {name} …", soft_wrap=True)
    with (
        database.scratch(visit.site.target, name, template=name) as copy,
        room.running(
            declared, visit.project, copy, environment=environment, log=visit.site.folder / "application.log"
        ) as served,
    ):
        yield served.url, copy


def _make(folder: Path) -> None:
    """The folder holds pictures of people's data, so it is its owner's alone."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise StorageError(
            f"{folder} cannot be made: {error.strerror}.", "Name another with --output."
        ) from error


def _show(result: PagesResult, folder: Path, as_json: bool) -> None:
    room.write_result(result, folder)
    if as_json:
        typer.echo(room.to_json(result), nl=False)
    else:
        out().print(pages_table(result))
        out().print(f"Checklist  {folder / room.CHECKLIST}", soft_wrap=True)
        out().print(
            f"{'PASSED' if result.passed else 'FAILED'}. {result.sentence} in {result.seconds:.0f} s.",
            soft_wrap=True,
        )
    if result.reason and not result.executed:
        raise ApplicationError(f"No page was opened: {result.reason}.")
    if not result.passed:
        broke_off = f"; it broke off: {result.reason}" if result.reason else ""
        raise ChecksFailed(f"{result.sentence}{broke_off}.", f"Read {folder / room.CHECKLIST}.")


def _show_proofs(proofs: Sequence[Proof], as_json: bool) -> None:
    caught = sum(proof.passed for proof in proofs)
    show_proofs(proofs, caught, len(proofs), as_json)
    missed = [proof for proof in proofs if not proof.passed]
    if missed or not proofs:
        first = (
            f"first: {missed[0].fault}: {missed[0].answer}"
            if missed
            else "there was nothing to plant them in"
        )
        raise ChecksFailed(f"{len(missed)} of {len(proofs)} planted faults were not caught; {first}.")


def _tell(line: str) -> None:
    err().print(line, soft_wrap=True, markup=False)
