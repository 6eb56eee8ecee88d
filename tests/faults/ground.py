"""A server to plant faults on, with the old database as a template, and what a run leads to there."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path

from reseed import database
from reseed.database import Target
from reseed.run import Event
from tests.faults.measuring import Measure, measure
from tests.waiting import until


@dataclass(frozen=True, eq=False)
class Ground:
    """A server with the old database as a template, and what an undisturbed run did there.

    Attributes:
        server: as our ordinary role. folder: where tries put their files. orders: rows of the largest new table.
        home: folder of the server, where that may be killed and started again.
        old, new: the databases that may stand under the public name.
        events: the undisturbed run's journal. statements: its statements about whole databases.
        seconds: how long it took.
    """

    server: Target
    folder: Path
    orders: int
    template: str
    old: Measure
    volatile: Collection[tuple[str, str]]
    home: Path | None = None
    new: Measure = field(default=Measure("", ""))
    events: tuple[Event, ...] = ()
    statements: tuple[str, ...] = ()
    seconds: float = 0.0

    @property
    def administrator(self) -> Target:
        return database.embedded.administrator(self.server)

    @property
    def project(self) -> Path:
        return self.folder / "shop"

    def measured(self, name: str) -> Measure:
        try:
            return measure(self.administrator, name, self.volatile)
        finally:
            # Our ordinary role may not end a superuser's session, so none may be left that would be in its way.
            until(lambda: not self._watched(name))

    def _watched(self, name: str) -> bool:
        query = "SELECT 1 FROM pg_stat_activity WHERE datname = %s AND usename = current_user"
        with database.connect(self.administrator) as connection:
            return connection.execute(query, (name,)).fetchone() is not None

    @property
    def swapping(self) -> tuple[int, ...]:
        """Which of the statements belong to the exchange of names."""
        return tuple(n for n, text in enumerate(self.statements) if text.startswith("ALTER DATABASE"))

    @property
    def postmaster(self) -> int:
        """Process id of a server with a home."""
        assert self.home
        return int((self.home / "postgres" / "data" / "postmaster.pid").read_text().split()[0])

    @property
    def is_up(self) -> bool:
        """Whether a server with a home answers."""
        return bool(self.home and database.embedded.running(self.home))

    def bring_up(self) -> None:
        """Start a server with a home again; it is where it was before."""
        assert self.home
        assert database.embedded.start(self.home) == self.server

    def databases(self) -> frozenset[str]:
        with database.connect(self.administrator) as connection:
            return frozenset(name for (name,) in connection.execute("SELECT datname FROM pg_database"))
