"""Task 1.5: the new database by the revision, or as a copy of a proven one that was made from the same inputs."""

from __future__ import annotations

from reseed import database, schema, seed
from reseed.database import Target, Template
from reseed.errors import ServerError, StorageError
from reseed.proven.find import find, is_unchanged
from reseed.proven.inputs import Inputs, measure_inputs
from reseed.records import Outcome
from reseed.site import Site


def upgrade(site: Site) -> Outcome:
    """Bring the new database to the head of the staged migrations.

    Where a proven database is kept that was made from the same inputs, a copy of it takes the place of the empty one;
    it stands at the head already, which is measured like everything else.

    Raises:
        SchemaError: nothing is staged, or a revision fails.
    """
    inputs = measure_inputs(site.project, site.dataset, site.target)
    seed.forget_copy(site.folder)
    template = find(site.target, inputs, by_run=True) if site.reuse else None
    said = _copied(site, template, inputs) if template else ""
    copied = template is not None and not said
    outcome = schema.upgrade(site)
    if template and copied:
        said = f"already there, cloned from the proven database of run {template.said['run']}: "
    return Outcome(
        summary=f"{said}{outcome.summary}",
        artifacts=outcome.artifacts,
        facts={
            **outcome.facts,
            "inputs": inputs.key,
            "template": template.oid if template and copied else None,
        },
    )


def _copied(site: Site, template: Template, inputs: Inputs) -> str:
    """Put a copy of the template in the place of the site's empty database; why that was not done, otherwise.

    The copy is measured before it gets the name, so that an altered template leaves the empty database as it is.
    """
    try:
        with database.copied(site.target, template.name) as copy:
            if not is_unchanged(copy, template):
                return (
                    f"the kept database {template.name} is not what was proven any more, so it was not used: "
                )
            if not _stands_at_the_staged_head(site, copy):
                return f"the kept database {template.name} stands at another revision, so it was not used: "
            with database.connect(copy) as connection:
                seed.note_copy(site, connection, str(template.said["run"]), inputs.dataset)
            database.exchange_names(site.target, site.database, copy.database)
    except (ServerError, StorageError) as error:
        seed.forget_copy(site.folder)
        said = error.message.rstrip(".")
        return f"the kept database {template.name} could not be copied ({said}), so it was not used: "
    return ""


def _stands_at_the_staged_head(site: Site, copy: Target) -> bool:
    """Equal models may be written down anew by another Alembic, or under other headings: that is another revision."""
    engine = database.engine(copy)
    try:
        with engine.connect() as connection:
            return schema.stands_at(connection) == schema.read_history(site.staged_migrations).heads
    finally:
        engine.dispose()
