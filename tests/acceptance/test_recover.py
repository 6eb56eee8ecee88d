"""What a killed process has left half done is finished, or taken back, by whichever command comes next."""

from __future__ import annotations

import json
import signal
from dataclasses import replace
from pathlib import Path

import pytest

from reseed import backup, database
from tests.acceptance.conftest import Legacy, assert_one_sentence, databases_like


def die_at(event: str) -> tuple[str, str]:
    return "--die", json.dumps({"": event})


def revisions(small: Legacy) -> set[str]:
    return {path.name for path in (small.migrations / "versions").glob("*.py")}


def test_a_swap_that_was_only_meant_is_taken_back(small: Legacy) -> None:
    old, before = small.contents(), revisions(small)
    assert small.carry_out(*die_at("swap.begins")).returncode == -signal.SIGKILL
    done = small.reseed("recover")
    assert done.returncode == 0, done.stderr
    assert "had renamed nothing, and is taken back" in done.stdout
    assert f"go on with: reseed resume {small.run.name}" in done.stderr
    assert (small.contents(), revisions(small)) == (old, before)
    assert "Nothing was left half done" in small.reseed("recover").stdout

    assert small.reseed("resume").returncode == 0
    assert small.contents() != old
    assert revisions(small) != before


@pytest.mark.parametrize("event", ["swap.done", "publish.begins"])
def test_the_revision_follows_a_database_that_has_the_name(small: Legacy, event: str) -> None:
    """A command that has nothing to do with the run does it first, and says so."""
    before = revisions(small)
    assert small.carry_out(*die_at(event)).returncode == -signal.SIGKILL
    assert revisions(small) == before
    done = small.reseed("schema", "check")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "is published, as its database is in place" in done.stderr
    assert len(revisions(small)) == 1
    assert revisions(small) != before
    assert small.reseed("resume").returncode == 0


def test_scratch_databases_of_the_dead_are_swept(small: Legacy) -> None:
    assert small.carry_out("--die", json.dumps({"1.3": "task.started"})).returncode == -signal.SIGKILL
    left = f"{small.target.database}__scratch_0123abcd"
    database.create(small.target, left)
    done = small.reseed("recover")
    assert f"{left}, a scratch database of a process that is gone, is dropped" in done.stdout
    assert databases_like(small.target) == [
        small.target.database,
        f"{small.target.database}__new_{small.run.name}",
    ]


def test_recovering_waits_for_nobody_who_is_at_work(small: Legacy) -> None:
    assert small.carry_out(*die_at("swap.done")).returncode == -signal.SIGKILL
    with database.claim(small.target, "run of somebody"):
        assert_one_sentence(small.reseed("recover"), 3, "is being reset by run of somebody")


def finish(small: Legacy) -> None:
    done = small.reseed("run", "--yes")
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_backup_that_was_altered_is_not_restored(small: Legacy) -> None:
    finish(small)
    new, names = small.contents(), databases_like(small.target)
    dump: Path = small.run / "backup" / "full_backup.sql"
    dump.write_bytes(dump.read_bytes()[:-1000])
    refused = small.reseed("restore", small.run.name, "--yes")
    assert_one_sentence(refused, 1, "full_backup.sql")
    assert (small.contents(), databases_like(small.target)) == (new, names)


def test_a_backup_that_restores_to_something_else_does_not_take_the_name(small: Legacy) -> None:
    """The manifest agrees with the files, and not with what they restore to."""
    finish(small)
    new, names = small.contents(), databases_like(small.target)
    kept = small.run / "backup"
    dump = kept / "full_backup.sql"
    dump.write_bytes(dump.read_bytes().replace(b"\tOld shop 7\n", b"\tOld shop 8\n", 1))
    manifest = json.loads((kept / "manifest.json").read_text())
    manifest["files"]["full_backup.sql"] = backup.manifest.measure(kept)["full_backup.sql"]
    (kept / "manifest.json").write_text(json.dumps(manifest))
    refused = small.reseed("restore", small.run.name, "--yes")
    assert_one_sentence(refused, 1, "differs from what was backed up", "public.shops")
    assert (small.contents(), databases_like(small.target)) == (new, names)


def test_what_a_run_backed_up_takes_the_name_of_no_other_database(small: Legacy) -> None:
    finish(small)
    other = replace(small, target=small.target.on(f"{small.target.database}_other"))
    database.create(other.target, other.target.database)
    refused = other.reseed("restore", small.run.name, "--yes")
    assert_one_sentence(refused, 2, f"Run {small.run.name} works on", "--database-url")
    assert other.contents().rows == {}


def test_a_run_whose_database_was_replaced_meanwhile_swaps_nothing(small: Legacy) -> None:
    """Somebody restores a dump of their own under the public name while the run is interrupted."""
    assert small.carry_out("--die", json.dumps({"1.4": "task.started"})).returncode == -signal.SIGKILL
    database.drop(small.target, small.target.database)
    database.create(small.target, small.target.database)
    with database.connect(small.target) as connection:
        connection.execute("CREATE TABLE of_somebody_else ()")
    done = small.reseed("resume")
    assert done.returncode == 1, done.stdout
    assert "has been replaced since" in done.stderr
    with database.connect(small.target) as connection:
        assert [table.name for table in database.tables(connection)] == ["of_somebody_else"]
