"""The product from outside: commands as a user gives them, on databases of their own."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.request import ProxyHandler, build_opener

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext, Page, sync_playwright

from reseed import database, stages
from reseed.database import Target
from reseed.guard import AGENT_VARIABLES
from reseed.pages import Browser
from reseed.project import Project
from reseed.records import Finding
from reseed.site import Site
from tests import console, zygote
from tests.acceptance import carry_out

#: A command that takes longer hangs.
TIMEOUT_SECONDS = 240

Command = Callable[..., subprocess.CompletedProcess[str]]

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
OLD_SHOP = Path(__file__).resolve().parents[1] / "faults"

#: For the few commands that are to open pages; all others leave them alone, which takes a fraction of the time.
ANY_BROWSER = {"RESEED_BROWSER": ""}


@dataclass(frozen=True)
class Legacy:
    """A database, its migrations, and a folder for runs: what a reset starts from.

    Attributes:
        project: its `reseed.toml`, where that is not the reference application's.
    """

    target: Target
    migrations: Path
    state: Path
    project: Path | None = None

    @property
    def flags(self) -> list[str]:
        return ["--state", str(self.state)]

    @property
    def environment(self) -> dict[str, str]:
        named = {"RESEED_PROJECT": str(self.project)} if self.project else {}
        return {"DATABASE_URL": self.target.url(), **named}

    @property
    def run(self) -> Path:
        """The folder of the only run."""
        (folder,) = (self.state / "runs").iterdir()
        return folder

    def reseed(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """A command on this database and this folder."""
        return run_reseed(*arguments, *self.flags, **self.environment)

    def carry_out(self, *options: str) -> subprocess.CompletedProcess[str]:
        """A run, begun or resumed by a process that may die or lie on the way: `carry_out.py`."""
        act = partial(carry_out.main, self.state, self.migrations, *options)
        return zygote.run([], clean_environment(**self.environment), Path.cwd(), 120, act)

    def contents(self) -> database.Contents:
        """Every row of what has the public name."""
        with database.connect(self.target) as connection:
            return database.contents(connection)


def clean_environment(**variables: str) -> dict[str, str]:
    """The environment without what would point reseed anywhere, or say that an agent gives the command."""
    kept = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith(("RESEED_", "DATABASE_URL", "PG")) and key not in AGENT_VARIABLES
    }
    # A proven database that an earlier test has left would stand for what a test wants to see built.
    quiet = {"NO_COLOR": "1", "COLUMNS": "160", "RESEED_BROWSER": "none", "RESEED_TEMPLATES": "0"}
    return {**kept, **quiet, **variables}


def run_reseed(
    *arguments: str, cwd: Path | None = None, timeout: float = TIMEOUT_SECONDS, **variables: str
) -> subprocess.CompletedProcess[str]:
    """Run `reseed …` as a process and return what it printed and its exit code.

    The process is a fork of one that has imported everything: `started` is for tests that need a new interpreter.
    """
    return zygote.run(list(arguments), clean_environment(**variables), cwd or Path.cwd(), timeout)


@contextmanager
def started(*arguments: str, **variables: str) -> Iterator[subprocess.Popen[str]]:
    """`reseed …` while it is at work; killed at the end if it still is."""
    command = subprocess.Popen(
        [sys.executable, "-m", "reseed", *arguments],
        env=clean_environment(**variables),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # A shell that starts the tests in the background lets them ignore Ctrl-C.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    try:
        yield command
    finally:
        command.kill()
        command.communicate()


@contextmanager
def forked(
    *arguments: str, act: Callable[[], int] | None = None, **variables: str
) -> Iterator[zygote.Started]:
    """`reseed …`, or what stands for it, while it is at work as a fork; killed at the end if it still is."""
    command = zygote.begin(list(arguments), clean_environment(**variables), Path.cwd(), act)
    with command.stdout, command.stderr:
        try:
            yield command
        finally:
            command.kill()
            command.wait()


def interrupt(command: subprocess.Popen[str] | zygote.Started, seconds: float = 60) -> str:
    """Ctrl-C; what the command has said on standard error when it has ended."""
    command.send_signal(signal.SIGINT)
    _, said = command.communicate(timeout=seconds)
    return said


@contextmanager
def serving(*arguments: str, **variables: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """`reseed serve` while it serves, and the line it says where."""
    with started("serve", *arguments, **variables) as command:
        assert command.stdout
        first = command.stdout.readline()
        assert first, command.communicate()[1]
        yield command, first


def get(url: str) -> str:
    """A page, past any proxy."""
    with build_opener(ProxyHandler({})).open(url, timeout=20) as answer:
        return str(answer.read().decode())


def site_on_copy(folder: Path, target: Target, project: Project, copy: Path) -> Site:
    """A run on a copy of its folder, about the database it made."""
    return Site(
        project=project,
        target=target,
        database=target.database,
        folder=Path(shutil.copytree(folder, copy)),
        run=folder.name,
        migrations=project.migrations,
        dataset=project.load_dataset(),
    )


def ask(site: Site, check: str) -> Finding:
    """What one check of a project finds."""
    return stages.checks(site.project)[check].measure(site)


@pytest.fixture
def copied_project(project: Project, tmp_path: Path) -> Path:
    """A copy of the reference application's files, to be spoiled."""
    folder = tmp_path / "project"
    folder.mkdir()
    for name in ("reseed.toml", "plan.toml", "pages.toml", "test_queries.sql"):
        shutil.copy(project.root / name, folder / name)
    shutil.copytree(project.migrations, folder / "migrations")
    return folder / "reseed.toml"


