"""`reseed seed`: load the dataset, in whatever size, into a database that has the tables."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Annotated

import typer
from rich.live import Live
from rich.text import Text

from reseed import database, fill, guard
from reseed.cli.confirm import confirm
from reseed.cli.context import err, out, run_context
from reseed.cli.options import (
    AssetsOption,
    DatabaseUrlOption,
    JsonOption,
    ProjectOption,
    StateOption,
    TenantsOption,
    YesOption,
)
from reseed.errors import SettingsError
from reseed.project import Project
from reseed.records import Load
from reseed.seed import bulk
from reseed.seed.ledger import Pending, Standing
from reseed.settings import Settings

_EVERY_SECONDS = 2.0

#: As everywhere; only the words are about a load.
INTERRUPTED = 130


def seed(
    tenants: TenantsOption = None,
    assets_per_tenant: AssetsOption = None,
    give_up: Annotated[
        bool,
        typer.Option(
            "--give-up", help="End a load that was interrupted: put back what it took off, load no more."
        ),
    ] = False,
    yes: YesOption = False,
    as_json: JsonOption = False,
    project: ProjectOption = None,
    database_url: DatabaseUrlOption = None,
    state: StateOption = None,
) -> None:
    """Load the dataset into a database that has its tables.

    A demo tenant that is there stays as it is, and the others are added. A large load takes indexes and foreign keys
    off and puts them back as they were; interrupted, it goes on when the command is given again. Where RESEED_STATE_URL
    names a PostgreSQL database, every reseed worker with the same one helps.
    """
    if give_up and (tenants or assets_per_tenant):
        raise SettingsError("--give-up was given with a size, expected one of the two.")
    settings = Settings.read(
        project=project,
        database_url=database_url,
        state=state,
        tenants=tenants,
        assets_per_tenant=assets_per_tenant,
    )
    context = run_context(settings)
    pending = fill.pending(context.target)
    sized = _sized(context.project, settings, pending)
    order = fill.order(sized, context.target, password=settings.given_password)
    wanted = fill.wanted(order, pending)
    confirm(
        context,
        _what(context.target.database, wanted, pending, give_up=give_up),
        guard.require(context.target, context.terms),
        yes=yes,
    )
    with database.claim(context.target, "reseed seed"), _telling() as tell:
        order = replace(order, tell=tell)
        ended = load = None
        try:
            if give_up:
                ended = bulk.give_up(order)
            else:
                load = bulk.load_dataset(order, wanted, _loading(settings))
        except KeyboardInterrupt:
            err().print(Text("reseed: interrupted; go on with: reseed seed"), soft_wrap=True)
            raise SystemExit(INTERRUPTED) from None
    if load:
        _show(load, wanted, as_json)
    else:
        _show_given_up(ended, as_json)


def _sized(project: Project, settings: Settings, pending: Pending | None) -> Project:
    """The project in the size that is asked for; where no size is given, a load that has begun has one."""
    if pending is None or settings.tenants or settings.assets_per_tenant:
        return project
    return replace(project, tenants=pending.inputs.stop, dataset_options=pending.inputs.options)


def _loading(settings: Settings) -> bulk.Loading | None:
    """Shared with workers where a state database is given."""
    if settings.state_url is None:
        return None
    # DBOS takes its time to import, and only a load that is shared needs it.
    from reseed.run.share import shared

    return shared(settings.state_url.get_secret_value())


def _what(name: str, wanted: range, pending: Pending | None, *, give_up: bool) -> str:
    if give_up:
        return f"What an interrupted load took off database {name} is put back; what it has loaded stays."
    tenants = f"tenant {wanted.start}" if len(wanted) == 1 else f"tenants {wanted.start} to {wanted.stop - 1}"
    if pending:
        return f"The load of {tenants} into database {name} goes on where it was interrupted."
    return f"Database {name} gets the rows of {tenants}; meanwhile it may lack indexes and foreign keys."


@contextmanager
def _telling() -> Iterator[Callable[[str], None]]:
    """What takes a line: a live one on a terminal, a plain one every other second anywhere else."""
    console = err()
    if not console.is_terminal:
        yield fill.NowAndThen(lambda line: console.print(Text(line), soft_wrap=True), every=_EVERY_SECONDS)
        return
    with Live(Text(""), console=console, transient=True) as live:
        yield lambda line: live.update(Text(line))


def _show(load: Load, wanted: range, as_json: bool) -> None:
    rows = sum(load.rows.values())
    if as_json:
        told = {
            "tenants": {"first": wanted.start, "last": wanted.stop - 1},
            "rows": dict(load.rows),
            "seconds": round(load.seconds, 3),
        }
        typer.echo(json.dumps(told, indent=2))
        return
    rate = rows / max(load.seconds, 1e-6)
    out().print(
        f"{rows:,} rows of {len(wanted)} tenants in {load.seconds:.1f} s, {rate:,.0f} rows/s.", soft_wrap=True
    )


def _show_given_up(ended: Standing | None, as_json: bool) -> None:
    if as_json:
        loaded = {"loaded": ended.loaded, "rows": dict(ended.rows)} if ended else None
        typer.echo(json.dumps({"given_up": loaded}, indent=2))
    elif ended is None:
        out().print("No load was interrupted here; nothing was changed.", soft_wrap=True)
    else:
        out().print(
            f"Everything is back; {ended.loaded} of {ended.partitions} partitions are loaded and stay, "
            f"{sum(ended.rows.values()):,} rows.",
            soft_wrap=True,
        )
