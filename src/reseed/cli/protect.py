"""`reseed protect`: say inside a database what it is for, so that nobody resets it by mistake."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated

import typer

from reseed import guard
from reseed.cli.confirm import require_typed, show
from reseed.cli.context import find_target, out
from reseed.cli.options import DatabaseUrlOption, JsonOption, ProjectOption, StateOption, YesOption
from reseed.database import Target
from reseed.errors import SettingsError
from reseed.guard import Stamp, Terms
from reseed.settings import Settings


def protect(
    environment: Annotated[
        str | None,
        typer.Argument(
            metavar="ENVIRONMENT",
            help=f"What the database is for; {guard.PRODUCTION} by default.",
            show_default=False,
        ),
    ] = None,
    show_it: Annotated[
        bool, typer.Option("--show", help="Say what it is stamped with, and change nothing.")
    ] = False,
    remove: Annotated[bool, typer.Option("--remove", help="Take the stamp away.")] = False,
    as_json: JsonOption = False,
    yes: YesOption = False,
    project: ProjectOption = None,
    database_url: DatabaseUrlOption = None,
    state: StateOption = None,
) -> None:
    """Stamp the database with its environment.

    A database stamped production, prod or live is never reset. The stamp is a line of the database's comment; whoever
    owns the database sets it, and confirms by typing the name before production becomes anything else.
    """
    if (environment is not None) + show_it + remove > 1:
        raise SettingsError("Several of ENVIRONMENT, --show and --remove were given, expected one of them.")
    settings = Settings.read(project=project, database_url=database_url, state=state)
    loaded = settings.load_project()
    target = find_target(settings, loaded)
    before = guard.shown_stamp(target)
    wanted = None if remove else (environment or guard.PRODUCTION).strip()
    if show_it:
        after = before
    else:
        _require_consent(target, guard.terms(loaded, settings), before, wanted, yes)
        after = guard.stamp(target, wanted)
    if as_json:
        typer.echo(json.dumps(_as_json(target, before, after), indent=2, ensure_ascii=False))
        return
    where = f"Database {target.database} on {target.host or 'the local socket'}:{target.port}"
    was = "" if show_it else f"was {_words(before)} and "
    out().print(f"{where} {was}is {_words(after)}.", soft_wrap=True, markup=False)


def _require_consent(
    target: Target, terms: Terms, before: Stamp | None, wanted: str | None, yes: bool
) -> None:
    """Taking protection away is guarded itself.

    Raises:
        Refused: an AI agent lacks consent, another name was typed, or there is nobody to ask.
    """
    if not (before and before.production) or (wanted and Stamp(wanted, before.source).production):
        return
    guard.require_consent(target, terms)
    if not yes and not terms.ours:
        show(None, f"Database {target.database} is {_words(before)}; without that it may be reset.")
        require_typed(target.database)


def _words(stamp: Stamp | None) -> str:
    return f"stamped {stamp.environment} by {stamp.source}" if stamp else "not stamped"


def _as_json(target: Target, before: Stamp | None, after: Stamp | None) -> dict[str, object]:
    return {
        "database": target.database,
        "host": target.host,
        "port": target.port,
        "before": asdict(before) if before else None,
        "stamp": asdict(after) if after else None,
        "production": bool(after and after.production),
    }
