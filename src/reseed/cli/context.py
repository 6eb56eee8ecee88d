"""Settings -> what a command works with."""

from __future__ import annotations

from rich.console import Console

from reseed.database import Target, embedded
from reseed.project import Project
from reseed.run import RunContext, read_plan
from reseed.settings import Settings


def out() -> Console:
    """Where data goes."""
    return Console(highlight=False)


def err() -> Console:
    """Where progress and complaints go."""
    return Console(stderr=True, highlight=False)


def find_target(settings: Settings, project: Project) -> Target:
    """The target that a URL names, or the embedded server, started where needed."""
    if settings.database_url is None:
        return embedded.start(settings.state_folder(project)).on(project.database)
    # `reseed url` prints a URL whose sessions are one tenant's; a reset is about all of them.
    target = Target.parse(settings.database_url.get_secret_value()).without_setting(project.tenant_setting)
    return target if target.database else target.on(project.database)


def run_context(settings: Settings) -> RunContext:
    """Everything a run works with; the plan is checked before a server is started."""
    project = settings.load_project()
    return RunContext(
        project=project,
        plan=read_plan(project),
        target=find_target(settings, project),
        embedded=settings.database_url is None,
        state=settings.state_folder(project),
        migrations=(settings.migrations or project.migrations).absolute(),
    )
