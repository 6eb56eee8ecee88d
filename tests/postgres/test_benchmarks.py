"""The benchmarks measure what they say: the floor copies every row, and what is held against it ends with the same."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from benchmarks import digest, loads, others, raw
from benchmarks.peers import sqlalchemy_core, tenant
from benchmarks.place import Place
from benchmarks.process import CommandFailed, reseed, watched
from benchmarks.raw import Rows

from reseed import database, seed
from reseed.database import Target
from reseed.project import Project

TENANTS = range(2)


@pytest.fixture
def place(server: Target, schema_template: str, project: Project, tmp_path: Path) -> Place:
    return Place(server, project, tmp_path, schema_template)


@pytest.fixture
def loaded(place: Place) -> Iterator[Target]:
    """A database with two tenants."""
    with place.fresh("bench_loaded", place.tables) as target:
        with database.connect(target) as connection:
            seed.load_tenants(connection, place.project.load_dataset(), TENANTS)
        yield target


@pytest.fixture
def rows(place: Place, loaded: Target) -> Rows:
    return raw.written(place, loaded, place.folder)


def test_the_floor_copies_every_row_and_builds_everything(place: Place, loaded: Target, rows: Rows) -> None:
    dataset = place.project.load_dataset()
    made = sum(dataset.batch(table, TENANTS).num_rows for table in dataset.definition.rows)
    assert rows.total == made
    parts = raw.deferred(place, rows)
    assert list(parts) == ["copy", "indexes", "foreign keys", "analyze", "total"]
    assert all(seconds > 0 for seconds in parts.values())
    assert sum(parts.values()) <= 2 * parts["total"]  # the parts are within the whole
    assert raw.bare(place, rows)["copy"] > 0


def test_the_floor_has_every_index_and_key_at_its_end(place: Place, rows: Rows) -> None:
    """Put together, the halves of what comes after the rows are what the application's tables have."""
    with place.fresh("bench_built") as target:
        raw.psql(place, target, raw.bare_tables(place))
        assert _built(target) == []
        raw.psql(place, target, "\n".join((raw.copies(rows), *raw.after_rows(place))))
        assert _built(target) == _built(place.server.on(place.tables))


def test_a_floor_that_lacks_rows_is_no_floor(place: Place, rows: Rows) -> None:
    short = replace(rows, counts={**rows.counts, "assets": rows.counts["assets"] + 1})
    with pytest.raises(CommandFailed, match=f"holds {rows.total} rows, expected {short.total}"):
        raw.bare(place, short)


def test_the_command_loads_what_the_library_loads(place: Place, loaded: Target) -> None:
    dataset = place.project.load_dataset()
    with place.fresh("bench_ours", place.tables) as target:
        spent = loads.seed(place, target, len(TENANTS))
        assert digest.digest(target, dataset) == digest.digest(loaded, dataset)
    assert spent.seconds > 0
    assert spent.peak > 50e6


def test_one_changed_value_is_another_digest(place: Place, loaded: Target) -> None:
    dataset = place.project.load_dataset()
    before = digest.digest(loaded, dataset)
    with database.connect(others.past_row_security(loaded)) as connection:
        connection.execute("UPDATE users SET password_hash = '$argon2id$other'")
    assert digest.digest(loaded, dataset) == before
    with database.connect(others.past_row_security(loaded)) as connection:
        connection.execute(
            "UPDATE assets SET rack = 'elsewhere' WHERE id = (SELECT min(id::text)::uuid FROM assets)"
        )
    assert digest.digest(loaded, dataset) != before


def test_an_empty_table_has_no_digest(place: Place) -> None:
    with (
        place.fresh("bench_empty", place.tables) as target,
        pytest.raises(ValueError, match="is empty, expected rows"),
    ):
        digest.digest(target, place.project.load_dataset())


def test_a_peer_that_leaves_rows_out_is_found(place: Place) -> None:
    seconds = others.filled(place, sqlalchemy_core.fill, 1)
    assert seconds > 0
    with pytest.raises(CommandFailed, match=f"'assets': {tenant.ROWS['assets']}"):
        others.filled(place, lambda engine, _: sqlalchemy_core.fill(engine, range(1)), 2)


def test_a_command_that_fails_has_no_time(place: Place) -> None:
    with pytest.raises(CommandFailed, match="ended with code 3: it says why"):
        watched([sys.executable, "-c", "import sys; print('it says why', file=sys.stderr); sys.exit(3)"], {})
    with pytest.raises(CommandFailed, match="does not exist"):
        reseed(place.server.on("bench_absent"), place.state, "seed", "--yes")


def test_the_memory_of_children_counts() -> None:
    held = "import time; held = b'x' * 80_000_000; time.sleep(0.6)"
    spent = watched(
        [sys.executable, "-c", f"import subprocess, sys; subprocess.run([sys.executable, '-c', {held!r}])"],
        {},
    )
    assert spent.peak > 80e6


def _built(target: Target) -> list[str]:
    with database.connect(target) as connection:
        rows = connection.execute(
            "SELECT pg_get_indexdef(indexrelid) FROM pg_index JOIN pg_class ON pg_class.oid = indrelid "
            "WHERE relnamespace = 'public'::regnamespace UNION ALL "
            "SELECT conrelid::regclass || ' ' || pg_get_constraintdef(oid) FROM pg_constraint "
            "WHERE connamespace = 'public'::regnamespace AND contype IN ('p', 'u', 'f') ORDER BY 1"
        ).fetchall()
    return [str(definition) for (definition,) in rows]
