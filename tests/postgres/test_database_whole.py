"""Whole databases: hostile names, copies with sessions open, the swap from every state a crash can leave."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest

from reseed import database
from reseed.database import Exchange, Target, sql
from reseed.errors import MissingPrivilege, Refused, ReseedError, ServerError
from tests import waiting

HOSTILE = [
    'quote " in it',
    "it's",
    "a b\tc",
    'x"; DROP DATABASE postgres; --',
    "%s %(name)s {}",
    "größe-数据库",
    "UPPER lower",
    "back\\slash",
    "-starts with a dash",
    "ü" * 31,
]


@pytest.fixture
def stem(server: Target) -> Iterator[str]:
    """A prefix for names; every database that has it is dropped after the test."""
    stem = f"whole_{secrets.token_hex(4)}"
    yield stem
    with database.maintenance(server) as connection:
        rows = connection.execute(
            "SELECT datname FROM pg_database WHERE starts_with(datname, %s)", (stem,)
        ).fetchall()
    for (name,) in rows:
        database.drop(server, name)


def marked(server: Target, name: str, mark: str) -> None:
    """A database that says which one it is."""
    database.create(server, name)
    with database.connect(server.on(name)) as connection:
        connection.execute(sql.SQL("CREATE TABLE {} ()").format(sql.Identifier(mark)))


def mark_of(server: Target, name: str) -> str | None:
    if not database.exists(server, name):
        return None
    with database.connect(server.on(name)) as connection:
        (table,) = database.tables(connection)
    return table.name


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names(server: Target, name: str) -> None:
    copy, other = f"{name[:10]} copy", f"{name[:10]} other"
    try:
        marked(server, name, "it")
        assert database.exists(server, name)
        assert database.clone(server, name, copy).database == copy
        made = database.oid(server, copy)
        assert made
        with database.claim(server.on(copy), "test") as claim:
            database.rename(claim, made, other)
            database.rename(claim, made, other)
        assert mark_of(server, other) == "it"
        assert database.size(server, other) > 0
        database.tools.run("psql", ["--no-psqlrc", "-c", "SELECT 1"], server.on(name))
    finally:
        for each in (name, copy, other):
            database.drop(server, each)
    assert not database.exists(server, name)
    assert database.exists(server, "postgres")


@pytest.mark.parametrize("name", ["", "a" * 64, "ü" * 32, "a\0b"])
def test_names_that_postgresql_would_cut_or_refuse(server: Target, name: str) -> None:
    with pytest.raises(ServerError, match="expected 1 to 63"):
        database.create(server, name)


def test_a_taken_name(server: Target, stem: str) -> None:
    database.create(server, stem)
    with pytest.raises(ServerError, match="already exists"):
        database.create(server, stem)


def test_a_clone_while_sessions_are_open(server: Target, stem: str) -> None:
    marked(server, stem, "original")
    with pytest.raises(ServerError), database.connect(server.on(stem)) as session:
        database.clone(server, stem, f"{stem}_copy")
        assert mark_of(server, f"{stem}_copy") == "original"
        session.execute("SELECT 1")


def test_a_fresh_database_holds_nothing_of_template1(superuser: Target, server: Target, stem: str) -> None:
    with database.connect(superuser.on("template1")) as connection:
        connection.execute("CREATE TABLE left_over (id integer)")
    try:
        database.create(server, stem)
        with database.connect(server.on(stem)) as connection:
            assert database.tables(connection) == ()
    finally:
        with database.connect(superuser.on("template1")) as connection:
            connection.execute("DROP TABLE left_over")


def test_scratch_is_gone_after_an_error(server: Target) -> None:
    with pytest.raises(ZeroDivisionError), database.scratch(server, "x" * 63) as target:
        assert database.exists(server, target.database)
        raise ZeroDivisionError
    assert not database.exists(server, target.database)


def exchange(server: Target, stem: str) -> Exchange:
    """`<stem>_new` takes the name, what has it becomes `<stem>_previous`."""
    new = database.oid(server, f"{stem}_new")
    assert new
    return Exchange(stem, new, database.oid(server, stem), f"{stem}_previous")


def swap(server: Target, stem: str, wanted: Exchange | None = None) -> bool:
    with database.claim(server.on(stem), "test") as claim:
        return database.swap(claim, wanted or exchange(server, stem)).renamed


def states(server: Target, stem: str) -> tuple[str | None, ...]:
    return tuple(mark_of(server, f"{stem}{part}") for part in ("", "_new", "_previous"))


@pytest.fixture
def pair(server: Target, stem: str) -> str:
    """An old and a new database."""
    marked(server, stem, "old")
    marked(server, f"{stem}_new", "new")
    return stem


def test_swap(server: Target, pair: str) -> None:
    wanted = exchange(server, pair)
    assert swap(server, pair, wanted)
    assert states(server, pair) == ("new", None, "old")
    assert not swap(server, pair, wanted)
    assert states(server, pair) == ("new", None, "old")


def test_swap_while_the_application_holds_sessions(server: Target, pair: str) -> None:
    with pytest.raises(ServerError), database.connect(server.on(pair)) as session:
        session.execute("SELECT 1")
        swap(server, pair)
        session.execute("SELECT 1")
    assert states(server, pair) == ("new", None, "old")


def test_swap_while_clients_reconnect_without_a_pause(server: Target, pair: str) -> None:
    """Whoever asks is answered by the old database or the new one, and by the old one never again after the new."""
    seen: list[str] = []
    over = threading.Event()

    def ask() -> None:
        while not over.is_set():
            with suppress(ReseedError), database.connect(server.on(pair)) as session:
                while not over.is_set():
                    (table,) = database.tables(session)
                    seen.append(table.name)

    with ThreadPoolExecutor(3) as clients:
        asking = [clients.submit(ask) for _ in range(3)]
        waiting.until(lambda: "old" in seen)
        assert swap(server, pair)
        waiting.until(lambda: "new" in seen)
        over.set()
    assert [each.exception() for each in asking] == [None] * 3
    assert set(seen) == {"old", "new"}
    assert states(server, pair) == ("new", None, "old")


def test_swap_of_a_first_database(server: Target, stem: str) -> None:
    marked(server, f"{stem}_new", "new")
    assert swap(server, stem)
    assert states(server, stem) == ("new", None, None)


def test_swap_without_a_new_database_changes_nothing(server: Target, pair: str) -> None:
    wanted = exchange(server, pair)
    database.drop(server, f"{pair}_new")
    with pytest.raises(ServerError, match="does not exist any more"):
        swap(server, pair, wanted)
    assert states(server, pair) == ("old", None, None)


def test_swap_with_a_taken_name_changes_nothing(server: Target, pair: str) -> None:
    marked(server, f"{pair}_previous", "was there")
    with pytest.raises(ServerError, match="exists already"):
        swap(server, pair)
    assert states(server, pair) == ("old", "new", "was there")


def test_swap_leaves_a_database_alone_that_it_does_not_know(server: Target, pair: str) -> None:
    """Somebody else has put a database of their own under the name since it was backed up."""
    wanted = exchange(server, pair)
    database.drop(server, pair)
    marked(server, pair, "of somebody else")
    with pytest.raises(Refused, match="has been replaced since"):
        swap(server, pair, wanted)
    assert states(server, pair) == ("of somebody else", "new", None)


def test_swap_that_cannot_rename_changes_nothing(
    server: Target, pair: str, role: Callable[[str], Target]
) -> None:
    """The databases belong to a role that ours is no member of: nothing is renamed, and everyone still gets in."""
    with pytest.raises(MissingPrivilege):
        swap(role("CREATEDB"), pair, exchange(server, pair))
    assert states(server, pair) == ("old", "new", None)


def test_swap_while_somebody_is_there_whom_we_may_not_end(
    superuser: Target, server: Target, pair: str
) -> None:
    refusal = pytest.raises(MissingPrivilege, match="whose sessions ours may not end")
    with database.connect(superuser.on(pair)) as session, refusal:
        session.execute("SELECT 1")
        swap(server, pair)
    assert states(server, pair) == ("old", "new", None)


def test_swap_by_a_claim_whose_session_was_ended_is_made_under_a_new_one(server: Target, pair: str) -> None:
    with database.claim(server.on(pair), "one") as claim:
        end_claims(server, "one")
        assert database.swap(claim, exchange(server, pair)).renamed
        with pytest.raises(Refused, match="is being reset by one"), database.claim(server.on(pair), "two"):
            pass


def test_a_claim_that_somebody_else_has_by_now_swaps_nothing(server: Target, pair: str) -> None:
    with database.claim(server.on(pair), "one") as lost:
        end_claims(server, "one")
        with (
            database.claim(server.on(pair), "two"),
            pytest.raises(Refused, match="is being reset by two"),
        ):
            database.swap(lost, exchange(server, pair))
    assert states(server, pair) == ("old", "new", None)


def end_claims(server: Target, purpose: str) -> None:
    with database.maintenance(server) as connection:
        ended = connection.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE starts_with(application_name, %s)",
            (f"{purpose}, process",),
        ).fetchall()
    assert ended == [(True,)]


PROPERTIES = """
    SELECT to_jsonb(d) - '{oid,datname,datfrozenxid,datminmxid}'::text[] || jsonb_build_object(
        'comment', shobj_description(d.oid, 'pg_database'),
        'settings', (SELECT jsonb_agg(to_jsonb(s) - 'setdatabase') FROM pg_db_role_setting s WHERE setdatabase = d.oid))
    FROM pg_database d WHERE datname = %s