def spoil(file: Path, old: str, new: str) -> None:
    """Write something else once in a file."""
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new, 1))


@pytest.fixture
def reseed() -> Command:
    """The command, for tests that give it themselves."""
    return run_reseed


@pytest.fixture
def legacy(server: Target, project: Project, tmp_path: Path) -> Iterator[Legacy]:
    """The reference application's messy legacy database under a name of its own."""
    target = server.on(f"shop_{secrets.token_hex(4)}")
    migrations = tmp_path / "migrations"
    project.load_legacy()(target, migrations)
    yield Legacy(target, migrations, tmp_path / "state")
    drop_family(target)


def databases_like(target: Target) -> list[str]:
    """The database, and those whose names begin with its own; in order."""
    with database.maintenance(target) as connection:
        rows = connection.execute(
            "SELECT datname FROM pg_database WHERE starts_with(datname, %s) ORDER BY 1", (target.database,)
        ).fetchall()
    return [name for (name,) in rows]


def drop_family(target: Target) -> None:
    """Drop the database, and those whose names begin with its own."""
    for name in databases_like(target):
        database.drop(target, name)


def assert_one_sentence(done: subprocess.CompletedProcess[str], code: int, *words: str) -> None:
    """The command ended with `code` and a clear message: no traceback, each of `words` in it."""
    assert done.returncode == code, f"exit {done.returncode}\n{done.stdout}\n{done.stderr}"
    assert "Traceback" not in done.stderr + done.stdout
    for word in words:
        assert word in done.stderr, f"{word!r} is not in:\n{done.stderr}"


@pytest.fixture
def small(server: Target, tmp_path: Path) -> Iterator[Legacy]:
    """A shop whose plan begins with a backup, and its old database: a run of it takes a few seconds."""
    folder = tmp_path / "shop"
    shutil.copytree(EXAMPLES / "shop", folder)
    shutil.copytree(OLD_SHOP / "project", folder, dirs_exist_ok=True)
    target = server.on(f"small_{secrets.token_hex(4)}")
    database.ensure_app_role(server, "modernize_app")
    database.create(server, target.database)
    with database.connect(target) as connection:
        connection.execute((OLD_SHOP / "old.sql").read_bytes())
    yield Legacy(target, folder / "migrations", tmp_path / "state", folder / "reseed.toml")
    drop_family(target)


@dataclass(frozen=True)
class Finished:
    """A demo that ran to its end: what it printed, its database, its run folder."""

    done: subprocess.CompletedProcess[str]
    target: Target
    state: Path
    folder: Path

    def reseed(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Another command on the same target and state folder."""
        return run_reseed(*arguments, "--state", str(self.state), DATABASE_URL=self.target.url())


@pytest.fixture(scope="session")
def finished(server: Target, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Finished]:
    """One `reseed demo` of a new interpreter, for all tests about what it leaves; they lie in one file."""
    target = server.on(f"demo_{secrets.token_hex(4)}")
    state = tmp_path_factory.mktemp("finished") / "state of the demo"
    with started("demo", "--state", str(state), DATABASE_URL=target.url()) as demo:
        out, err = demo.communicate(timeout=TIMEOUT_SECONDS)
    done = subprocess.CompletedProcess([], demo.returncode, out, err)
    assert done.returncode == 0, done.stdout + done.stderr
    (folder,) = (state / "runs").iterdir()
    yield Finished(done, target, state, folder)
    drop_family(target)


MANAGER = "demo@democorp.com"


@pytest.fixture(scope="module")
def chromium(browser: Browser) -> Iterator[Chromium]:
    """A browser for a module; not for longer, because its event loop stays with the thread for as long as it runs."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=browser.path, args=list(browser.arguments))
        yield started
        started.close()


@pytest.fixture(scope="module")
def console_state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the runs that the console shows."""
    return tmp_path_factory.mktemp("console")


@pytest.fixture(scope="module")
def console_database(server: Target, console_template: str) -> Iterator[Target]:
    """The console's database, with two tenants."""
    with database.scratch(server, "console", template=console_template) as target:
        yield target


@pytest.fixture(scope="module")
def address(console_database: Target, project: Project, console_state: Path) -> Iterator[str]:
    """Where the console answers."""
    with console.started(console_database, project, console_state) as url:
        yield url


@pytest.fixture(scope="module")
def signed_in(chromium: Chromium, address: str) -> Iterator[BrowserContext]:
    """A browser in which the demo account's engagement manager is signed in."""
    context = chromium.new_context(base_url=address, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto("/sign-in")
    page.fill("[name=email]", MANAGER)
    page.fill("[name=password]", console.PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url("**/")
    page.close()
    yield context
    context.close()


@pytest.fixture
def refusals() -> set[int]:
    """Statuses below 500 that a test brings about on purpose: the browser complains of them by itself."""
    return set()


@pytest.fixture
def page(signed_in: BrowserContext, refusals: set[int]) -> Iterator[Page]:
    """An empty page; at its end nothing has gone wrong in it."""
    opened = signed_in.new_page()
    problems: list[str] = []
    opened.on("pageerror", lambda error: problems.append(str(error)))
    opened.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    yield opened
    opened.close()
    assert all(status < 500 for status in refusals)
    expected = tuple(
        f"Failed to load resource: the server responded with a status of {each} " for each in refusals
    )
    assert [problem for problem in problems if not (expected and problem.startswith(expected))] == []
