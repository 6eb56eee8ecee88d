"""What the tests of schemas share: a site for a project on a server, and a database its staged revision made."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from reseed import database, schema
from reseed import project as projects
from reseed.database import Target
from reseed.project import Project
from reseed.schema import Facts
from reseed.site import Site

EXAMPLES = Path(__file__).resolve().parents[1] / "examples" / "schemas"


def example(name: str) -> Project:
    """One of the tiny projects in `tests/examples/schemas`."""
    return projects.load(EXAMPLES / name / "reseed.toml")


def site_of(project: Project, target: Target, folder: Path) -> Site:
    """A site whose public database and database under work are both the target's."""
    folder.mkdir(parents=True, exist_ok=True)
    return Site(
        project=project,
        target=target,
        database=target.database,
        folder=folder,
        run="20260115_090000_test",
        migrations=project.migrations,
        dataset=None,
    )


@contextmanager
def upgraded(project: Project, server: Target, folder: Path) -> Iterator[Site]:
    """A site on a database of its own, made by the squashed revision of the project."""
    with database.scratch(server, "upgraded") as target:
        site = site_of(project, target, folder)
        schema.squash(site)
        schema.upgrade(site)
        yield site


def facts_of(target: Target) -> Facts:
    """The facts of the target's database."""
    with database.connect(target) as connection:
        return schema.read_facts(connection)