"""
DRESS = """
    COMMENT ON DATABASE {database} IS 'line one ''quoted''
line two';
    REVOKE ALL ON DATABASE {database} FROM PUBLIC;
    GRANT CONNECT, TEMPORARY ON DATABASE {database} TO {role} WITH GRANT OPTION;
    ALTER DATABASE {database} SET search_path = "$user", 'my schema', public;
    ALTER DATABASE {database} SET statement_timeout = '7min';
    ALTER DATABASE {database} CONNECTION LIMIT 55;
"""


def properties(server: Target, name: str) -> dict[str, object]:
    with database.maintenance(server) as connection:
        ((found,),) = connection.execute(PROPERTIES, (name,)).fetchall()
    return dict(found)


def dress(by: Target, name: str, role: str, more: str = "") -> None:
    """Give a database grants, settings, a comment and a limit of its own."""
    with database.connect(by) as connection:
        connection.execute(
            sql.SQL(DRESS + more).format(database=sql.Identifier(name), role=sql.Identifier(role))  # type: ignore[arg-type]
        )


def test_the_new_database_takes_over_what_belongs_to_the_name(
    server: Target, pair: str, role: Callable[[str], Target]
) -> None:
    dress(server, pair, role().user)
    before = properties(server, pair)
    with database.claim(server.on(pair), "test") as claim:
        assert database.swap(claim, exchange(server, pair)).left == ()
    assert properties(server, pair) == before
    assert before["datconnlimit"] == 55


def test_what_our_role_may_not_take_over_is_said_as_statements(
    superuser: Target, server: Target, pair: str, role: Callable[[str], Target]
) -> None:
    more = "ALTER DATABASE {database} SET app.tenant = 'it''s'; ALTER DATABASE {database} SET log_statement = 'all'"
    dress(superuser, pair, role().user, more)
    before = properties(server, pair)
    with database.claim(server.on(pair), "test") as claim:
        left = database.swap(claim, exchange(server, pair)).left
    assert properties(server, pair) != before
    with database.connect(superuser) as connection:
        for statement in left:
            connection.execute(statement.encode())
    assert len(left) == 2
    assert properties(server, pair) == before


@pytest.mark.parametrize("options", ["LOCALE 'C'", "LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C' LOCALE 'C'"])
def test_a_database_made_like_another_has_its_locale(server: Target, stem: str, options: str) -> None:
    assert_copies_locale(server, stem, options)


def test_a_database_made_like_one_of_icu(server_15: Target) -> None:
    """The embedded server knows no ICU."""
    assert_copies_locale(server_15, "icu", "LOCALE_PROVIDER icu ICU_LOCALE 'sv-SE' LOCALE 'C'")


def assert_copies_locale(server: Target, name: str, options: str) -> None:
    statement = "CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8' " + options
    with database.maintenance(server) as connection:
        connection.execute(sql.SQL(statement).format(sql.Identifier(name)))  # type: ignore[arg-type]
    database.create(server, f"{name}_new", like=name)
    assert properties(server, f"{name}_new") == properties(server, name)


def test_a_scratch_database_that_is_still_being_made_for_somebody_dead_is_swept(
    superuser: Target, server: Target, stem: str
) -> None:
    """Its maker was killed, but the server goes on making it until it is there."""
    name = f"{stem}__scratch_0123abcd"
    with database.connect(superuser) as holding, ThreadPoolExecutor(1) as beside:
        # CREATE DATABASE waits for this lock on the template, as it would for a slow disk.
        holding.execute("SELECT oid FROM pg_database WHERE datname = 'template0'")
        holding.execute("COMMENT ON DATABASE template0 IS 'held'")
        making = make_and_die(server, name)
        try:
            waiting.until(lambda: is_being_made(server))
            making.kill()
            making.wait()
            swept = beside.submit(database.sweep, server)
            waiting.until(lambda: swept.running())
            assert is_being_made(server)
            holding.rollback()
            assert name in swept.result(timeout=30)
        finally:
            making.kill()
            making.wait()
    assert not database.exists(server, name)


def make_and_die(server: Target, name: str) -> subprocess.Popen[bytes]:
    code = "import os, sys; from reseed import database; from reseed.database import Target; "
    code += "database.create(Target.parse(os.environ['DATABASE_URL']), sys.argv[1])"
    environment = {**os.environ, "DATABASE_URL": server.url()}
    return subprocess.Popen([sys.executable, "-c", code, name], env=environment)


def is_being_made(server: Target) -> bool:
    with database.maintenance(server) as connection:
        rows = connection.execute(
            "SELECT 1 FROM pg_stat_activity WHERE state = 'active' AND query LIKE 'CREATE DATABASE %__scratch_%'"
        ).fetchall()
    return bool(rows)
