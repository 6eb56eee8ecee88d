"""Commands about databases that runs have kept: `reseed rollback`, `reseed prune`."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from reseed import guard
from reseed import run as runs
from reseed.cli.confirm import confirm
from reseed.cli.context import out, run_context
from reseed.cli.options import DatabaseUrlOption, ProjectOption, StateOption, YesOption
from reseed.run.kept import Kept, drop_kept, kept, kept_templates, to_drop
from reseed.settings import Settings


def rollback(
    yes: YesOption = False,
    project: ProjectOption = None,
    database_url: DatabaseUrlOption = None,
    state: StateOption = None,
) -> None:
    """Give the name back to the database that had it before the last run, or the last restore.

    Its revisions come back with it, where the run worked on the project's own. The database that steps aside is kept.
    """
    context = run_context(Settings.read(project=project, database_url=database_url, state=state))
    confirm(
        context,
        f"The previous database takes the name {context.target.database} again, and sessions on it are ended.",
        guard.require(context.target, context.terms),
        yes=yes,
    )
    done = runs.rollback(context)
    out().print(
        f"{context.target.database} is the database from before the {done.of} again; "
        f"the one that had the name is kept as {done.kept}.",
        soft_wrap=True,
    )


def prune(
    keep: Annotated[int, typer.Option("--keep", min=0, help="How many previous databases stay.")] = 1,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="List them, and drop nothing.")] = False,
    yes: YesOption = False,
    project: ProjectOption = None,
    database_url: DatabaseUrlOption = None,
    state: StateOption = None,
) -> None:
    """Drop databases that runs have kept, all but the latest previous ones.

    Proven databases that are kept as templates go, too; the next run that passes keeps one again.
    What runs that failed had begun to build is dropped, too; such a run cannot be resumed any more.
    """
    context = run_context(Settings.read(project=project, database_url=database_url, state=state))
    found = (*kept(context.target), *kept_templates(context.target, context.project.name))
    going = to_drop(found, keep)
    out().print(_table(found, going))
    if dry_run or not going:
        out().print(
            f"{len(going)} of {len(found)} kept databases would be dropped." if going else "Nothing to drop."
        )
        return
    seen = guard.require_if_there(context.target, context.terms)
    guard.require_kept(context.target, (each.name for each in going), context.terms)
    confirm(context, f"{len(going)} databases are dropped for good.", seen, yes=yes, for_good=True)
    dropped = drop_kept(context.target, going)
    out().print(f"{len(dropped)} databases dropped, {len(found) - len(dropped)} kept.")


def _table(found: tuple[Kept, ...], going: tuple[Kept, ...]) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for name in ("Database", "What it is", "MB", ""):
        table.add_column(name, overflow="fold", justify="right" if name == "MB" else "left")
    for each in found:
        table.add_row(
            Text(each.name),
            each.what,
            f"{each.size / 1e6:,.1f}",
            "to be dropped" if each in going else "stays",
        )
    return table
