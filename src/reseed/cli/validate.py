"""`reseed validate`: ask every check about a database, or prove that each of them can fail."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from reseed import report, verdict
from reseed import validate as room
from reseed.check import Check
from reseed.cli.context import err, find_site, out, show_proofs
from reseed.cli.options import (
    AssetsOption,
    DatabaseOption,
    DatabaseUrlOption,
    JsonOption,
    ProjectOption,
    StateOption,
)
from reseed.database import sweep
from reseed.errors import ChecksFailed
from reseed.records import Proof
from reseed.settings import Settings
from reseed.site import Site


def validate(
    prove: Annotated[
        bool, typer.Option("--prove", help="Plant every declared fault in a clone; each must be caught.")
    ] = False,
    database: DatabaseOption = None,
    assets_per_tenant: AssetsOption = None,
    project: ProjectOption = None,
    database_url: DatabaseUrlOption = None,
    state: StateOption = None,
    as_json: JsonOption = False,
) -> None:
    """Ask every check about a database.

    The database is left as it is. How many tenants it has is seen; a size
    that they were made in has to be said again.
    """
    settings = Settings.read(
        project=project, database_url=database_url, state=state, assets_per_tenant=assets_per_tenant
    )
    loaded = settings.load_project()
    found = find_site(settings, loaded, database)
    with tempfile.TemporaryDirectory(prefix="reseed-") as folder:
        site = replace(found, folder=Path(folder), dataset=loaded.load_dataset())
        checks = verdict.database_checks(site)
        if prove:
            _prove(site, checks, as_json)
        else:
            _ask(site, checks, as_json)


def _ask(site: Site, checks: Sequence[Check], as_json: bool) -> None:
    composed = verdict.compose(site, room.run_checks(site, checks))
    if as_json:
        typer.echo(report.report_json(composed))
    else:
        out().print(report.findings_table(composed))
        out().print(report.verdict_line(composed), soft_wrap=True)
    if not composed.passed:
        raise ChecksFailed(f"{len(composed.failures)} of {len(checks)} checks failed on {site.database}.")


def _prove(site: Site, checks: Sequence[Check], as_json: bool) -> None:
    sweep(site.target)
    faults = sum(len(check.faults) for check in checks)
    err().print(f"Planting {faults} faults in clones of {site.database} …", soft_wrap=True)
    proofs = room.prove(site, checks)
    caught, planted = room.caught(proofs)
    show_proofs(proofs, caught, planted, as_json)
    worthless = [proof for proof in proofs if not proof.passed]
    if worthless:
        raise ChecksFailed(f"{_names(worthless)} not proven: {worthless[0].answer}.")


def _names(proofs: Sequence[Proof]) -> str:
    names = sorted({proof.check for proof in proofs})
    return f"{', '.join(names[:3])}{' and others' if len(names) > 3 else ''}"
