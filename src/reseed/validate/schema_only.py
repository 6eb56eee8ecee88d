"""A scratch database with the project's tables and policies, for preparing validation while others still seed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from reseed import database
from reseed.database import Target
from reseed.site import Site


@contextmanager
def schema_only(site: Site, stem: str) -> Iterator[Target]:
    """A fresh database made from the models, without rows; dropped at the end.

    Args:
        stem: what it is for; becomes part of its name.
    """
    with database.scratch(site.target, f"{site.public}__{stem}") as target:
        database.ensure_app_role(target, site.project.app_role)
        engine = database.engine(target)
        try:
            site.project.load_metadata().create_all(engine)
        finally:
            engine.dispose()
        yield target
