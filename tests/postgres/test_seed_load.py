"""Loading the dataset as an ordinary owner under forced row-level security, part by part and again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from reseed import database, schema
from reseed.database import Connection, Target, without_row_security
from reseed.errors import SeedError, ServerError
from reseed.project import Project
from reseed.seed import (
    Dataset,
    actual_digest,
    actual_tables,
    expected_digest,
    expected_tables,
    load_tenants,
    parts_digest,
    seed,
)
from reseed.seed.password import FILE as PASSWORD_FILE
from reseed.site import Site

PASSWORD = "correct horse battery staple"


@pytest.fixture(scope="module")
def dataset(project: Project) -> Dataset:
    made: Dataset = project.load_dataset()
    return made


@pytest.fixture
def site(schema_database: Target, project: Project, dataset: Dataset, tmp_path: Path) -> Site:
    (tmp_path / PASSWORD_FILE).write_text(PASSWORD + "\n", encoding="utf-8")
    return Site(
        project, schema_database, schema_database.database, tmp_path, "run", project.migrations, dataset
    )


def seed_all(site: Site) -> None:
    for part in site.dataset.parts:
        seed(site, part.name)


def counts(connection: Connection, dataset: Dataset) -> dict[str, int]:
    return {table: digest.rows for table, digest in actual_tables(connection, dataset).items()}


def test_part_by_part_the_database_gets_what_the_generator_makes(site: Site, dataset: Dataset) -> None:
    outcomes = [seed(site, part.name) for part in dataset.parts]
    with site.connect() as connection:
        assert actual_tables(connection, dataset) == expected_tables(dataset)
        assert counts(connection, dataset) == dict(dataset.definition.rows)
    told = {table: rows for outcome in outcomes for table, rows in outcome.facts["rows"].items()}  # type: ignore[union-attr]
    assert told == dict(dataset.definition.rows)


def test_seeding_every_part_twice_ends_in_the_same_digest(site: Site, dataset: Dataset) -> None:
    for part in dataset.parts:
        seed(site, part.name)
        seed(site, part.name)
    with site.connect() as connection:
        assert actual_digest(connection, dataset) == expected_digest(dataset)


def test_seeding_a_part_again_takes_the_later_parts_away(site: Site, dataset: Dataset) -> None:
    seed_all(site)
    seed(site, "data_imports")
    with site.connect() as connection:
        found = counts(connection, dataset)
    assert found["data_imports"] == 3
    assert found["discovery_flows"] == 5
    later = ("raw_import_records", "import_field_mappings", "assets", "asset_dependencies", "migration_waves")
    assert {table: found[table] for table in later} == dict.fromkeys(later, 0)


def test_seeding_leaves_the_schema_and_forced_security_as_they_were(site: Site) -> None:
    with site.connect() as connection:
        before = schema.fingerprint(connection)
    seed_all(site)
    with site.connect() as connection:
        assert schema.fingerprint(connection) == before
        unforced = connection.execute(
            "SELECT count(*) FROM pg_class WHERE relkind = 'r' AND relrowsecurity AND NOT relforcerowsecurity"
        ).fetchone()
        assert unforced == (0,)
        # The loader is an ordinary owner: without its help it sees nothing.
        assert connection.execute("SELECT count(*) FROM assets").fetchone() == (0,)


def test_other_tenants_change_no_byte_of_the_demo_tenant(schema_database: Target, dataset: Dataset) -> None:
    with database.connect(schema_database) as connection:
        load_tenants(connection, dataset, range(1, 4))
        load_tenants(connection, dataset, range(1))
    with database.connect(schema_database) as connection:
        assert actual_digest(connection, dataset) == expected_digest(dataset, range(4))
        with without_row_security(connection):
            for number in range(1, 4):
                tenant = dataset.tenant_id(number)
                connection.execute("DELETE FROM wave_assignments WHERE client_account_id = %s", (tenant,))
                connection.execute(
                    "UPDATE assets SET migration_wave_id = NULL WHERE client_account_id = %s", (tenant,)
                )
                for table in reversed(list(dataset.definition.rows)):
                    column = {"client_accounts": "id", "users": "home_client_account_id"}.get(
                        table, "client_account_id"
                    )
                    connection.execute(f"DELETE FROM {table} WHERE {column} = %s", (tenant,))
            assert actual_digest(connection, dataset) == expected_digest(dataset)


def test_tenants_can_be_planted_in_an_open_transaction_and_taken_back(
    demo_database: Target, dataset: Dataset
) -> None:
    with database.connect(demo_database) as connection:
        with connection.transaction(force_rollback=True):
            load = load_tenants(connection, dataset, range(1, 2))
            load_tenants(connection, dataset, range(2, 3))
            assert counts(connection, dataset)["client_accounts"] == 3
            assert load.rows["client_accounts"] == 1
        assert actual_digest(connection, dataset) == expected_digest(dataset)


def test_a_parts_digest_stays_the_same_while_later_parts_are_loaded(site: Site, dataset: Dataset) -> None:
    names = [part.name for part in dataset.parts]
    seen: dict[str, str] = {}
    for place, name in enumerate(names):
        seed(site, name)
        with site.connect() as connection:
            seen[name] = parts_digest(connection, dataset, names[: place + 1])
            again = {
                earlier: parts_digest(connection, dataset, names[: names.index(earlier) + 1])
                for earlier in seen
            }
        assert again == seen
    assert seen[names[-1]] == expected_digest(dataset)
    assert len(set(seen.values())) == len(names)


def test_users_sign_in_with_the_demo_password_each_by_a_salt_of_its_own(site: Site) -> None:
    seed(site, "core_entities")
    with site.connect() as connection, without_row_security(connection):
        hashes = [hashed for (hashed,) in connection.execute("SELECT password_hash FROM users")]
    assert len(set(hashes)) == 4
    assert all(PasswordHasher().verify(hashed, PASSWORD) for hashed in hashes)


def test_a_planted_tenant_has_a_password_that_nobody_knows(schema_database: Target, dataset: Dataset) -> None:
    with database.connect(schema_database) as connection:
        load_tenants(connection, dataset, range(1), ["core_entities"])
        load_tenants(connection, dataset, range(1, 2), ["core_entities"])
        with without_row_security(connection):
            hashes = [hashed for (hashed,) in connection.execute("SELECT password_hash FROM users")]
    assert len(set(hashes)) == 8


def test_a_part_that_fails_leaves_what_was_there(site: Site, dataset: Dataset) -> None:
    seed_all(site)
    with site.connect() as connection:
        connection.execute(
            "ALTER TABLE assets ADD CONSTRAINT refuses CHECK (asset_type <> 'database') NOT VALID"
        )
    with pytest.raises(ServerError, match="refuses"):
        seed(site, "assets")
    with site.connect() as connection:
        connection.execute("ALTER TABLE assets DROP CONSTRAINT refuses")
        assert actual_digest(connection, dataset) == expected_digest(dataset)


def test_an_older_server_takes_the_same_rows(server_15: Target, project: Project, dataset: Dataset) -> None:
    database.ensure_app_role(server_15, project.app_role)
    with database.scratch(server_15, "older") as target:
        engine = database.engine(target)
        project.load_metadata().create_all(engine)
        engine.dispose()
        with database.connect(target) as connection:
            load_tenants(connection, dataset, range(2))
            assert actual_digest(connection, dataset) == expected_digest(dataset, range(2))


def test_an_unknown_part_is_named_with_those_there_are(site: Site) -> None:
    with pytest.raises(
        SeedError, match=r'no part "asset", expected one of core_entities, .*migration_planning'
    ):
        seed(site, "asset")


def test_a_missing_table_is_named(site: Site) -> None:
    with site.connect() as connection:
        connection.execute("DROP TABLE agent_insights")
    with pytest.raises(ServerError, match="agent_insights"):
        seed(site, "discovery_flows")


def test_a_missing_column_is_named(site: Site) -> None:
    with site.connect() as connection:
        connection.execute("ALTER TABLE engagements DROP COLUMN currency")
    with pytest.raises(SeedError, match="gives engagements the columns currency"):
        seed(site, "core_entities")


def test_a_run_without_its_password_says_what_to_do(site: Site) -> None:
    (site.folder / PASSWORD_FILE).unlink()
    with pytest.raises(SeedError, match=r"cannot be read.*reseed redo 2\.1"):
        seed(site, "core_entities")


@pytest.mark.parametrize(
    "change",
    [
        lambda dataset: replace(dataset, seed=dataset.seed + 1),
        lambda dataset: replace(dataset, as_of=datetime(2026, 3, 2, 9, tzinfo=UTC)),
    ],
    ids=["another seed", "another clock"],
)
def test_another_seed_or_clock_is_valid_too_and_another_dataset(
    schema_database: Target, dataset: Dataset, change: Callable[[Dataset], Dataset]
) -> None:
    other = change(dataset)
    with database.connect(schema_database) as connection:
        load_tenants(connection, other, range(2))
    with database.connect(schema_database) as connection:
        assert actual_digest(connection, other) == expected_digest(other, range(2))
    assert expected_digest(other) != expected_digest(dataset)


def test_forty_tenants_keep_every_constraint_and_differ_in_size(
    schema_database: Target, dataset: Dataset
) -> None:
    with database.connect(schema_database) as connection:
        load_tenants(connection, dataset, range(40))
        with without_row_security(connection):
            sizes = connection.execute(
                "SELECT count(*) FROM raw_import_records GROUP BY client_account_id"
            ).fetchall()
    assert len(sizes) == 40
    assert len(set(sizes)) > 5
    assert {60 + 50 + 30 <= size <= 70 + 60 + 40 for (size,) in sizes} == {True}
