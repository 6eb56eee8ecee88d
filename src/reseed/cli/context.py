"""Settings -> what a command works with."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import typer
from rich.console import Console

from reseed import guard, report
from reseed import run as runs
from reseed.database import Target
from reseed.project import Project
from reseed.records import Proof
from reseed.run import RunContext, locate_target, read_plan
from reseed.settings import Settings
from reseed.site import Site


def out() -> Console:
    """Where data goes."""
    return Console(highlight=False)


def err() -> Console:
    """Where progress and complaints go."""
    return Console(stderr=True, highlight=False)


def find_target(settings: Settings, project: Project, resuming: Path | None = None) -> Target:
    """The target; what a process that died has left half done there is finished first, and told.

    Args:
        resuming: folder of a run that the command goes on with itself.
    """
    target = locate_target(settings, project)
    state, embedded = settings.state_folder(project), settings.database_url is None
    if runs.left_open(state, target, embedded):
        for sentence in runs.recover(project, target, state, embedded=embedded, resuming=resuming):
            err().print(f"Recovered: {sentence}.", soft_wrap=True)
    return target


def find_site(settings: Settings, project: Project, database: str | None) -> Site:
    """What a command looks at outside of a run: the target's database, or another of its server, by name."""
    target = find_target(settings, project)
    return Site(
        project=project,
        target=target,
        database=database or target.database,
        folder=settings.state_folder(project),
        run="",
        migrations=settings.migrations or project.migrations,
        dataset=None,
    )


def show_proofs(proofs: Sequence[Proof], caught: int, planted: int, as_json: bool) -> None:
    """Print what became of each planted fault."""
    if as_json:
        typer.echo(json.dumps([asdict(proof) for proof in proofs], indent=2, ensure_ascii=False))
    else:
        out().print(report.proofs_table(proofs))
        out().print(f"{caught} of {planted} planted faults caught", soft_wrap=True)


def run_context(settings: Settings, resuming: Path | None = None) -> RunContext:
    """Everything a run works with; the plan is checked before a server is started.

    Args:
        resuming: folder of a run that the command goes on with itself.
    """
    project = settings.load_project()
    return RunContext(
        project=project,
        plan=read_plan(project),
        target=find_target(settings, project, resuming),
        embedded=settings.database_url is None,
        state=settings.state_folder(project),
        migrations=(settings.migrations or project.migrations).absolute(),
        terms=guard.terms(project, settings),
        templates=settings.templates,
    )
