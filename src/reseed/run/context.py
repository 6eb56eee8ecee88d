"""What a run works with, wherever it is begun, resumed or taken back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from reseed import database, guard
from reseed.database import Claim, Target, embedded
from reseed.errors import SettingsError
from reseed.plan import Plan
from reseed.project import Project
from reseed.run import folder as folders
from reseed.run.folder import RunRecord
from reseed.run.journal import Event, Journal
from reseed.run.standing import bound_to
from reseed.run.status_file import StatusFile
from reseed.settings import Settings
from reseed.site import Site

Listener = Callable[[Event], None]


@dataclass(frozen=True)
class RunContext:
    """The settings of a command, as a run needs them.

    Attributes:
        project: the application. plan: its plan, verified. target: server, role and public database.
        embedded: whether the target is our own embedded server, whose address may change. state: folder of runs.
        migrations: Alembic's script location for this run. terms: what the guard holds the target against.
        templates: how many proven databases stay on the server as templates; 0: none is kept, and none is copied.
    """

    project: Project
    plan: Plan
    target: Target
    embedded: bool
    state: Path
    migrations: Path
    terms: guard.Terms
    templates: int = 0


def locate_target(settings: Settings, project: Project) -> Target:
    """The target that a URL names, or the embedded server, started where needed."""
    if settings.database_url is None:
        return embedded.start(settings.state_folder(project)).on(project.database)
    # `reseed url` prints a URL whose sessions are one tenant's; a reset is about all of them.
    target = Target.parse(settings.database_url.get_secret_value()).without_setting(project.tenant_setting)
    return target if target.database else target.on(project.database)


def require_its_target(context: RunContext, record: RunRecord) -> None:
    """The settings name the target that a run was about.

    Raises:
        SettingsError: they name another.
    """
    named = bound_to(context.target, context.embedded)
    if record.target != named:
        raise SettingsError(
            f"Run {record.id} works on {record.target}, but the settings name {named}.",
            "Give the same --database-url as when it began.",
        )


@contextmanager
def alone(target: Target, folder: Path) -> Iterator[Claim]:
    """Nobody else works on the run, and nobody else resets its target."""
    with folders.hold(folder), database.claim(target, f"run {folder.name}") as claim:
        yield claim


def site_of(project: Project, target: Target, folder: Path) -> Site:
    """Where an existing run works, with a dataset of the size it began with."""
    record = folders.read_run(folder)
    project = replace(project, tenants=record.tenants, dataset_options=record.dataset_options)
    return Site(
        project=project,
        target=target,
        database=record.database,
        folder=folder,
        run=record.id,
        migrations=Path(record.migrations),
        dataset=project.load_dataset(),
        reuse=record.reuse,
    )


def journal_of(folder: Path, plan: Plan, listeners: tuple[Listener, ...] = ()) -> Journal:
    """A run's journal, with STATUS.txt following it."""
    return Journal(folder, (StatusFile(folder, plan), *listeners))
