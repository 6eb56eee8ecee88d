"""Two resets of one database at once: the second is refused, says who is at work, and leaves nothing behind."""

from __future__ import annotations

import platform

from reseed import database
from tests.waiting import until

from .conftest import Legacy, assert_one_sentence, databases_like, forked, run_reseed


def test_a_second_run_is_refused_until_the_first_has_ended(legacy: Legacy) -> None:
    with database.claim(legacy.target, "run 20260115-120000-1a2b"):
        for command in ("run", "demo"):
            migrations = () if command == "demo" else ("--yes", "--migrations", str(legacy.migrations))
            done = run_reseed(command, *legacy.flags, *migrations, **legacy.environment)
            assert_one_sentence(
                done,
                3,
                "is being reset by run 20260115-120000-1a2b",
                platform.node()[:10],
                "Wait until that one",
            )
    assert not list(legacy.state.glob("runs/*"))
    assert databases_like(legacy.target) == [legacy.target.database]


def test_what_was_claimed_by_a_session_that_is_gone_is_free(legacy: Legacy) -> None:
    with database.claim(legacy.target, "run one"), database.maintenance(legacy.target) as connection:
        ended = connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'run one,%'"
        ).fetchall()
        assert ended == [(True,)]
        with database.claim(legacy.target, "run two"):
            pass


def test_a_claim_of_one_database_leaves_others_alone(legacy: Legacy) -> None:
    with (
        database.claim(legacy.target, "run one"),
        database.claim(legacy.target.on(f"{legacy.target.database} two"), "run two"),
    ):
        pass


_WAITS = "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"


def test_a_run_that_waited_replaces_what_has_the_name_then(small: Legacy) -> None:
    """Whoever was at work before may have put another database in place."""
    flags = [*small.flags, "--yes", "--migrations", str(small.migrations)]
    with forked("run", *flags, **small.environment) as run:
        with database.claim(small.target, "run one"), database.maintenance(small.target) as connection:
            until(lambda: connection.execute(_WAITS).fetchone())
            database.drop(small.target, small.target.database)
            database.create(small.target, small.target.database)
        _, said = run.communicate(timeout=120)
    assert run.returncode == 0, said
