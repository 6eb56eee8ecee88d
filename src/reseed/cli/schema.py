"""`reseed schema`: compare any database with the models, write the clean revision, describe the schema."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from reseed import schema as room
from reseed.cli.context import find_site, out
from reseed.cli.options import (
    DatabaseOption,
    DatabaseUrlOption,
    JsonOption,
    MigrationsOption,
    ProjectOption,
    StateOption,
)
from reseed.database import ensure_app_role
from reseed.errors import ChecksFailed
from reseed.schema import Difference
from reseed.settings import Settings

app = typer.Typer(
    help="Compare a database with the models, squash the migrations, describe the schema.",
    no_args_is_help=True,
)


@app.command()
def check(
    database: DatabaseOption = None,
    project: ProjectOption = None,
    database_url: DatabaseUrlOption = None,
    state: StateOption = None,
    as_json: JsonOption = False,
) -> None:
    """List every fact in which a database differs from one that the models make; exit 1 when there is one."""
    settings = Settings.read(project=project, database_url=database_url, state=state)
    site = find_site(settings, settings.load_project(), database)
    ensure_app_role(site.target, site.project.app_role)
    with site.connect() as connection:
        found = room.read_facts(connection)
    differences = room.compare(room.facts_of_models(site), found)
    if as_json:
        listed = [{**asdict(difference), "key": str(difference.key)} for difference in differences]
        typer.echo(json.dumps({"fingerprint": found.fingerprint, "differences": listed}, indent=2))
    else:
        if differences:
            out().print(_table(differences))
        out().print(f"{len(found)} facts in {site.database}, fingerprint {found.fingerprint}", soft_wrap=True)
    if differences:
        raise ChecksFailed(
            f"Database {site.database} differs from the models in {len(differences)} facts.",
            "Migrate it, or carry out the plan: reseed run",
        )


@app.command()
def squash(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print the revision and write nothing.")] = False,
    into: Annotated[
        Path | None,
        typer.Option(
            help="Folder for the staged migrations; squash/ in the state folder by default.",
            show_default=False,
        ),
    ] = None,
    project: ProjectOption = None,
    state: StateOption = None,
    migrations: MigrationsOption = None,
) -> None:
    """Write one clean revision from the models, beside the project's own migrations, which stay as they are."""
    settings = Settings.read(project=project, state=state, migrations=migrations)
    loaded = settings.load_project()
    if dry_run:
        typer.echo(room.squash_text(loaded.load_metadata(), loaded.revision), nl=False)
        return
    folder = into or settings.state_folder(loaded) / "squash"
    written = room.stage_revision(loaded, settings.migrations or loaded.migrations, folder)
    out().print(str(written), soft_wrap=True)


@app.command()
def doc(
    database: DatabaseOption = None,
    project: ProjectOption = None,
    database_url: DatabaseUrlOption = None,
    state: StateOption = None,
) -> None:
    """Print tables, key columns, load order and a diagram as Markdown: the body of SCHEMA_READY.md."""
    settings = Settings.read(project=project, database_url=database_url, state=state)
    site = find_site(settings, settings.load_project(), database)
    typer.echo(room.schema_markdown(site), nl=False)


def _table(differences: tuple[Difference, ...]) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for name in ("", "Object", "Models", "Database"):
        table.add_column(name, overflow="fold")
    for difference in differences:
        table.add_row(
            difference.change, Text(str(difference.key)), Text(difference.expected), Text(difference.found)
        )
    return table
