"""`reseed demo`: from a messy legacy database to a proven demo, with nothing to prepare."""

from __future__ import annotations

import shutil
import time
from dataclasses import replace
from datetime import UTC, datetime

from reseed import database
from reseed.cli.context import err, out, run_context
from reseed.cli.options import DatabaseUrlOption, ProjectOption, StateOption
from reseed.cli.running import carry_out
from reseed.errors import ProjectError, Refused
from reseed.run import RunContext
from reseed.settings import Settings

_NEXT = """
Look around:
  reseed validate --prove     plant a fault for every check, and see each one caught
  reseed status               the tasks again; each has its own file in tasks/ of the run folder
  psql "$(reseed url)"        the demo tenant's rows
The demo users' password is in demo_password.txt of the run folder."""


def demo(
    project: ProjectOption = None, database_url: DatabaseUrlOption = None, state: StateOption = None
) -> None:
    """Turn a messy legacy database into a proven demo.

    The mess is loaded first. Where no URL is given, an embedded PostgreSQL is started for it.
    """
    began = time.perf_counter()
    settings = Settings.read(project=project, database_url=database_url, state=state)
    context = _on_a_copy(run_context(settings))
    if not context.project.references["legacy"]:
        raise ProjectError(
            f"{context.project.root / 'reseed.toml'} names no project.legacy, the mess that a demo starts from.",
            "Reset your own database with: reseed run",
        )
    _make_room(context)
    context.project.load_legacy()(context.target, context.migrations)
    err().print(
        f"Legacy database {context.target.masked} loaded; set-up took {time.perf_counter() - began:.1f} s.",
        soft_wrap=True,
    )
    began = time.perf_counter()
    carry_out(context)
    out().print(f"The run took {time.perf_counter() - began:.1f} s.")
    out().print(_NEXT, soft_wrap=True)


def _on_a_copy(context: RunContext) -> RunContext:
    """The demo works on a copy of the migrations, so that it leaves the project's files alone."""
    return replace(context, migrations=context.state / "demo" / "migrations")


def _make_room(context: RunContext) -> None:
    """Move an earlier demo's database aside on our own server; on somebody's server, refuse to touch one."""
    target = context.target
    taken = database.exists(target, target.database)
    if taken and not context.embedded:
        raise Refused(
            f"Database {target.masked} exists already, and a demo starts from a database of its own.",
            "Name one that does not exist yet in --database-url.",
        )
    shutil.rmtree(context.migrations, ignore_errors=True)
    if not taken:
        return
    aside = database.private_name(target.database, f"before_{datetime.now(UTC):%Y%m%d_%H%M%S}")
    database.rename(target, target.database, aside)
    err().print(f"The database of an earlier demo is kept as {aside}.")
