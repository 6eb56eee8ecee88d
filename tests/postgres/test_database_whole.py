"""Whole databases: hostile names, copies with sessions open, the swap from every state a crash can leave."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator

import pytest

from reseed import database
from reseed.database import Target, sql
from reseed.errors import MissingPrivilege, ServerError

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
        database.rename(server, copy, other)
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


def test_sessions_of_a_role_we_may_not_end(superuser: Target, server: Target, stem: str) -> None:
    database.create(server, stem)
    refusal = pytest.raises(MissingPrivilege, match="whose sessions ours may not end")
    with database.connect(superuser.on(stem)), refusal:
        database.rename(server, stem, f"{stem}_b")
    assert database.exists(server, stem)


def swap(server: Target, stem: str) -> bool:
    return database.swap(server, public=stem, new=f"{stem}_new", previous=f"{stem}_previous")


def states(server: Target, stem: str) -> tuple[str | None, ...]:
    return tuple(mark_of(server, f"{stem}{part}") for part in ("", "_new", "_previous"))


def test_swap(server: Target, stem: str) -> None:
    marked(server, stem, "old")
    marked(server, f"{stem}_new", "new")
    assert swap(server, stem)
    assert states(server, stem) == ("new", None, "old")
    assert not swap(server, stem)
    assert states(server, stem) == ("new", None, "old")


def test_swap_while_the_application_holds_sessions(server: Target, stem: str) -> None:
    marked(server, stem, "old")
    marked(server, f"{stem}_new", "new")
    with pytest.raises(ServerError), database.connect(server.on(stem)) as session:
        swap(server, stem)
        session.execute("SELECT 1")
    assert states(server, stem) == ("new", None, "old")


def test_swap_of_a_first_database(server: Target, stem: str) -> None:
    marked(server, f"{stem}_new", "new")
    assert swap(server, stem)
    assert states(server, stem) == ("new", None, None)


def test_swap_after_a_crash_that_left_them_closed(server: Target, stem: str) -> None:
    marked(server, stem, "old")
    marked(server, f"{stem}_new", "new")
    with database.maintenance(server) as connection:
        for name in (stem, f"{stem}_new"):
            connection.execute(
                sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(sql.Identifier(name))
            )
    assert swap(server, stem)
    assert states(server, stem) == ("new", None, "old")


def test_swap_after_half_a_rename(server: Target, stem: str) -> None:
    marked(server, f"{stem}_previous", "old")
    marked(server, f"{stem}_new", "new")
    assert swap(server, stem)
    assert states(server, stem) == ("new", None, "old")


def test_swap_without_a_new_database_changes_nothing(server: Target, stem: str) -> None:
    marked(server, stem, "old")
    with pytest.raises(ServerError, match="does not exist, so it cannot take the name"):
        swap(server, stem)
    assert states(server, stem) == ("old", None, None)


def test_swap_with_a_taken_name_changes_nothing(server: Target, stem: str) -> None:
    for part in ("", "_new", "_previous"):
        marked(server, f"{stem}{part}", f"was{part}")
    with pytest.raises(ServerError, match="exists already"):
        swap(server, stem)
    assert states(server, stem) == ("was", "was_new", "was_previous")


def test_swap_that_cannot_rename_leaves_the_old_one_open(
    server: Target, stem: str, role: Callable[[str], Target]
) -> None:
    """The new database belongs to a role that may not rename: nothing is renamed, and everyone still gets in."""
    marked(server, stem, "old")
    marked(server, f"{stem}_new", "new")
    stranger = role("CREATEDB")
    with pytest.raises(MissingPrivilege):
        database.swap(stranger, public=stem, new=f"{stem}_new", previous=f"{stem}_previous")
    assert states(server, stem) == ("old", "new", None)
