"""Commands about databases that runs have kept: `reseed rollback`, `reseed prune`."""

from __future__ import annotations

import sys
from typing import Annotated

import typer
from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from reseed import run as runs
from reseed.cli.context import err, out, run_context
from reseed.cli.options import DatabaseUrlOption, ProjectOption, StateOption
from reseed.errors import Refused
from reseed.run.kept import Kept, drop_kept, kept, to_drop
from reseed.settings import Settings

YesOption = Annotated[bool, typer.Option("--yes", help="Do not ask; for scripts.")]


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
    _confirm(
        f"The previous database takes the name {context.target.database} again, and sessions on it are ended.",
        yes,
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

    What runs that failed had begun to build is dropped, too; such a run cannot be resumed any more.
    """
    context = run_context(Settings.read(project=project, database_url=database_url, state=state))
    found = kept(context.target)
    going = to_drop(found, keep)
    out().print(_table(found, going))
    if dry_run or not going:
        out().print(
            f"{len(going)} of {len(found)} kept databases would be dropped." if going else "Nothing to drop."
        )
        return
    _confirm(f"{len(going)} databases are dropped for good.", yes)
    dropped = drop_kept(context.target, going)
    out().print(f"{len(dropped)} databases dropped, {len(found) - len(dropped)} kept.")


def _confirm(what: str, yes: bool) -> None:
    """Ask, unless that has been answered.

    Raises:
        Refused: the answer was no, or there is nobody to ask.
    """
    if yes:
        return
    err().print(what, soft_wrap=True)
    if not sys.stdin.isatty():
        raise Refused("Nobody is there to confirm this.", "Say so with --yes.")
    if not typer.confirm("Go on?", err=True):
        raise Refused("Nothing was changed.")


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
