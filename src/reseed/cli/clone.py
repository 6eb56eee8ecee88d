"""`reseed clone`: a private copy of the proven database."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from reseed import proven
from reseed.cli.context import find_target, out
from reseed.cli.options import (
    AssetsOption,
    DatabaseUrlOption,
    JsonOption,
    ProjectOption,
    StateOption,
    TenantsOption,
)
from reseed.errors import SettingsError
from reseed.proven import Cloned
from reseed.run import runs_folder
from reseed.seed.password import FILE as PASSWORD
from reseed.settings import Settings


def clone(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Name of the copy.", show_default=False)],
    replace: Annotated[bool, typer.Option("--replace", help="A clone of that name goes.")] = False,
    drop: Annotated[bool, typer.Option("--drop", help="Drop the clone of that name, and make none.")] = False,
    as_json: JsonOption = False,
    tenants: TenantsOption = None,
    assets_per_tenant: AssetsOption = None,
    project: ProjectOption = None,
    database_url: DatabaseUrlOption = None,
    state: StateOption = None,
) -> None:
    """Make a private copy of the proven database, on the same server.

    It is a copy of what a run has proved from models and dataset as they are now; where they have changed since, there
    is none, and a run makes one. The copy stays until it is dropped: by --drop, or by DROP DATABASE.
    """
    if replace and drop:
        raise SettingsError("--replace makes a new clone, and --drop makes none.", "Give one of the two.")
    settings = Settings.read(
        project=project,
        database_url=database_url,
        state=state,
        tenants=tenants,
        assets_per_tenant=assets_per_tenant,
    )
    loaded = settings.load_project()
    target = find_target(settings, loaded)
    if drop:
        proven.drop_clone(target, name)
        said = {"name": name, "dropped": True}
        typer.echo(json.dumps(said) if as_json else f"Clone {name} is dropped.")
        return
    made = proven.clone(loaded, target, name, replace=replace)
    _show(made, runs_folder(settings.state_folder(loaded)) / made.run / PASSWORD, as_json)


def _show(made: Cloned, password: Path, as_json: bool) -> None:
    """Name, time and URL, and where the password lies that the copy's users sign in with, if it is here."""
    url = made.target.url(password=False)
    file = str(password) if password.is_file() else None
    if as_json:
        said = {
            "name": made.target.database,
            "run": made.run,
            "seconds": round(made.seconds, 3),
            "url": url,
            "password_file": file,
        }
        typer.echo(json.dumps(said, indent=2, ensure_ascii=False))
        return
    out().print(
        f"{made.target.database} is a copy of what run {made.run} proved, made in {made.seconds:.2f} s.",
        soft_wrap=True,
        markup=False,
    )
    out().print(url, soft_wrap=True, markup=False)
    if file:
        out().print(f"Its users sign in with the password in {file}", soft_wrap=True, markup=False)
