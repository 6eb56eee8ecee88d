"""Flags that many commands share, declared once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

ProjectOption = Annotated[
    Path | None,
    typer.Option(
        "--project",
        help="The project's reseed.toml; found from the working folder upwards.",
        show_default=False,
    ),
]
DatabaseUrlOption = Annotated[
    str | None,
    typer.Option(
        "--database-url",
        metavar="URL",
        help="The target, any PostgreSQL 14 or later; DATABASE_URL, or else an embedded server.",
        show_default=False,
    ),
]
DatabaseOption = Annotated[
    str | None,
    typer.Option(
        "--database", help="Name of the database, where it is not the target's own.", show_default=False
    ),
]
StateOption = Annotated[
    Path | None,
    typer.Option(
        "--state", help="Folder for the embedded server and for runs; .reseed by default.", show_default=False
    ),
]
MigrationsOption = Annotated[
    Path | None,
    typer.Option(
        "--migrations",
        help="Alembic's script location, where it is not the project's own.",
        show_default=False,
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]
YesOption = Annotated[bool, typer.Option("--yes", help="Do not ask; for scripts.")]
RunArgument = Annotated[
    str | None,
    typer.Argument(
        metavar="RUN",
        help="Id of a run or the beginning of one; the newest by default.",
        show_default=False,
    ),
]
TenantsOption = Annotated[
    int | None,
    typer.Option(
        "--tenants",
        metavar="N",
        min=1,
        help="How many tenants there are to be, the demo tenant among them; as reseed.toml says by default.",
        show_default=False,
    ),
]
AssetsOption = Annotated[
    int | None,
    typer.Option(
        "--assets-per-tenant",
        metavar="N",
        min=1,
        help="Size of every tenant but the demo tenant, for datasets that take it.",
        show_default=False,
    ),
]
