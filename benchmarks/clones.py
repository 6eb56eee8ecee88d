"""Copies of a proven database, for a test and by `reseed clone`, against a bare `CREATE DATABASE … TEMPLATE`.

The bare copy uses the same strategy, `file_copy`, on the same template.
"""

from __future__ import annotations

import re
import sys
from importlib.metadata import entry_points
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from benchmarks import whole_run
from benchmarks.lines import Chapter, Line, against, at_most, times
from benchmarks.place import Place
from benchmarks.process import CommandFailed, environment, reseed, watched

from reseed import database, proven
from reseed.database import Target, sql

OVER_BARE = 1.3
TEST_SECONDS = 0.3
TESTS = 12
_SETUP = re.compile(r"([\d.]+)s setup\s+\S+::test_(\d+)")


def measure(place: Place, repeats: int) -> Chapter:
    """A run keeps its proven database as a template; then copies are made of it, in turns."""
    with whole_run.legacy(place) as (old, migrations), TemporaryDirectory(dir=place.folder) as folder:
        state = Path(folder) / "state"
        target = database.clone(place.server, old.database, "whole_run")
        try:
            first = whole_run.run(target, migrations, state, templates=2)
            again = whole_run.run(target, migrations, state, templates=2)
            lines = _copies(place, target, state, repeats)
        finally:
            whole_run.drop_family(place, "whole_run")
    with place.fresh("tested", place.tables) as tested:
        private = _in_tests(place, tested)
    run_again = times("reseed run again, nothing changed", [again.seconds])
    return Chapter(
        "A proven database, copied",
        (*lines, private, against(run_again, times("the first run", [first.seconds]))),
    )


def _copies(place: Place, target: Target, state: Path, repeats: int) -> tuple[Line, ...]:
    (template,) = _templates(place)
    bare, copies, called, commands = [], [], [], []
    for _ in range(repeats):
        place.checkpoint()
        bare.append(_bare(place, template))
        place.checkpoint()
        copies.append(_copy(place, template))
        place.checkpoint()
        began = perf_counter()
        proven.clone(place.project, target, "cloned")
        called.append(perf_counter() - began)
        database.drop(place.server, "cloned")
        place.checkpoint()
        commands.append(reseed(target, state, "clone", "cloned").seconds)
        database.drop(place.server, "cloned")
    floor = times("CREATE DATABASE … TEMPLATE", bare)
    return (
        floor,
        against(times("a copy with its grants and settings, as each test gets", copies), floor, OVER_BARE),
        against(times("reseed.proven.clone, inputs measured", called), floor, OVER_BARE),
        against(times("reseed clone, the whole command", commands), floor),
    )


def _bare(place: Place, template: str) -> float:
    statement = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy").format(
        sql.Identifier("bare"), sql.Identifier(template)
    )
    # The bare statement is not to wait for anything, so it has a session of its own that is open already.
    with database.connect(place.server, autocommit=True) as connection:
        began = perf_counter()
        connection.execute(statement)
        seconds = perf_counter() - began
    database.drop(place.server, "bare")
    return seconds


def _copy(place: Place, template: str) -> float:
    """The copy that the pytest plugin makes for each test, through a session that it keeps."""
    with database.copier(place.server, template) as copier:
        began = perf_counter()
        with copier.copy():
            return perf_counter() - began


def _templates(place: Place) -> list[str]:
    with database.maintenance(place.server) as connection:
        rows = connection.execute(
            "SELECT datname FROM pg_database WHERE starts_with(datname, %s)", (database.TEMPLATE_PREFIX,)
        ).fetchall()
    return [str(name) for (name,) in rows]


def _in_tests(place: Place, target: Target) -> Line:
    """How long each test but the first waits for `reseeded_db`; the first one of a session makes the template."""
    with TemporaryDirectory(dir=place.folder) as folder:
        tests = "\n".join(
            f"def test_{number}(reseeded_db):\n    assert reseeded_db.url\n" for number in range(TESTS + 1)
        )
        (Path(folder) / "test_private.py").write_text(tests)
        (Path(folder) / "pytest.ini").write_text("[pytest]\n")
        command = [
            sys.executable,
            "-m",
            "pytest",
            "--durations=0",
            "--durations-min=0",
            "-vv",
            "-p",
            "no:cacheprovider",
        ]
        loaded = [] if _is_installed() else ["-p", "reseed.testing"]
        project = f"--reseed-project={place.project.root / 'reseed.toml'}"
        said = watched([*command, *loaded, project], environment(target, place.state), Path(folder)).output
    waits = {int(number): float(seconds) for seconds, number in _SETUP.findall(said)}
    if len(waits) != TESTS + 1:
        raise CommandFailed(f"pytest told the setup of {len(waits)} tests, expected {TESTS + 1}.")
    return at_most(
        times("a test's private database", [waits[number] for number in range(1, TESTS + 1)]), TEST_SECONDS
    )


def _is_installed() -> bool:
    """Whether pytest finds the plugin by itself."""
    return any(point.value == "reseed.testing" for point in entry_points(group="pytest11"))
