"""`migration_history.txt`: the project's revisions, and which of them the database says it has.

Read through Alembic's own API, in this process. The history a reset starts from may have several heads, or be broken;
a backup records that and goes on.
"""

from __future__ import annotations

from pathlib import Path

from alembic.script import ScriptDirectory
from alembic.script.revision import RevisionError
from alembic.util import CommandError

from reseed.database import Connection
from reseed.errors import ProjectError


def read(folder: Path) -> str:
    """Every revision of a script location, newest first, as `alembic history --verbose` prints them.

    Raises:
        ProjectError: the folder does not exist or is not a script location.
    """
    if not (folder / "env.py").is_file():
        raise ProjectError(
            f"{folder} holds no env.py, expected Alembic's script location.",
            "Correct migrations.folder in reseed.toml, or make it: alembic init.",
        )
    try:
        scripts = ScriptDirectory(str(folder))
        heads = scripts.get_heads()
        entries = [
            script.cmd_format(verbose=True, include_branches=True, include_doc=True, include_parents=True)
            for script in scripts.walk_revisions(base="base", head="heads")
        ]
    except (CommandError, RevisionError, KeyError, SyntaxError, ImportError) as error:
        files = sorted(path.name for path in (folder / "versions").glob("*.py"))
        return f"The history cannot be walked: {error}\nFiles: {', '.join(files) or 'none'}\n"
    return "\n".join([f"{len(entries)} revisions, heads: {', '.join(heads) or 'none'}", "", *entries])


def applied(connection: Connection) -> tuple[str, ...]:
    """Revisions that the database notes as applied, in order of name; none where Alembic never ran."""
    ((noted,),) = connection.execute("SELECT to_regclass('alembic_version') IS NOT NULL")
    if not noted:
        return ()
    return tuple(name for (name,) in connection.execute("SELECT version_num FROM alembic_version ORDER BY 1"))


def render(revisions: str, heads: tuple[str, ...]) -> str:
    """The file's text."""
    return f"Applied in the database: {', '.join(heads) or 'none'}\n\n{revisions.rstrip()}\n"
