"""Commands after something went wrong: `reseed recover`, `reseed restore`."""

from __future__ import annotations

from typing import Annotated

import typer

from reseed import database, guard
from reseed import run as runs
from reseed.cli.confirm import confirm
from reseed.cli.context import err, out, run_context
from reseed.cli.options import DatabaseUrlOption, ProjectOption, StateOption, YesOption
from reseed.settings import Settings


def recover(
    project: ProjectOption = None, database_url: DatabaseUrlOption = None, state: StateOption = None
) -> None:
    """Finish, or take back, what a process that died has left half done.

    Every command that touches the database does this first; scratch databases of processes that are gone go here, too.
    """
    settings = Settings.read(project=project, database_url=database_url, state=state)
    loaded = settings.load_project()
    target, folder = runs.locate_target(settings, loaded), settings.state_folder(loaded)
    embedded = settings.database_url is None
    said = [*runs.recover(loaded, target, folder, embedded=embedded)]
    said += [
        f"{name}, a scratch database of a process that is gone, is dropped" for name in database.sweep(target)
    ]
    for sentence in said:
        out().print(f"Recovered: {sentence}.", soft_wrap=True)
    if not said:
        out().print(f"Nothing was left half done on {target.masked}.", soft_wrap=True)
    for run in runs.interrupted(folder, target, embedded):
        err().print(f"Run {run.name} was interrupted; go on with: reseed resume {run.name}", soft_wrap=True)


def restore(
    run: Annotated[
        str, typer.Argument(metavar="RUN", help="Id of the run that took the backup, or its beginning.")
    ],
    yes: YesOption = False,
    project: ProjectOption = None,
    database_url: DatabaseUrlOption = None,
    state: StateOption = None,
) -> None:
    """Put back what a run backed up.

    The backup is compared with its manifest, restored beside, compared with what was backed up, and only then takes the
    name. The database that has the name now is kept; the run's revisions go where its own database steps aside.
    """
    context = run_context(Settings.read(project=project, database_url=database_url, state=state))
    folder = runs.find_run(context.state, run)
    confirm(
        context,
        f"What run {folder.name} backed up takes the name {context.target.database}, and sessions on it are ended.",
        guard.require_if_there(context.target, context.terms),
        yes=yes,
    )
    previous = runs.restore(context, folder)
    out().print(
        f"{context.target.database} is what run {folder.name} backed up; the database that had the name is kept as "
        f"{previous}.",
        soft_wrap=True,
    )
