"""Alembic's script locations: what lies in one, and running it in this process."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.script.revision import RevisionError
from alembic.util import CommandError

from reseed import database
from reseed.database import Target
from reseed.errors import ProjectError, SchemaError, StorageError
from reseed.files import settle, writing


@dataclass(frozen=True)
class History:
    """The revisions of a script location, by id: all of them, those nothing comes before, those nothing comes after."""

    revisions: tuple[str, ...]
    bases: tuple[str, ...]
    heads: tuple[str, ...]


def require_migrations(folder: Path) -> None:
    """Make sure that `folder` is a script location.

    Raises:
        ProjectError: it is not there, or has no env.py.
    """
    if not (folder / "env.py").is_file():
        found = "a folder without env.py" if folder.is_dir() else "nothing"
        raise ProjectError(
            f"{folder} is expected to be Alembic's script location, found {found}.",
            "Run `alembic init`, or correct migrations.folder in reseed.toml.",
        )


def read_history(folder: Path) -> History:
    """What revisions a script location has.

    Raises:
        SchemaError: it is no script location, or a revision cannot be read.
    """
    require_migrations(folder)
    scripts = ScriptDirectory.from_config(_config(folder))
    try:
        return History(
            revisions=tuple(sorted(script.revision for script in scripts.walk_revisions())),
            bases=tuple(sorted(scripts.get_bases())),
            heads=tuple(sorted(scripts.get_heads())),
        )
    except (CommandError, RevisionError, ImportError, SyntaxError, KeyError) as error:
        raise SchemaError(
            f"The revisions in {folder} cannot be read: {error}.", "See: alembic history --verbose"
        ) from error


def place(path: Path, content: bytes, *, like: Path) -> None:
    """Put a file into a script location, whole and on the disk or not at all, and as readable as `like`.

    Raises:
        StorageError: the folder cannot be written, or the disk is full.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(
            f"{path.parent} cannot be made: {error.strerror}.", "Choose a folder that can be written."
        ) from error
    draft = path.with_name(f".{path.name}.draft")
    with writing(draft) as write:
        write(content)
    # Drafts are private; a revision is source, for everybody who may read its neighbours.
    shutil.copymode(like, draft)
    draft.replace(path)
    settle(path.parent)


def stands_at(connection: sa.Connection) -> tuple[str, ...]:
    """The revisions a database says it stands at."""
    return tuple(sorted(MigrationContext.configure(connection).get_current_heads()))


def upgrade_to(folder: Path, target: Target, revision: str, metadata: sa.MetaData) -> None:
    """Run a script location forward on a database; nothing happens where it stands there already.

    Raises:
        SchemaError: a revision fails.
    """
    _run(command.upgrade, folder, target, revision, metadata)


def downgrade_to(folder: Path, target: Target, revision: str, metadata: sa.MetaData) -> None:
    """Run a script location backward on a database.

    Raises:
        SchemaError: a revision fails.
    """
    _run(command.downgrade, folder, target, revision, metadata)


def _run(
    do: Callable[[Config, str], None], folder: Path, target: Target, revision: str, metadata: sa.MetaData
) -> None:
    require_migrations(folder)
    config = _config(folder)
    # For an env.py that opens its own connection instead of taking ours.
    url = target.url().replace("postgresql://", "postgresql+psycopg://", 1)
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    engine = database.engine(target)
    try:
        with engine.connect() as connection:
            config.attributes.update(connection=connection, metadata=metadata)
            do(config, revision)
            connection.commit()
    except sa.exc.DBAPIError as error:
        raise SchemaError(
            f"{do.__name__} to {revision} failed on {target.masked}: {str(error.orig).splitlines()[0]}.",
            f"The statement: {' '.join((error.statement or '').split())[:200]}",
        ) from error
    except (CommandError, RevisionError, sa.exc.SQLAlchemyError, ImportError, SyntaxError, KeyError) as error:
        raise SchemaError(f"{do.__name__} to {revision} failed on {target.masked}: {error}.") from error
    finally:
        engine.dispose()


def _config(folder: Path) -> Config:
    config = Config(stdout=io.StringIO())
    # ConfigParser would read a percent sign as an interpolation.
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    return config
