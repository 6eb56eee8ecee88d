"""`reseed backup`: a backup outside of a run, kept once it has been restored and found equal."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import typer
from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from reseed import backup as room
from reseed.cli.context import err, find_site, out
from reseed.cli.options import (
    DatabaseOption,
    DatabaseUrlOption,
    JsonOption,
    MigrationsOption,
    ProjectOption,
    StateOption,
)
from reseed.database import sweep
from reseed.records import Backup
from reseed.settings import Settings


def backup(
    database: DatabaseOption = None,
    project: ProjectOption = None,
    database_url: DatabaseUrlOption = None,
    state: StateOption = None,
    migrations: MigrationsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Back a database up, and prove the backup by restoring it.

    It is restored into a scratch database, which is compared with the snapshot that was dumped and dropped again. The
    database itself is left as it is. What cannot be proven is kept under a name that says so, and is an error.
    """
    settings = Settings.read(project=project, database_url=database_url, state=state, migrations=migrations)
    site = find_site(settings, settings.load_project(), database)
    sweep(site.target)
    err().print(f"Backing up {site.database}, and restoring that to prove it …", soft_wrap=True)
    folder, taken = room.keep(site)
    if as_json:
        record = {"folder": str(folder), **asdict(taken)}
        typer.echo(json.dumps(record, indent=2, ensure_ascii=False, default=str))
    else:
        _show(folder, taken)


def _show(folder: Path, taken: Backup) -> None:
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    table.add_column("Table", overflow="fold")
    table.add_column("Rows", justify="right")
    for name, rows in taken.rows.items():
        table.add_row(Text(name), f"{rows:,}")
    size = sum(int(str(facts["size"])) for facts in taken.files.values())
    out().print(table)
    for what in taken.left_out:
        out().print(f"Not in the backup: {what}", soft_wrap=True)
    out().print(
        f"{len(taken.rows)} tables, {sum(taken.rows.values()):,} rows, {size:,} bytes in {folder}",
        soft_wrap=True,
    )
    out().print(
        "Proven: restored into a scratch database, and found equal to what was dumped.", soft_wrap=True
    )
