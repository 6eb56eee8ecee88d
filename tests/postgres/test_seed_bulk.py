"""A bulk load: the same rows, nothing else changed, whatever the tables have and whenever the process is killed."""

from __future__ import annotations

import os
import signal
import sys
import tempfile
import traceback
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from reseed import database, fill, schema, seed
from reseed.database import Target
from reseed.errors import Refused, SchemaError, SeedError, ServerError
from reseed.project import Project
from reseed.seed import Dataset, Order, bulk, ledger, partitions
from reseed.seed.put_aside import removals
from reseed.seed.side_by_side import unhurried
from tests.postgres import bulk_load

HARD = Path(__file__).with_name("hard_tables.sql")
TENANTS = 6


@pytest.fixture(scope="module")
def dataset(project: Project) -> Dataset:
    made: Dataset = project.load_dataset()
    return made


@pytest.fixture(scope="module")
def expected(dataset: Dataset) -> str:
    return seed.expected_digest(dataset, range(TENANTS))


@pytest.fixture
def order(
    schema_database: Target, project: Project, dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> Order:
    """A load of small partitions by this process alone; no load is small."""
    monkeypatch.setattr(bulk, "SMALL", 0)
    monkeypatch.setattr(partitions, "ROWS", 1_000)
    sized = replace(project, tenants=TENANTS)
    return replace(fill.order(sized, schema_database, dataset), loaders=1)


@dataclass(frozen=True)
class Ended:
    """A process that has ended: its code, negative for a signal, and what it said."""

    returncode: int
    stdout: str
    stderr: str


def digest(target: Target, dataset: Dataset) -> str:
    with database.connect(target) as connection:
        return seed.actual_digest(connection, dataset)


def facts(target: Target) -> schema.Facts:
    with database.connect(target) as connection:
        return schema.read_facts(connection)


def execute(target: Target, statement: str | bytes) -> None:
    with database.connect(target) as connection:
        connection.execute(statement.encode() if isinstance(statement, str) else statement)


def test_the_rows_are_those_of_the_generator_and_the_planner_knows_them(order: Order, expected: str) -> None:
    before = facts(order.target)
    load = bulk.load_dataset(order, range(TENANTS))
    assert digest(order.target, order.dataset) == expected
    assert facts(order.target) == before
    with database.connect(order.target) as connection:
        known = dict(
            connection.execute("SELECT relname, reltuples::int FROM pg_class WHERE relkind = 'r'").fetchall()
        )
    assert {table: known[table] for table in load.rows} == dict(load.rows)
    assert all(load.rows.values())


def test_a_demo_tenant_that_is_there_stays_and_the_others_come(
    demo_database: Target, order: Order, expected: str
) -> None:
    order = replace(order, target=demo_database)
    tenants = fill.wanted(order, None)
    assert tenants == range(1, TENANTS)
    bulk.load_dataset(order, tenants)
    assert digest(demo_database, order.dataset) == expected


def test_two_sessions_share_a_load(order: Order, expected: str) -> None:
    told: list[str] = []
    bulk.load_dataset(replace(order, loaders=2, tell=told.append), range(TENANTS))
    assert digest(order.target, order.dataset) == expected
    assert any("6 of 6 partitions" in line and "rows/s" in line and "left" in line for line in told)


def test_everything_that_tables_can_have_is_put_back_as_it_was(order: Order, expected: str) -> None:
    execute(order.target, HARD.read_bytes())
    before, details = facts(order.target), _details(order.target)
    with database.connect(order.target) as connection:
        off = {entry.what for entry in removals(connection, order.tables).entries}
    assert {'index public."Odd ""name"" of; drop"', "foreign key never checked of public.assets"} <= off
    bulk.load_dataset(order, range(TENANTS))
    assert digest(order.target, order.dataset) == expected
    assert facts(order.target) == before
    assert _details(order.target) == details


def _details(target: Target) -> list[tuple[object, ...]]:
    """What facts do not tell: the form of every index, and of those that carry a constraint."""
    with database.connect(target) as connection:
        return connection.execute(
            """
            SELECT c.relname, c.reloptions, c.reltablespace, i.indisclustered, i.indisreplident, i.indimmediate,
                   pg_get_indexdef(c.oid), obj_description(c.oid, 'pg_class'), o.conname, o.condeferred, a.targets
              FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
              LEFT JOIN pg_constraint o ON o.conindid = c.oid AND o.contype IN ('p', 'u')
             CROSS JOIN LATERAL (SELECT array_agg(attstattarget ORDER BY attnum) AS targets
                                   FROM pg_attribute WHERE attrelid = c.oid) a
             WHERE c.relnamespace::regnamespace::text NOT LIKE 'pg_%' ORDER BY 1
            """
        ).fetchall()


@pytest.mark.parametrize(
    "left",
    [
        "CREATE VIEW kept AS SELECT id, name, count(*) FROM assets GROUP BY client_account_id, id",
        "ALTER TABLE assets ADD CONSTRAINT alone EXCLUDE USING btree (id WITH =)",
        "CREATE TABLE part OF_ ()",
    ],
    ids=["a view that relies on a primary key", "an exclusion", "a child table"],
)
def test_what_cannot_be_taken_off_stays_and_the_load_is_the_same(
    order: Order, expected: str, left: str
) -> None:
    execute(order.target, left.replace("part OF_ ()", "part () INHERITS (asset_dependencies)"))
    before = facts(order.target)
    bulk.load_dataset(order, range(TENANTS))
    assert digest(order.target, order.dataset) == expected
    assert facts(order.target) == before


def test_a_foreign_key_that_stays_has_rows_in_its_order(
    order: Order, superuser: Target, expected: str
) -> None:
    """Its triggers are switched off for replicas only: it cannot be put back like that, so it is left alone."""
    with database.connect(superuser.on(order.target.database)) as connection:
        rows = connection.execute(
            "SELECT tgname FROM pg_trigger t JOIN pg_constraint o ON o.oid = t.tgconstraint "
            "WHERE o.conrelid = 'assets'::regclass AND o.confrelid = 'migration_waves'::regclass "
            "AND tgrelid = 'assets'::regclass"
        ).fetchall()
        assert rows
        for (trigger,) in rows:
            connection.execute(f'ALTER TABLE assets ENABLE ALWAYS TRIGGER "{trigger}"'.encode())
    before = facts(order.target)
    with database.connect(order.target) as connection:
        assert not removals(connection, order.tables).unbound
    bulk.load_dataset(order, range(TENANTS))
    assert digest(order.target, order.dataset) == expected
    assert facts(order.target) == before


MOMENTS = [
    ("taking", 1),
    ("copying", 1),
    ("copying", 40),
    ("1 of 6", 1),
    ("noted", 3),
    ("6 of 6", 1),
    ("building", 1),
    ("building", 20),
    ("struck", 60),
    ("checking", 5),
    ("analyzing", 1),
]


def run_load(order: Order, *arguments: str) -> Ended:
    """The load by a process of its own: a fork, which has imported everything and made some rows already."""
    with tempfile.TemporaryFile("w+") as said, tempfile.TemporaryFile("w+") as wrong:
        child = os.fork()
        if child == 0:
            os.dup2(said.fileno(), 1)
            os.dup2(wrong.fileno(), 2)
            sys.stdout, sys.stderr = os.fdopen(1, "w"), os.fdopen(2, "w")
            file = str(order.project.root / "reseed.toml")
            code = 70
            try:
                code = bulk_load.main(order.target.url(), file, str(TENANTS), *arguments)
            except BaseException:  # noqa: BLE001 - told, and never raised in what is a copy of the tests
                traceback.print_exc()
            finally:
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(code)
        _, status = os.waitpid(child, 0)
        said.seek(0)
        wrong.seek(0)
        return Ended(os.waitstatus_to_exitcode(status), said.read(), wrong.read())


def test_killed_at_any_moment_it_goes_on_and_ends_the_same(order: Order, expected: str) -> None:
    """Every moment kills another process; the one after it goes on from there."""
    before = facts(order.target)
    for moment, which in MOMENTS:
        died = run_load(order, "1", moment, str(which))
        assert died.returncode == -signal.SIGKILL, (moment, which, died.stdout, died.stderr)
    assert fill.pending(order.target)
    done = run_load(order, "2")
    assert done.returncode == 0, done.stderr
    assert digest(order.target, order.dataset) == expected
    assert facts(order.target) == before


def test_a_partition_that_was_being_loaded_is_loaded_once(order: Order, expected: str) -> None:
    # A partition is 54 pieces: whichever of the two sessions is ahead, one of them has begun its second by the 150th.
    assert run_load(order, "2", "copying", "150").returncode == -signal.SIGKILL
    with database.connect(order.target) as connection:
        standing = ledger.standing(connection)
    assert 0 < standing.loaded < standing.partitions == 6
    done = run_load(order, "1")
    assert f"{standing.loaded} of 6 partitions are loaded already" in done.stdout
    assert done.stdout.count(" partitions, ") == 6 - standing.loaded
    assert digest(order.target, order.dataset) == expected


def test_a_load_that_is_given_up_has_everything_back_and_keeps_whole_tenants(
    order: Order, dataset: Dataset
) -> None:
    before = facts(order.target)
    assert run_load(order, "1", "2 of 6").returncode == -signal.SIGKILL
    assert facts(order.target) != before
    ended = bulk.give_up(order)
    assert ended
    assert (ended.loaded, ended.partitions) == (2, 6)
    assert facts(order.target) == before
    assert digest(order.target, dataset) == seed.expected_digest(dataset, range(2))
    assert bulk.give_up(order) is None


def test_another_load_than_the_one_that_has_begun_is_refused(order: Order) -> None:
    assert run_load(order, "1", "2 of 6").returncode == -signal.SIGKILL
    other = replace(order, project=replace(order.project, seed=1))
    with pytest.raises(
        SeedError, match=r"tenants 0 to 5 of modernize, seed 20260115.*expected one of.*seed 1,"
    ):
        bulk.load_dataset(other, range(TENANTS))


def test_tenants_that_are_there_are_not_loaded_again(order: Order, demo_database: Target) -> None:
    with pytest.raises(SeedError, match=r"has tenant 0 already, expected none of tenants 0 to 5"):
        bulk.load_dataset(replace(order, target=demo_database), range(TENANTS))
    bulk.load_dataset(order, range(2))
    before = facts(order.target)
    with pytest.raises(SeedError, match=r"has 2 tenants from 0 to 1 already"):
        bulk.load_dataset(order, range(TENANTS))
    assert facts(order.target) == before


def test_rows_that_break_an_index_are_told_and_the_load_can_be_ended(order: Order, expected: str) -> None:
    before = facts(order.target)
    assert run_load(order, "1", "building").returncode == -signal.SIGKILL
    execute(
        order.target,
        "INSERT INTO client_accounts SELECT (jsonb_populate_record(c, '{}')).* FROM client_accounts c LIMIT 1",
    )
    # Two sessions build at once, and either of the table's two unique indexes may be the first that fails.
    with pytest.raises(
        SeedError, match=r"index public\.(pk_client_accounts|uq_client_accounts_slug) cannot be.*duplicated"
    ):
        bulk.load_dataset(order, range(TENANTS))
    execute(
        order.target,
        "DELETE FROM client_accounts a USING client_accounts b WHERE a.id = b.id AND a.ctid > b.ctid",
    )
    bulk.load_dataset(order, range(TENANTS))
    assert digest(order.target, order.dataset) == expected
    assert facts(order.target) == before


def test_a_schema_that_somebody_changed_meanwhile_is_told(order: Order) -> None:
    assert run_load(order, "1", "building").returncode == -signal.SIGKILL
    execute(order.target, "ALTER TABLE assets ADD COLUMN sneaked_in integer")
    with pytest.raises(
        SchemaError, match=r"column public\.assets\.sneaked_in: expected nothing, found integer"
    ):
        bulk.load_dataset(order, range(TENANTS))
    with pytest.raises(SchemaError, match=r"sneaked_in.*Everything that was taken off is back"):
        bulk.give_up(order)
    assert fill.pending(order.target) is None


def test_a_ledger_of_somebody_else_is_not_carried_out(order: Order, superuser: Target) -> None:
    execute(superuser.on(order.target.database), "CREATE SCHEMA reseed_load")
    with pytest.raises(Refused, match=r"Schema reseed_load .* belongs to role "):
        bulk.load_dataset(order, range(TENANTS))
    execute(superuser.on(order.target.database), "DROP SCHEMA reseed_load")
    execute(order.target, "CREATE SCHEMA reseed_load; CREATE TABLE reseed_load.load ()")
    with pytest.raises(Refused, match=r"holds something else than a load of reseed"):
        bulk.load_dataset(order, range(TENANTS))


@pytest.mark.parametrize(
    ("spoil", "error", "words"),
    [
        ("DROP TABLE agent_insights", SeedError, "has no table agent_insights"),
        ("ALTER TABLE engagements DROP COLUMN currency", SeedError, "gives engagements the columns currency"),
        (
            "ALTER TABLE assets ADD CONSTRAINT refuses CHECK (asset_type <> 'database')",
            ServerError,
            "refuses",
        ),
    ],
)
def test_what_does_not_fit_is_told_and_can_be_given_up(
    order: Order, spoil: str, error: type[Exception], words: str
) -> None:
    execute(order.target, spoil)
    before = facts(order.target)
    with pytest.raises(error, match=words):
        bulk.load_dataset(order, range(TENANTS))
    bulk.give_up(order)
    assert facts(order.target) == before


def test_limits_for_clients_do_not_end_a_load(order: Order) -> None:
    name = database.sql.Identifier(order.target.database)
    with database.connect(order.target) as connection:
        for limit in ("statement_timeout", "idle_in_transaction_session_timeout", "transaction_timeout"):
            connection.execute(
                database.sql.SQL("ALTER DATABASE {} SET {} = '9s'").format(name, database.sql.SQL(limit))
            )
    with unhurried(order.target) as connection:
        found = connection.execute(
            "SELECT name, setting, reset_val FROM pg_settings WHERE name LIKE '%timeout' AND reset_val = '9000'"
        ).fetchall()
    assert len(found) == 3
    assert {setting for _, setting, _ in found} == {"0"}


def test_a_small_load_goes_in_place(order: Order, expected: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "SMALL", 5_000)
    told: list[str] = []
    bulk.load_dataset(replace(order, tell=told.append), range(TENANTS))
    assert digest(order.target, order.dataset) == expected
    assert told == []


def test_an_older_server_gets_everything_back_as_well(server_15: Target, order: Order, expected: str) -> None:
    database.ensure_app_role(server_15, order.project.app_role)
    with database.scratch(server_15, "older") as target:
        engine = database.engine(target)
        order.project.load_metadata().create_all(engine)
        engine.dispose()
        execute(target, HARD.read_bytes())
        before = facts(target)
        bulk.load_dataset(replace(order, target=target), range(TENANTS))
        assert digest(target, order.dataset) == expected
        assert facts(target) == before


def test_the_application_sees_no_other_tenant_while_force_is_off(order: Order, server: Target) -> None:
    """FORCE is about the owner alone: policies hold for everybody else, all the time."""
    seen: list[Callable[[], None]] = []

    def look(line: str) -> None:
        if line.startswith("6 of 6"):
            with database.connect(order.target) as connection:
                connection.execute(f"SET ROLE {order.project.app_role}".encode())
                (rows,) = connection.execute("SELECT count(*) FROM assets").fetchall()[0]
                assert rows == 0
            seen.append(lambda: None)

    bulk.load_dataset(replace(order, tell=look), range(TENANTS))
    assert seen
