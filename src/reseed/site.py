"""Where a stage works: the project, the server, the database being built, and the folder for its files."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar, cast

import sqlalchemy as sa

from reseed import database
from reseed.database import Connection, Target
from reseed.project import Project
from reseed.records import JSON

T = TypeVar("T")

# Questions about whole tables join and group them: that is done by hashing, in memory, and not worth compiling.
_FOR_WHOLE_TABLES = "SET work_mem = '128MB'; SET jit = off"


class Early:
    """What was measured for checks before their turn; by itself it is nothing."""

    def take(self, check: str) -> Any:
        """What was measured for a check, waited for; None where there is nothing."""
        return None

    def keep(self, check: str, value: Any) -> None:
        """A check has measured by itself what nobody had measured for it."""

    def run_of(self, check: str) -> str:
        """Id of the earlier run that has measured it; empty where this one has."""
        return ""


class Lasting:
    """Answers that stay as they are while a process works, each measured by whoever asks first."""

    def __init__(self) -> None:
        self._known: dict[Hashable, Any] = {}
        self._measuring = Lock()

    def measured(self, what: Hashable, measure: Callable[[], T]) -> T:
        with self._measuring:
            if what not in self._known:
                self._known[what] = measure()
            return cast(T, self._known[what])


class HeldConnection:
    """A connection that is opened when it is first borrowed; every borrower leaves it as it was.

    Borrowers that look at rows only, one after the other, find row-level security lifted already: lifting it takes
    longer than most of their questions.
    """

    def __init__(self, target: Target) -> None:
        self._target = target
        self._open = ExitStack()
        self._connection: Connection | None = None
        self._rows_only = False
        self._lifted: ExitStack | None = None
        self._known: dict[Hashable, Any] = {}

    def begin(self, rows_only: bool) -> None:
        """Say what comes next: something that looks at rows through this connection and no other, or anything else."""
        self._rows_only = rows_only
        if not rows_only:
            self._put_back()

    @contextmanager
    def borrowed(self) -> Iterator[Connection]:
        if self._connection is None:
            self._connection = self._open.enter_context(database.connect(self._target))
            with self._connection.transaction():
                self._connection.execute(_FOR_WHOLE_TABLES)
        if self._rows_only and self._lifted is None:
            with ExitStack() as lifting:
                lifting.enter_context(database.without_row_security(self._connection))
                self._lifted = lifting.pop_all()
        with self._connection.transaction(force_rollback=True):
            yield self._connection

    def _put_back(self) -> None:
        lifted, self._lifted = self._lifted, None
        # With a connection that was lost, what it had lifted is gone.
        if lifted and self._connection and not self._connection.closed:
            lifted.close()

    def once(self, what: Hashable, measure: Callable[[], T]) -> T:
        if what not in self._known:
            self._known[what] = measure()
        return cast(T, self._known[what])

    def close(self) -> None:
        with self._open:
            self._put_back()


@dataclass(frozen=True)
class Site:
    """Everything a stage or a check may look at.

    Attributes:
        project: the application.
        target: the server and role; `target.database` is the public name.
        database: the database this work is about: the one being built, or the one being validated.
        folder: the run folder, where artifacts land. run: the run's id.
        migrations: Alembic's script location for this run (a demo works on a copy).
        dataset: the project's dataset, a `reseed.seed.Dataset`.
        facts: what finished tasks recorded: task id -> facts of its outcome.
        make_way: drops the old database, proven and unchanged, and leaves a fresh one under the private name; None
            where the new database is built beside the old one.
        tell: says in a line how far a stage is that takes its time.
        early: what was measured for checks before their turn.
        reuse: a copy of a proven database may stand for building it, where the inputs are the same.
    """

    project: Project
    target: Target
    database: str
    folder: Path
    run: str
    migrations: Path
    dataset: Any = field(repr=False)
    facts: Mapping[str, Mapping[str, JSON]] = field(default_factory=dict, repr=False)
    make_way: Callable[[], None] | None = field(default=None, repr=False)
    tell: Callable[[str], None] = field(default=lambda line: None, repr=False)
    early: Early = field(default_factory=Early, repr=False, compare=False)
    reuse: bool = False
    _held: HeldConnection | None = field(default=None, repr=False)
    _lasting: Lasting = field(default_factory=Lasting, repr=False, compare=False)

    @property
    def public(self) -> str:
        """The name applications connect to."""
        return self.target.database

    @property
    def staged_migrations(self) -> Path:
        """The new script location, built beside the old one; it becomes `migrations` when the names are swapped."""
        return self.folder / "migrations"

    def on(self, name: str) -> Site:
        """The same site, about another database."""
        return replace(self, database=name, _held=None)

    @contextmanager
    def connect(self, *, autocommit: bool = False) -> Iterator[Connection]:
        """A connection to `self.database` as the owner; commits at the end, rolls back on an error.

        Inside `reading` it is one connection for all, and whatever is done on it is rolled back.
        """
        if self._held and not autocommit:
            with self._held.borrowed() as connection:
                yield connection
            return
        with database.connect(self.target.on(self.database), autocommit=autocommit) as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Site]:
        """The same site for many short looks at the database: they share a connection, opened by the first."""
        with closing(HeldConnection(self.target.on(self.database))) as held:
            yield replace(self, _held=held)

    def begin(self, *, rows_only: bool) -> None:
        """Inside `reading`: what is done next looks at rows, through `connect` alone; or it may do anything."""
        if self._held:
            self._held.begin(rows_only)

    def once(self, what: Hashable, measure: Callable[[], T]) -> T:
        """What was measured, where several looks need the same: inside `reading` it is measured once."""
        return self._held.once(what, measure) if self._held else measure()

    def beforehand(self, check: str, measure: Callable[[], JSON]) -> Any:
        """What a check may have had measured before its turn, and otherwise measures now; as JSON."""
        value: Any = self.early.take(check)
        if value is None:
            value = measure()
            self.early.keep(check, value)
        return value

    def lasting(self, what: Hashable, measure: Callable[[], T]) -> T:
        """What nothing in the database can change, such as what the models make: measured once in this process."""
        return self._lasting.measured(what, measure)

    def engine(self) -> sa.Engine:
        """A SQLAlchemy engine on `self.database` without a pool; the caller disposes of it."""
        return database.engine(self.target.on(self.database))

    def artifact(self, *parts: str) -> Path:
        """Path of a file in the run folder; its folder exists afterwards."""
        path = self.folder.joinpath(*parts)
        path.parent.mkdir(parents=True, exist_ok=True)
        return path
