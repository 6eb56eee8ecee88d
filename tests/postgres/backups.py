"""What the tests of backups share: a site on a database, and a folder of revisions."""

from __future__ import annotations

from pathlib import Path

from reseed.database import Target
from reseed.project import Project
from reseed.site import Site

_REVISION = '''"""{message}"""

revision = "{name}"
down_revision = {parent!r}


def upgrade() -> None: ...


def downgrade() -> None: ...
'''


def site_on(target: Target, project: Project, folder: Path) -> Site:
    """A site whose public database is the target's, with a history of two heads."""
    migrations = folder / "migrations"
    write_history(migrations, {"first": None, "left": "first", "right": "first"})
    return Site(
        project=project,
        target=target,
        database=target.database,
        folder=folder / "run",
        run="test",
        migrations=migrations,
        dataset=None,
    )


def write_history(folder: Path, parents: dict[str, str | None]) -> None:
    """A script location with one revision for each name."""
    (folder / "versions").mkdir(parents=True)
    (folder / "env.py").write_text("")
    for name, parent in parents.items():
        text = _REVISION.format(message=f"Revision {name}", name=name, parent=parent)
        (folder / "versions" / f"{name}.py").write_text(text)
