"""Whatever keeps us from a database is one clear sentence of the right kind, without a password in it."""

from __future__ import annotations

import socket
from collections.abc import Callable
from dataclasses import replace

import pytest
import sqlalchemy as sa

from reseed import database
from reseed.database import Target, sqlstate
from reseed.errors import (
    LoginRefused,
    MissingPrivilege,
    ReseedError,
    ServerError,
    ServerUnreachable,
)


def refusal(target: Target) -> ReseedError:
    with pytest.raises(ReseedError) as caught, database.connect(target):
        pass
    assert target.password is None or target.password not in str(caught.value)
    return caught.value


def test_a_wrong_password(server: Target) -> None:
    error = refusal(replace(server, password="not the password"))
    assert type(error) is LoginRefused
    assert "reseed" in error.message
    assert "--database-url" in error.next_step


def test_an_unknown_role(server: Target) -> None:
    assert type(refusal(replace(server, user="nobody knows"))) is LoginRefused


def test_a_closed_port(server: Target) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    error = refusal(replace(server, port=port))
    assert type(error) is ServerUnreachable
    assert f"127.0.0.1:{port}" in error.message


def test_a_host_that_does_not_exist(server: Target) -> None:
    assert type(refusal(replace(server, host="host.invalid"))) is ServerUnreachable


def test_something_else_listens_there(server: Target) -> None:
    """A port that accepts and says nothing is no PostgreSQL."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        silent = replace(server, port=other.getsockname()[1], options={"connect_timeout": "2"})
        assert type(refusal(silent)) is ServerUnreachable


def test_a_database_that_does_not_exist(server: Target) -> None:
    error = refusal(server.on('no "such" one'))
    assert type(error) is ServerError
    assert error.message == f'Database "no "such" one" does not exist on {server.host}:{server.port}.'


def test_a_database_closed_to_sessions(empty_database: Target) -> None:
    name = database.sql.Identifier(empty_database.database)
    with database.maintenance(empty_database) as connection:
        connection.execute(database.sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(name))
    assert "accepts no connections" in refusal(empty_database).message


def test_a_database_that_is_open_and_still_ends_the_session(
    server: Target, superuser: Target, empty_database: Target
) -> None:
    """As one does that is being renamed; nobody is told to grant what is granted."""
    name = database.sql.Identifier(empty_database.database)
    with database.maintenance(superuser) as connection:
        connection.execute(database.sql.SQL("ALTER DATABASE {} CONNECTION LIMIT 0").format(name))
    error = refusal(empty_database)
    assert "ended the session as it began: " in error.message
    assert "too many connections for database" in error.message
    assert "Grant" not in error.next_step


def test_whole_databases_of_an_unreachable_server(server: Target) -> None:
    with pytest.raises(ServerUnreachable):
        database.exists(replace(server, port=1), "any")
    with pytest.raises(LoginRefused):
        database.exists(replace(server, password="not the password"), "any")


def test_commit_and_rollback(empty_database: Target) -> None:
    with database.connect(empty_database) as connection:
        connection.execute("CREATE TABLE t (id integer)")
    with pytest.raises(ZeroDivisionError), database.connect(empty_database) as connection:
        connection.execute("INSERT INTO t VALUES (1)")
        raise ZeroDivisionError
    with database.connect(empty_database) as connection:
        assert database.row_counts(connection) == {"public.t": 0}
        assert database.dict_rows(connection, "SELECT %s::int AS one", (1,)) == [{"one": 1}]


def test_a_refused_statement(empty_database: Target) -> None:
    with pytest.raises(ServerError) as caught, database.connect(empty_database) as connection:
        with pytest.raises(sqlstate.DivisionByZero), connection.transaction():
            connection.execute("SELECT 1/0")
        connection.execute("SELECT * FROM nothing")
    assert 'relation "nothing" does not exist' in caught.value.message
    assert empty_database.masked in caught.value.message


def test_a_forbidden_statement(empty_database: Target, role: Callable[[str], Target]) -> None:
    with (
        pytest.raises(MissingPrivilege),
        database.connect(role("").on(empty_database.database)) as connection,
    ):
        connection.execute("CREATE TABLE t (id integer)")


def test_a_lost_session(empty_database: Target) -> None:
    with pytest.raises(ServerUnreachable), database.connect(empty_database) as connection:
        with database.maintenance(empty_database) as other:
            database.end_sessions(other, empty_database.database)
        connection.execute("SELECT 1")


def test_an_engine_shows_no_password_and_fails_clearly(empty_database: Target) -> None:
    engine = database.engine(empty_database)
    assert empty_database.password is not None
    assert empty_database.password not in repr(engine) + engine.url.render_as_string(hide_password=False)
    with engine.connect() as connection:
        assert connection.execute(sa.text("SELECT current_database()")).scalar() == empty_database.database
    with pytest.raises(LoginRefused):
        database.engine(replace(empty_database, password="wrong")).connect()
