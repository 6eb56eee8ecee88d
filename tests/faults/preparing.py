"""A ground made ready: the project, the old database, and one undisturbed run to see what a run leads to."""

from __future__ import annotations

import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from tempfile import mkdtemp

from reseed import database
from reseed import project as projects
from reseed.database import Target
from tests import zygote
from tests.faults import plants
from tests.faults.ground import Ground
from tests.faults.measuring import measure
from tests.faults.place import place

HERE = Path(__file__).resolve().parent
SHOP = HERE.parent / "examples" / "shop"


@contextmanager
def prepared(server: Target, orders: int = 7, home: Path | None = None) -> Iterator[Ground]:
    """A server made ready: the old database as a template, and one undisturbed run to see what it leads to."""
    folder = Path(mkdtemp(prefix="faults-"))
    # The server's user must pass through to a state folder that holds its data.
    folder.chmod(0o711)
    with ExitStack() as after:
        after.callback(shutil.rmtree, folder, ignore_errors=True)
        shutil.copytree(SHOP, folder / "shop")
        shutil.copytree(HERE / "project", folder / "shop", dirs_exist_ok=True)
        project = projects.load(folder / "shop" / "reseed.toml")
        template = f"template_{secrets.token_hex(4)}"
        after.callback(database.drop, server, template)
        _make_old(server, template)
        volatile = project.load_dataset().volatile
        old = measure(database.embedded.administrator(server), template, volatile)
        yield _undisturbed(Ground(server, folder, orders, template, old, volatile, home))


@contextmanager
def durable(home: Path, orders: int) -> Iterator[Ground]:
    """A ground with a server of its own, which may be killed and started again, in a new folder."""
    server = database.embedded.start(home, durable=True)
    try:
        with prepared(server, orders, home) as ground:
            yield ground
    finally:
        database.embedded.remove(home)


def _make_old(server: Target, name: str) -> None:
    database.create(server, name)
    with database.connect(server.on(name)) as connection:
        connection.execute((HERE / "old.sql").read_bytes())


def _undisturbed(ground: Ground) -> Ground:
    """What a run does and leads to when nothing is in its way."""
    zygote.warm()
    with place(ground, "undisturbed") as here:
        listed = here.folder / "statements"
        begun = time.monotonic()
        code = (child := here.start("run", plant=partial(plants.list_statements, listed))).end()
        seconds = time.monotonic() - begun
        if code != 0:
            raise RuntimeError(f"a run without a fault ended with code {code}: {child.words()}")
        return replace(
            ground,
            new=ground.measured(here.public),
            events=here.events(),
            statements=tuple(listed.read_text().splitlines()),
            seconds=seconds,
        )
