"""A deliberately messy database to start a demo from: what years of hand-written revisions leave behind.

The history has eleven revisions and two heads that were never merged. Against the models: `is_mock` in seven tables,
`discovery_flows` without the three agent fields, `data_imports` without source and errors, two enum types that lag
(`asset_type` knows no network device, `sixr_strategy` no retain), the table `workflow_states` that no model knows, the
index `idx_assets_tmp_perf` that nobody declared, foreign keys dropped "for now" in a repair, no row-level security.

Planted in its rows, counted for each reference that the models declare; a reference is followed by the parent's id:

    reference                                       orphans   leaks to another tenant
    user_account_associations.user_id                     2
    migration_waves.engagement_id                         2
    discovery_flows.engagement_id                                 1
    raw_import_records.data_import_id                    18      13
    assets.engagement_id                                          7
    assets.discovery_flow_id                             11       7
    assets.raw_import_record_id                           4
    assets.migration_wave_id                              5
    asset_dependencies.source_asset_id                            6
    asset_dependencies.target_asset_id                    9       6
                                                  total  51      40

The 40 leaks are in 27 rows, all of which carry the demo account's id and lie in another account's engagement.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from reseed import database
from reseed.database import Target
from reseed.errors import Refused

_HERE = Path(__file__).parent


def load(target: Target, migrations: Path) -> None:
    """Make the legacy database, with its Alembic history in a working copy; once made, it is left as it is.

    Args:
        target: names the database; it is created where it does not exist.
        migrations: where the copy of the script location goes.

    Raises:
        Refused: the database or the folder holds something else.
    """
    if not database.exists(target, target.database):
        database.create(target, target.database)
    _copy_history(migrations)
    engine = database.engine(target)
    with engine.connect() as connection:
        _require_legacy_or_empty(connection, target, migrations)
        connection.rollback()
        command.upgrade(_alembic(migrations, connection), "heads")
        connection.commit()
    engine.dispose()
    with database.connect(target) as rows:
        if rows.execute("SELECT 1 FROM client_accounts LIMIT 1").fetchone() is None:
            rows.execute((_HERE / "legacy_data.sql").read_bytes())


def _copy_history(migrations: Path) -> None:
    history = {file.name for file in (_HERE / "versions").glob("*.py")}
    versions = migrations / "versions"
    foreign = sorted(file.name for file in versions.glob("*.py") if file.name not in history)
    if foreign:
        raise Refused(
            f"{versions} holds {foreign[0]}, expected a new folder or a copy of the legacy history.",
            "Name another folder, or remove this one.",
        )
    versions.mkdir(parents=True, exist_ok=True)
    for name in ("env.py", "script.py.mako"):
        shutil.copy2(_HERE.parent / name, migrations)
    for name in sorted(history):
        shutil.copy2(_HERE / "versions" / name, versions)


def _require_legacy_or_empty(connection: sa.Connection, target: Target, migrations: Path) -> None:
    tables = set(sa.inspect(connection).get_table_names()) - {"alembic_version"}
    heads = set(MigrationContext.configure(connection).get_current_heads())
    script = ScriptDirectory.from_config(_alembic(migrations, connection))
    known = {revision.revision for revision in script.walk_revisions()}
    if heads <= known and (heads or not tables):
        return
    raise Refused(
        f"Database {target.masked} has {len(tables)} tables at revision {', '.join(sorted(heads)) or 'none'}, "
        "expected an empty database or the legacy one.",
        "Name a database that does not exist yet.",
    )


def _alembic(migrations: Path, connection: sa.Connection) -> Config:
    config = Config(attributes={"connection": connection})
    # A percent sign in a path would be read as an interpolation.
    config.set_main_option("script_location", str(migrations).replace("%", "%%"))
    return config
