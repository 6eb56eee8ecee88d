"""`reseed worker`: help with loads that somebody has begun, on this host or another."""

from __future__ import annotations

import signal
import threading
from dataclasses import replace
from typing import Annotated

import typer
from rich.text import Text

from reseed import fill
from reseed.cli.context import err
from reseed.cli.options import DatabaseUrlOption, ProjectOption, StateOption
from reseed.database import Target
from reseed.errors import SettingsError
from reseed.project import Project
from reseed.run import locate_target
from reseed.seed.ledger import Pending
from reseed.seed.partitions import Loaded
from reseed.settings import Settings

#: How often a worker without a load looks whether one has begun.
_LOOK_SECONDS = 1.0


def worker(
    once: Annotated[bool, typer.Option("--once", help="End when no load is under way.")] = False,
    project: ProjectOption = None,
    database_url: DatabaseUrlOption = None,
    state: StateOption = None,
) -> None:
    """Help to load a large dataset, beside the command that has begun it.

    Give it on as many hosts as you like, with RESEED_STATE_URL naming one PostgreSQL database for all of them. It works
    until it is ended by SIGTERM or Ctrl-C, and finishes what it is loading first.
    """
    settings = Settings.read(project=project, database_url=database_url, state=state)
    if settings.state_url is None:
        raise SettingsError(
            "RESEED_STATE_URL is not set, expected the PostgreSQL database that the workers share their queue in.",
            "Set it for reseed seed and for every reseed worker: postgresql://user@host/database",
        )
    loaded = settings.load_project()
    target, stop = locate_target(settings, loaded), _told_to_stop()
    err().print(Text(f"Waiting for loads of {target.masked}."), soft_wrap=True)
    while not stop.is_set():
        pending = fill.pending(target)
        if pending is None and once:
            return
        if pending is None or not fill.is_loading(target):
            stop.wait(_LOOK_SECONDS)
        else:
            _help(loaded, target, settings, pending, stop)


def _help(
    project: Project, target: Target, settings: Settings, pending: Pending, stop: threading.Event
) -> None:
    # DBOS takes its time to import, and only a load that is shared needs it.
    from reseed.run.share import work

    if settings.state_url is None:
        return
    sized = replace(project, dataset_options=pending.inputs.options, tenants=pending.inputs.stop)
    order = fill.order(sized, target, password=settings.given_password)
    err().print(Text(f"Helping to load {pending.inputs}."), soft_wrap=True)
    work(order, settings.state_url.get_secret_value(), pending, stop, _tell)


def _tell(loaded: Loaded) -> None:
    tenants, rows = loaded.tenants, sum(loaded.rows.values())
    err().print(
        Text(
            f"Loaded tenants {tenants.start} to {tenants.stop - 1}: {rows:,} rows in {loaded.seconds:.1f} s."
        ),
        soft_wrap=True,
    )


def _told_to_stop() -> threading.Event:
    """Set by SIGTERM and by Ctrl-C."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    return stop
