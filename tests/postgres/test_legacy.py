"""The messy start of a demo: it is as messy as its docstring says, and loading it harms nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.config import Config
from alembic.script import ScriptDirectory

from modernize.migrations import legacy
from modernize.models import metadata
from reseed import database
from reseed.database import Target, sql
from reseed.errors import Refused
from reseed.project import Project
from reseed.site import Site
from reseed.validate import count_mess

# (table, column, parent): orphans, leaks. Counted below with statements that know nothing of the loader's.
PLANTED = {
    ("user_account_associations", "user_id", "users"): (2, None),
    ("migration_waves", "engagement_id", "engagements"): (2, 0),
    ("discovery_flows", "engagement_id", "engagements"): (0, 1),
    ("data_imports", "engagement_id", "engagements"): (0, 0),
    ("data_imports", "discovery_flow_id", "discovery_flows"): (0, 0),
    ("raw_import_records", "data_import_id", "data_imports"): (18, 13),
    ("import_field_mappings", "data_import_id", "data_imports"): (0, 0),
    ("assets", "engagement_id", "engagements"): (0, 7),
    ("assets", "discovery_flow_id", "discovery_flows"): (11, 7),
    ("assets", "raw_import_record_id", "raw_import_records"): (4, 0),
    ("assets", "migration_wave_id", "migration_waves"): (5, 0),
    ("asset_dependencies", "source_asset_id", "assets"): (0, 6),
    ("asset_dependencies", "target_asset_id", "assets"): (9, 6),
    ("engagements", "client_account_id", "client_accounts"): (0, None),
    ("user_account_associations", "client_account_id", "client_accounts"): (0, None),
}


@pytest.fixture(scope="module")
def migrations(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("a folder, 100% legacy") / "migrations"


@pytest.fixture(scope="module")
def loaded(server: Target, migrations: Path) -> Iterator[Target]:
    with database.scratch(server, "legacy") as target:
        legacy.load(target, migrations)
        yield target


def count(target: Target, query: sql.Composed | sql.SQL) -> int:
    with database.connect(target) as connection:
        row = connection.execute(query).fetchone()
    assert row
    return int(row[0])


@pytest.mark.parametrize("reference", PLANTED, ids="-".join)
def test_orphans_and_leaks_are_as_many_as_planted(loaded: Target, reference: tuple[str, str, str]) -> None:
    child, column, parent = map(sql.Identifier, reference)
    orphans, leaks = PLANTED[reference]
    lost = sql.SQL(
        "SELECT count(*) FROM {} c LEFT JOIN {} p ON p.id = c.{} WHERE c.{} IS NOT NULL AND p.id IS NULL"
    ).format(child, parent, column, column)
    assert count(loaded, lost) == orphans
    if leaks is not None:
        strayed = sql.SQL(
            "SELECT count(*) FROM {} c JOIN {} p ON p.id = c.{} WHERE p.client_account_id <> c.client_account_id"
        ).format(child, parent, column)
        assert count(loaded, strayed) == leaks


def test_the_product_counts_what_was_planted(
    loaded: Target, migrations: Path, project: Project, tmp_path: Path
) -> None:
    site = Site(project, loaded, loaded.database, tmp_path, "run", migrations, dataset=None)
    mess = count_mess(site)
    assert (mess.orphans, mess.leaks) == (
        sum(orphans for orphans, _ in PLANTED.values()),
        sum(leaks or 0 for _, leaks in PLANTED.values()),
    )


def test_planted_references_are_all_that_models_and_legacy_share(loaded: Target) -> None:
    engine = database.engine(loaded)
    inspector = sa.inspect(engine)
    legacy_columns = {
        name: {column["name"] for column in inspector.get_columns(name)}
        for name in inspector.get_table_names()
    }
    engine.dispose()
    shared = {
        (table.name, key.column_keys[-1], key.referred_table.name)
        for table in metadata.tables.values()
        for key in table.foreign_key_constraints
        if set(key.column_keys) <= legacy_columns.get(table.name, set())
    }
    assert shared == set(PLANTED)


def test_the_docstring_states_the_totals() -> None:
    totals = re.search(r"total +(\d+) +(\d+)", legacy.__doc__ or "")
    assert totals is not None
    assert [int(total) for total in totals.groups()] == [
        sum(orphans for orphans, _ in PLANTED.values()),
        sum(leaks or 0 for _, leaks in PLANTED.values()),
    ]


def test_the_history_has_two_heads_and_the_database_stands_at_both(loaded: Target, migrations: Path) -> None:
    config = Config()
    config.set_main_option("script_location", str(migrations).replace("%", "%%"))
    script = ScriptDirectory.from_config(config)
    with database.connect(loaded) as connection:
        stored = {row[0] for row in connection.execute("SELECT version_num FROM alembic_version")}
    assert len(script.get_heads()) == 2
    assert stored == set(script.get_heads())
    assert len(list(script.walk_revisions())) == 11


def test_the_schema_has_what_the_models_have_left_behind(loaded: Target) -> None:
    with database.connect(loaded) as connection:
        mock_flags = connection.execute(
            "SELECT count(*) FROM information_schema.columns WHERE column_name = 'is_mock'"
        ).fetchone()
        labels = [row[0] for row in connection.execute("SELECT unnest(enum_range(NULL::asset_type))::text")]
        strangers = connection.execute(
            "SELECT to_regclass('workflow_states') IS NOT NULL, to_regclass('idx_assets_tmp_perf') IS NOT NULL"
        ).fetchone()
        flow = {
            row[0]
            for row in connection.execute(
                "SELECT column_name::text FROM information_schema.columns WHERE table_name = 'discovery_flows'"
            )
        }
        secured = connection.execute("SELECT count(*) FROM pg_class WHERE relrowsecurity").fetchone()
    assert mock_flags == (7,)
    assert labels == ["application", "server", "database"]
    assert strangers == (True, True)
    assert not flow & {"learning_scope", "memory_isolation_level", "assessment_ready"}
    assert secured == (0,)


def test_loading_again_changes_nothing(loaded: Target, migrations: Path) -> None:
    with database.connect(loaded) as connection:
        before = database.row_counts(connection)
    legacy.load(loaded, migrations)
    with database.connect(loaded) as connection:
        assert database.row_counts(connection) == before
    assert sum(before.values()) > 500


def test_an_ordinary_role_makes_the_database_where_there_is_none(
    role: Callable[[str], Target], tmp_path: Path
) -> None:
    target = role("CREATEDB").on("legacy_of_an_ordinary_role")
    legacy.load(target, tmp_path / "migrations")
    with database.connect(target) as connection:
        assert connection.execute("SELECT count(*) FROM client_accounts").fetchone() == (3,)


def test_another_major_version_takes_it_too(server_15: Target, tmp_path: Path) -> None:
    with database.scratch(server_15, "legacy") as target:
        legacy.load(target, tmp_path / "migrations")
        assert count(target, sql.SQL("SELECT count(*) FROM assets")) == 150


def test_a_database_with_other_tables_is_refused(empty_database: Target, tmp_path: Path) -> None:
    with database.connect(empty_database) as connection:
        connection.execute("CREATE TABLE client_accounts (id int)")
    with pytest.raises(Refused, match="expected an empty database or the legacy one"):
        legacy.load(empty_database, tmp_path / "migrations")
    with database.connect(empty_database) as connection:
        assert database.row_counts(connection) == {"public.client_accounts": 0}


def test_a_folder_with_another_history_is_refused(empty_database: Target, tmp_path: Path) -> None:
    (tmp_path / "versions").mkdir()
    (tmp_path / "versions" / "0001_ours.py").touch()
    with pytest.raises(Refused, match=r"0001_ours\.py"):
        legacy.load(empty_database, tmp_path)
    assert not (tmp_path / "env.py").exists()
