"""Where one try happens: a copy of the old database, migrations and folders of its own, and commands given there."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from tempfile import mkdtemp

from reseed import database
from reseed.database import Target
from reseed.run import Event, find_run, read_journal
from tests import zygote
from tests.faults.ground import Ground
from tests.zygote import Child, Plant

#: Commands that ask before they change anything.
_ANSWERED = dict.fromkeys(("run", "rollback", "restore", "prune"), ("--yes",))

#: What a database may be called; the stem makes each name one of a kind.
_HOSTILE = (
    "{} in \"quotes\" and 'quotes'",
    '{}"; DROP DATABASE x; --',
    "{} größe-数据库 %s {{}}",
    "{} a\tb\\c",
)


@dataclass
class Place:
    """Where one try happens: a copy of the old database under a name of its own, migrations, folders for runs.

    Attributes:
        target: what the commands are told; a fault may lead them another way. before: databases that were there before.
        state: folder for runs; a fault may have it elsewhere.
        mark: stands in the environment of every process that a command of this try has started.
        keeps_previous: whether the old database must be kept beside the new one.
        unavailable: seconds that a client went without an answer under the public name.
        afterwards: what goes when the try is over.
    """

    ground: Ground
    target: Target
    folder: Path
    state: Path
    before: frozenset[str]
    mark: str = field(default_factory=lambda: secrets.token_hex(8))
    keeps_previous: bool = True
    unavailable: float = 0.0
    children: list[Child] = field(default_factory=list)
    afterwards: ExitStack = field(default_factory=ExitStack)

    @property
    def public(self) -> str:
        return self.target.database

    @property
    def migrations(self) -> Path:
        return self.folder / "migrations"

    @property
    def runs(self) -> tuple[Path, ...]:
        """Run folders that a run can be resumed from, the newest last."""
        return tuple(sorted(file.parent for file in self.state.glob("runs/*/run.json")))

    def start(self, *command: str, plant: Plant | None = None) -> Child:
        """Start a command on this place: `place.start("run")`."""
        flags = ["--project", str(self.ground.project), "--state", str(self.state)]
        if command[0] == "run":
            flags += ["--migrations", str(self.migrations)]
        child = zygote.start(
            [*command, *_ANSWERED.get(command[0], ()), *flags],
            self._environment(),
            self.folder,
            self.folder / "said",
            plant,
        )
        self.children.append(child)
        return child

    def events(self) -> tuple[Event, ...]:
        """The newest run's journal."""
        return read_journal(find_run(self.state, None)) if self.runs else ()

    def processes(self) -> tuple[int, ...]:
        """Ids of what the commands of this try have started, directly or not, and that lives."""
        wanted = f"FAULTS_MARK={self.mark}".encode()
        found = []
        for process in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                if wanted in (process / "environ").read_bytes().split(b"\0"):
                    found.append(int(process.name))
        return tuple(found)

    def _environment(self) -> dict[str, str]:
        kept = {
            name: os.environ[name] for name in ("PATH", "HOME", "LANG", "PYTHONPATH") if name in os.environ
        }
        return {
            **kept,
            "DATABASE_URL": self.target.url(),
            "RESEED_BROWSER": "none",
            "RESEED_TEMPLATES": "0",
            "NO_COLOR": "1",
            "COLUMNS": "200",
            "SHOP_ORDERS": str(self.ground.orders),
            "FAULTS_MARK": self.mark,
        }


@contextmanager
def place(ground: Ground, name: str) -> Iterator[Place]:
    """A place for one try, with a database of that name; everything that comes into being there goes with it."""
    before = ground.databases()
    folder = Path(mkdtemp(prefix="try-", dir=ground.folder))
    database.clone(ground.server, ground.template, name)
    shutil.copytree(ground.project / "migrations", folder / "migrations")
    made = Place(ground, ground.server.on(name), folder, folder / "state", before)
    with made.afterwards:
        try:
            yield made
        finally:
            for child in made.children:
                child.kill(whole=True)
            for process in made.processes():
                with suppress(ProcessLookupError):
                    os.kill(process, signal.SIGKILL)
            for each in ground.databases() - before:
                database.drop(ground.administrator, each)
            shutil.rmtree(folder, ignore_errors=True)


def name_for(random: Random) -> str:
    """A name for a database of its own, one in four of them a hostile one."""
    stem = f"shop_{random.randrange(16**8):08x}"
    if random.random() < 0.75:
        return stem
    chosen = random.choice((*_HOSTILE, "{}" + "ü" * 25))
    return chosen.format(stem)
