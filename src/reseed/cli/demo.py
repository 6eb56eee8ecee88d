"""`reseed demo`: from a messy legacy database to a proven demo, with nothing to prepare."""

from __future__ import annotations

import shutil
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from reseed import database, guard
from reseed.cli.context import err, out, run_context
from reseed.cli.options import AssetsOption, DatabaseUrlOption, ProjectOption, StateOption, TenantsOption
from reseed.cli.running import carry_out
from reseed.cli.serve import PORT, Place, serve_at
from reseed.database import Claim, Exchange
from reseed.errors import ProjectError, Refused
from reseed.pages import read_pages
from reseed.pages.address import LOOPBACK, address
from reseed.run import RunContext
from reseed.seed.password import FILE as PASSWORD
from reseed.settings import Settings


def demo(
    serve: Annotated[
        bool, typer.Option("--serve", help="Serve the application afterwards, until Ctrl-C.")
    ] = False,
    tenants: TenantsOption = None,
    assets_per_tenant: AssetsOption = None,
    project: ProjectOption = None,
    database_url: DatabaseUrlOption = None,
    state: StateOption = None,
) -> None:
    """Turn a messy legacy database into a proven demo.

    The mess is loaded first. Where no URL is given, an embedded PostgreSQL is started for it.
    """
    began = time.perf_counter()
    settings = Settings.read(
        project=project,
        database_url=database_url,
        state=state,
        tenants=tenants,
        assets_per_tenant=assets_per_tenant,
    )
    # What would be in its way is found before the run.
    place = Place.of(settings, settings.load_project()) if serve else None
    context = _on_a_copy(run_context(settings))
    if not context.project.references["legacy"]:
        raise ProjectError(
            f"{context.project.root / 'reseed.toml'} names no project.legacy, the mess that a demo starts from.",
            "Reset your own database with: reseed run",
        )
    guard.require_if_there(context.target, context.terms)
    with database.claim(context.target, "reseed demo") as claim:
        _load_mess(context, claim)
    err().print(
        f"Legacy database {context.target.masked} loaded; set-up took {time.perf_counter() - began:.1f} s.",
        soft_wrap=True,
    )
    began = time.perf_counter()
    folder = carry_out(context)
    out().print(f"The run took {time.perf_counter() - began:.1f} s.")
    if place:
        serve_at(place, context.target, embedded=context.embedded)
    out().print(_next(context, folder), soft_wrap=True)


def _next(context: RunContext, folder: Path) -> str:
    """What to look at now, with commands that can be copied."""
    command = _as_called()
    lines = [
        (f"{command} validate --prove", "plant a fault for every check, and see each one caught"),
        (f"{command} status", "the tasks again; each has its own file in tasks/ of the run folder"),
        (f'psql "$({command} url)"', "the demo tenant's rows"),
    ]
    pages = read_pages(context.project.pages)
    users = "".join(f"\n  {role.email}  {role.name}" for role in pages.roles)
    if pages.application and pages.application.command:
        lines.insert(0, (f"{command} serve", f"the application at {address(LOOPBACK, PORT)}, until Ctrl-C"))
    width = max(len(line) for line, _ in lines)
    shown = "".join(f"\n  {line:<{width}}  {what}" for line, what in lines)
    return f"\nLook around:{shown}\nSign in with the password in {folder / PASSWORD} as{users}"


def _as_called() -> str:
    """How this program is called from where we are: `reseed`, or `.venv/bin/reseed` where that is not on PATH."""
    called = Path(sys.argv[0]).absolute()
    if called.name != "reseed" or shutil.which("reseed") == str(called):
        return "reseed"
    return str(called.relative_to(Path.cwd())) if called.is_relative_to(Path.cwd()) else str(called)


def _on_a_copy(context: RunContext) -> RunContext:
    """The demo works on a copy of the migrations, so that it leaves the project's files alone."""
    return replace(context, migrations=context.state / "demo" / "migrations")


def _load_mess(context: RunContext, claim: Claim) -> None:
    """Load the mess under a private name, and give it the public one; an earlier demo's database is kept.

    Raises:
        Refused: the database exists already on a server that is not our own.
    """
    target = context.target
    taken = database.oid(target, target.database)
    if taken and not context.embedded:
        raise Refused(
            f"Database {target.masked} exists already, and a demo starts from a database of its own.",
            "Name one that does not exist yet in --database-url.",
        )
    shutil.rmtree(context.migrations, ignore_errors=True)
    aside = database.private_name(target.database, f"before_{datetime.now(UTC):%Y%m%d_%H%M%S}")
    with database.scratch(target, target.database) as loaded:
        context.project.load_legacy()(loaded, context.migrations)
        made = database.require_oid(target, loaded.database)
        database.swap(claim, Exchange(target.database, made, taken, aside), carry=False)
    if taken:
        err().print(f"The database of an earlier demo is kept as {aside}.", soft_wrap=True)
