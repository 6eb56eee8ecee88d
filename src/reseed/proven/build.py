"""A template made for its own sake: built by the revision that the models come to, seeded, and measured."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from reseed import database, schema, validate
from reseed.database import Connection, Target, Template
from reseed.errors import ChecksFailed, ServerError
from reseed.project import Project
from reseed.proven.find import find, is_as_kept
from reseed.proven.inputs import Inputs, measure_inputs
from reseed.proven.keep import drop_all_but, keep_measured
from reseed.seed import Dataset, Order, bulk
from reseed.site import Site


def ready_template(project: Project, target: Target, limit: int, password: str | None = None) -> Template:
    """The template for the project's inputs as they are now, made where there is none.

    Several processes may ask at once: one makes it, the others wait. One that is there is measured on a copy first.

    Args:
        target: server, role, and the database whose locale counts; it need not exist.
        limit: how many templates of the project stay. password: of the seeded users; nobody knows it when not given.

    Raises:
        SchemaError, SeedError, ChecksFailed: the project's database cannot be made.
        ServerError and its kin: the server does not do it.
    """
    dataset: Dataset = project.load_dataset()
    inputs = measure_inputs(project, dataset, target)
    with database.one_at_a_time(target, f"template {inputs.key}"):
        if kept := _usable(target, inputs):
            return kept
        database.ensure_app_role(target, project.app_role)
        with database.scratch(target, target.database, like=target.database) as made:
            _build(project, dataset, target, made, password)
            keep_measured(target, made.database, project, dataset, inputs, run="")
    drop_all_but(target, project.name, max(limit, 1))
    made_now = find(target, inputs, by_run=False)
    if made_now is None:
        raise ServerError(
            f"The template for project {project.name} was dropped as soon as it was kept.",
            "Try again; see who prunes templates on that server.",
        )
    return made_now


def _usable(target: Target, inputs: Inputs) -> Template | None:
    kept = find(target, inputs, by_run=False)
    if kept is None:
        return None
    with database.copied(target, kept.name) as copy:
        return kept if is_as_kept(copy, kept) else None


def _build(project: Project, dataset: Dataset, target: Target, made: Target, password: str | None) -> None:
    with TemporaryDirectory(prefix="reseed-") as folder:
        site = Site(
            project=project,
            target=target,
            database=made.database,
            folder=Path(folder),
            run="",
            migrations=project.migrations,
            dataset=dataset,
        )
        schema.squash(site)
        schema.upgrade(site)
        order = Order(project, dataset, made, _facts, password=password or "")
        tenants = range(project.tenants)
        bulk.load_dataset(order, tenants)
        _require_dataset(site, len(bulk.present(order, tenants)))


def _require_dataset(site: Site, tenants: int) -> None:
    (check,) = [each for each in validate.checks(site.project) if each.name == "dataset.digest"]
    (finding,) = validate.run_checks(site, [check])
    if not finding.passed or tenants != site.project.tenants:
        raise ChecksFailed(
            f"{tenants} of {site.project.tenants} tenants were loaded, and of their rows, {finding.actual} was found, "
            f"expected {finding.expected}.",
            "A row of the dataset must be the same whenever it is made.",
            [finding],
        )


def _facts(connection: Connection) -> Mapping[str, str]:
    return {str(key): definition for key, definition in schema.read_facts(connection).items()}
