"""Keeping a proven database as a template, before it takes the public name."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from reseed import database, guard
from reseed.database import Target
from reseed.guard import Terms
from reseed.project import Project
from reseed.proven.find import find, of_project
from reseed.proven.held import measure_held
from reseed.proven.inputs import Inputs, measure_inputs
from reseed.records import JSON
from reseed.seed import Dataset
from reseed.site import Site


class NotKept(Exception):
    """Why a proven database was not kept, in a sentence without its full stop."""


def keep(site: Site, built_from: str, template: int | None, terms: Terms, limit: int) -> str:
    """Keep the run's database as a template, and no more templates of the project than `limit`; its name.

    Args:
        built_from: key of the inputs that the run built it from.
        template: oid of the template that the run copied; None where it built.

    Raises:
        NotKept: the inputs have changed since, or there is no room.
        ServerError and its kin: the server does not do it.
    """
    inputs = measure_inputs(site.project, site.dataset, site.target)
    if inputs.key != built_from:
        raise NotKept("models or dataset have changed since the run built it")
    name = database.template_name(inputs.key)
    there = find(site.target, inputs, by_run=True)
    if there is not None and there.oid == template:
        database.describe(site.target, name, {**there.said, "used": _now()})
    else:
        _require_room(site, terms)
        keep_measured(site.target, site.database, site.project, site.dataset, inputs, site.run)
    drop_all_but(site.target, site.project.name, limit)
    return name


def keep_measured(
    target: Target, made: str, project: Project, dataset: Dataset, inputs: Inputs, run: str
) -> str:
    """Keep a database as the template for its inputs, with what it holds in the template's comment; its name.

    Args:
        run: id of the run that proved it; empty where only its schema and rows were measured.
    """
    held = measure_held(target.on(made))
    said: Mapping[str, JSON] = {
        "key": inputs.key,
        "run": run,
        "project": project.name,
        "schema_fingerprint": held.schema_fingerprint,
        "contents": held.contents,
        "as_of": dataset.as_of.isoformat(),
        "tenants": project.tenants,
        "kept": _now(),
        "used": _now(),
    }
    name = database.template_name(inputs.key)
    database.keep_template(target, made, name, said)
    return name


def drop_all_but(target: Target, project: str, limit: int) -> tuple[str, ...]:
    """Drop a project's templates but the latest used; names of those dropped. One being copied from stays."""
    going = of_project(target, project)[limit:]
    return tuple(each.name for each in going if database.drop_template(target, each.name))


def _require_room(site: Site, terms: Terms) -> None:
    room = guard.room_for_copy(site.target, site.database, terms)
    if room and room.free is not None and room.free < room.needed:
        raise NotKept(
            f"{room.place} has {room.free / 1e6:,.1f} MB free, and a copy needs {room.needed / 1e6:,.1f} MB"
        )


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds")
