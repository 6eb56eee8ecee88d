"""The pytest plugin as a user has it: another project's tests, in processes of their own, with the plugin installed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

import pytest

from reseed import database
from reseed.database import Target
from tests.waiting import until

from .conftest import EXAMPLES, clean_environment

ROOT = Path(__file__).resolve().parents[2]

SHOP = str(uuid5(NAMESPACE_URL, "shop 0"))

#: Each test finds all rows and deletes them.
PRIVATE = f"""
import pytest

@pytest.mark.parametrize("number", range(6))
def test_private(reseeded_db, number):
    with reseeded_db.connect() as connection:
        connection.execute("SET shop.id = '{SHOP}'")
        assert connection.execute('DELETE FROM "Orders"').rowcount == 7
        assert connection.execute("DELETE FROM customers").rowcount == 3
"""

#: A test that never ends by itself, and says what its database is.
STUCK = """
import pathlib, time

def test_stuck(reseeded_db):
    pathlib.Path("stuck").write_text(reseeded_db.name)
    time.sleep(600)
"""


@dataclass(frozen=True)
class Suite:
    """Somebody's tests of the shop, and the server they run on.

    Attributes:
        folder: of the tests. packages: stands for site-packages, with the plugin's entry point. stem: of the databases.
    """

    folder: Path
    packages: Path
    target: Target

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments]

    def environment(self, **variables: str) -> dict[str, str]:
        path = os.pathsep.join([str(self.packages), str(ROOT / "src")])
        return clean_environment(
            DATABASE_URL=self.target.url(), PYTHONPATH=path, RESEED_TEMPLATES="2", **variables
        )

    def run(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*arguments),
            cwd=self.folder,
            env=self.environment(**variables),
            capture_output=True,
            text=True,
            timeout=120,
        )

    def databases(self) -> list[str]:
        """Private databases of the tests that are there."""
        with database.maintenance(self.target) as connection:
            rows = connection.execute(
                "SELECT datname FROM pg_database WHERE starts_with(datname, %s)", (self.target.database,)
            )
            return [name for (name,) in rows]


@pytest.fixture
def suite(server: Target, tmp_path: Path) -> Iterator[Suite]:
    packages = tmp_path / "packages"
    entry = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["entry-points"]["pytest11"]
    made = packages / "reseed_under_test-1.dist-info"
    made.mkdir(parents=True)
    (made / "METADATA").write_text("Metadata-Version: 2.1\nName: reseed-under-test\nVersion: 1\n")
    lines = "".join(f"{name} = {module}\n" for name, module in entry.items())
    (made / "entry_points.txt").write_text(f"[pytest11]\n{lines}")
    folder = tmp_path / "tests"
    folder.mkdir()
    (folder / "pytest.ini").write_text(
        f"[pytest]\nreseed_project = {os.path.relpath(EXAMPLES / 'shop', folder)}\n"
    )
    (folder / "test_private.py").write_text(PRIVATE)
    before = {each.name for each in database.templates(server)}
    target = server.on(f"suite_{tmp_path.name}"[:40])
    yield Suite(folder, packages, target)
    for each in database.templates(server):
        if each.name not in before:
            database.drop(server, each.name)


def templates(suite: Suite) -> list[tuple[str, int]]:
    return [(each.name, each.oid) for each in database.templates(suite.target)]


def test_every_test_has_rows_of_its_own_and_workers_share_one_template(suite: Suite) -> None:
    before = templates(suite)

    done = suite.run("-n", "2")

    assert done.returncode == 0, done.stdout + done.stderr
    assert "6 passed" in done.stdout
    assert suite.databases() == []
    (made,) = [each for each in templates(suite) if each not in before]

    again = suite.run("-n0")

    assert again.returncode == 0, again.stdout + again.stderr
    assert made in templates(suite)


def test_what_a_killed_session_left_is_dropped_by_the_next(suite: Suite) -> None:
    (suite.folder / "test_private.py").write_text(STUCK)
    stuck = suite.folder / "stuck"
    with subprocess.Popen(
        suite.command("-n", "1"),
        cwd=suite.folder,
        env=suite.environment(),
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    ) as session:
        name = until(lambda: stuck.is_file() and stuck.read_text())
        os.killpg(session.pid, signal.SIGKILL)
    assert suite.databases() == [name]
    (suite.folder / "test_private.py").write_text(PRIVATE)

    done = suite.run("-n0")

    assert done.returncode == 0, done.stdout + done.stderr
    assert suite.databases() == []


def test_a_session_meets_no_database_of_other_inputs(suite: Suite) -> None:
    assert suite.run("-n0").returncode == 0
    made = templates(suite)

    # The tests count seven orders, and now there are nine.
    done = suite.run("-n0", SHOP_ORDERS="9")

    assert done.returncode == 1
    assert "assert 9 == 7" in done.stdout
    assert len(templates(suite)) == len(made) + 1


def test_a_template_that_was_altered_is_made_again(suite: Suite) -> None:
    before = templates(suite)
    assert suite.run("-n0").returncode == 0
    ((name, oid),) = [each for each in templates(suite) if each not in before]
    open_ = database.sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS {}")
    with database.maintenance(suite.target) as connection:
        connection.execute(open_.format(database.sql.Identifier(name), database.sql.Literal(True)))
    with database.connect(suite.target.on(name)) as connection:
        connection.execute('ALTER TABLE customers NO FORCE ROW LEVEL SECURITY; DELETE FROM "Orders"')
        connection.execute("ALTER TABLE customers FORCE ROW LEVEL SECURITY")
        connection.execute("CREATE TABLE strange ()")
    with database.maintenance(suite.target) as connection:
        connection.execute(open_.format(database.sql.Identifier(name), database.sql.Literal(False)))

    done = suite.run("-n0")

    assert done.returncode == 0, done.stdout + done.stderr
    assert (name, oid) not in templates(suite)
    assert name in dict(templates(suite))


def test_what_is_wrong_is_said_in_a_sentence(suite: Suite) -> None:
    done = suite.run("-n0", "--reseed-project", "nowhere")

    assert done.returncode == 1
    assert f"{suite.folder / 'nowhere'} does not exist." in done.stdout
    assert "Traceback" not in done.stdout + done.stderr
    assert "reseed/project.py" not in done.stdout


def test_the_plugin_costs_nothing_where_nobody_asks_for_it(suite: Suite) -> None:
    (suite.folder / "test_private.py").write_text(
        "import sys\n"
        "def test_cheap(pytestconfig):\n"
        "    assert pytestconfig.pluginmanager.has_plugin('reseed')\n"
        "    heavy = {'sqlalchemy', 'psycopg', 'pydantic', 'pyarrow', 'alembic', 'numpy'}\n"
        "    assert not heavy & sys.modules.keys()\n"
    )

    done = suite.run("-n0", "-p", "no:schemathesis", "-p", "no:hypothesispytest")

    assert done.returncode == 0, done.stdout + done.stderr


def test_reseed_works_without_pytest() -> None:
    block = "import sys; sys.modules['pytest'] = None; sys.argv = ['reseed', '--help']; "
    done = subprocess.run(
        [sys.executable, "-c", f"{block}from reseed.cli import main; main()"],
        env=clean_environment(PYTHONPATH=str(ROOT / "src")),
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert done.returncode == 0, done.stderr
    assert "clone" in done.stdout
