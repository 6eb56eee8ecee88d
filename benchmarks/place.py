"""Where everything is measured: one throw-away server with ordinary settings, and a fresh database for each contestant.

The server is the embedded PostgreSQL as a user's own would run: `fsync`, `synchronous_commit` and `full_page_writes`
are on. Turning them off would help whoever writes most, and nobody's data survives a power cut that way.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from reseed import database
from reseed import project as projects
from reseed.database import Target
from reseed.project import Project

ROOT = Path(__file__).resolve().parents[1]

_TOLD = (
    "server_version",
    "fsync",
    "synchronous_commit",
    "full_page_writes",
    "wal_level",
    "max_wal_size",
    "shared_buffers",
    "maintenance_work_mem",
    "max_parallel_maintenance_workers",
)


@dataclass(frozen=True, slots=True)
class Place:
    """Attributes:
    server: an ordinary role with CREATEDB. project: the reference application. folder: for files, on a disk.
    tables: name of a database with the application's tables, indexes and foreign keys, and no rows.
    """

    server: Target
    project: Project
    folder: Path
    tables: str

    @contextmanager
    def fresh(self, name: str, template: str | None = None) -> Iterator[Target]:
        """A database for one contestant, empty or a copy of `template`; everything before it is on disk by now."""
        database.create(self.server, name, template=template)
        try:
            self.checkpoint()
            yield self.server.on(name)
        finally:
            database.drop(self.server, name)

    @property
    def state(self) -> Path:
        """State folder of the commands that are measured."""
        return self.folder / "state"

    def checkpoint(self) -> None:
        """Have the server write down what it still has in memory, so that nobody pays for somebody else's rows."""
        with database.connect(database.embedded.administrator(self.server), autocommit=True) as connection:
            connection.execute("CHECKPOINT")

    def settings(self) -> dict[str, str]:
        """The server's settings that matter here, as it says them."""
        with database.connect(self.server) as connection:
            return {name: str(connection.execute(f"SHOW {name}").fetchall()[0][0]) for name in _TOLD}


@contextmanager
def place() -> Iterator[Place]:
    """A server of our own, which ends with us."""
    project = projects.load(ROOT / "src" / "modernize" / "reseed.toml")
    with (
        database.embedded.ephemeral(durable=True) as server,
        TemporaryDirectory(prefix="reseed-benchmarks-") as folder,
    ):
        database.ensure_app_role(server, project.app_role)
        database.create(server, "tables")
        engine = database.engine(server.on("tables"))
        project.load_metadata().create_all(engine)
        engine.dispose()
        yield Place(server, project, Path(folder), "tables")
