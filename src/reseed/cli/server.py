"""`reseed url` and `reseed stop`: the server that commands work on, for psql, applications and people."""

from __future__ import annotations

import typer

from reseed.cli.context import err, find_target
from reseed.cli.options import DatabaseUrlOption, ProjectOption, StateOption
from reseed.database import embedded
from reseed.settings import Settings


def url(
    project: ProjectOption = None, database_url: DatabaseUrlOption = None, state: StateOption = None
) -> None:
    """Print the target's URL, with its password, for psql.

    The embedded server is started where needed. Sessions begin as the demo tenant: row-level security would show the
    owner no row otherwise. Other commands that are given this URL work on all tenants.
    """
    settings = Settings.read(project=project, database_url=database_url, state=state)
    loaded = settings.load_project()
    target = find_target(settings, loaded)
    demo_tenant = str(loaded.load_dataset().tenant_id(0))
    typer.echo(target.with_setting(loaded.tenant_setting, demo_tenant).url())


def stop(project: ProjectOption = None, state: StateOption = None) -> None:
    """End the embedded server; its data stays.

    The next command that needs it starts it again.
    """
    settings = Settings.read(project=project, state=state)
    folder = settings.state_folder(settings.load_project())
    stopped = embedded.stop(folder)
    said = "The embedded server has ended" if stopped else "No embedded server was running"
    err().print(f"{said} ({folder}).", soft_wrap=True)
