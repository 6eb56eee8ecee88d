"""Task "reset": a fresh database beside the old one, of which nothing is touched, or in its place."""

from __future__ import annotations

from reseed import database, schema
from reseed.check import Check
from reseed.hooks import run_hooks
from reseed.records import Finding, Outcome
from reseed.site import Site

_USER_OBJECTS = """
SELECT n.nspname || '.' || c.relname
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
ORDER BY 1
"""


def reset(site: Site) -> Outcome:
    """Run the project's `before_reset` commands, create the private database, archive the old revisions.

    In place, the old database goes first.
    """
    hooks = run_hooks(site.project, "before_reset", {"RESEED_DATABASE": site.public})
    if site.make_way:
        site.make_way()
    else:
        database.drop(site.target, site.database)
        database.create(site.target, site.database, like=site.public)
    database.ensure_app_role(site.target, site.project.app_role)
    archived = schema.archive(site)
    where = f"in place of {site.public}" if site.make_way else f"beside {site.public}"
    return Outcome(
        f"{site.database} is fresh {where}; {len(archived)} old revisions archived",
        facts={"database": site.database, "archived": list(archived), "hooks": hooks},
    )


def _is_fresh(site: Site) -> Finding:
    if not database.exists(site.target, site.database):
        return FRESH.answer("an empty database", "no database", measured=1)
    with site.connect() as connection:
        found = [row[0] for row in connection.execute(_USER_OBJECTS)]
    rows = tuple({"object": name} for name in found)
    return FRESH.answer(0, len(found), measured=1, rows=rows, sql=_USER_OBJECTS.strip())


FRESH = Check(
    name="reset.fresh",
    question="Does the new database stand beside the old one, with nothing in it?",
    measure=_is_fresh,
    scope="run",
)

CHECKS = (FRESH,)
