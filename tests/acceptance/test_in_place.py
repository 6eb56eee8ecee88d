"""A run in place: the old database goes once its backup is proven, and comes back when the run fails or dies."""

from __future__ import annotations

import json
import signal

import pytest

from reseed import database
from tests.acceptance.conftest import Legacy, assert_one_sentence, databases_like

AT_THE_DROP = json.dumps({"": "in_place.dropped"})


def test_it_keeps_nothing_but_the_backup_which_can_be_restored(small: Legacy) -> None:
    old = small.contents()
    done = small.reseed("run", "--in-place", "--yes")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "the previous one was dropped, and its backup lies in" in done.stdout
    assert databases_like(small.target) == [small.target.database]
    new = small.contents()
    assert new != old

    refused = small.reseed("rollback", "--yes")
    assert_one_sentence(refused, 2, "was in place", f"reseed restore {small.run.name}")
    restored = small.reseed("restore", small.run.name, "--yes")
    assert restored.returncode == 0, restored.stderr
    assert small.contents() == old
    back = small.reseed("rollback", "--yes")
    assert back.returncode == 0, back.stderr
    assert "from before the restore of run" in back.stdout
    assert small.contents() == new


def test_a_run_that_fails_restores_the_old_database(small: Legacy) -> None:
    old = small.contents()
    done = small.carry_out("--in-place", "--lie", "seed")
    assert done.returncode == 1, done.stderr
    assert small.contents() == old
    assert databases_like(small.target) == [small.target.database]
    assert "restored from its backup" in (small.run / "STATUS.txt").read_text()
    assert_one_sentence(small.reseed("resume"), 2, "has brought the old database back", "reseed run")


def test_what_was_written_after_the_backup_keeps_the_old_database(small: Legacy) -> None:
    done = small.carry_out("--in-place", "--write", "INSERT INTO shops VALUES (4711, 'Late')")
    assert done.returncode == 1, done.stderr
    status = (small.run / "STATUS.txt").read_text()
    assert "has changed since it was backed up, first in {'table': 'public.shops'" in status
    with database.connect(small.target) as connection:
        assert connection.execute("SELECT name FROM shops WHERE id = 4711").fetchone() == ("Late",)


@pytest.mark.parametrize("command", [("recover",), ("resume",)])
def test_what_was_written_after_the_backup_survives_a_kill(small: Legacy, command: tuple[str, ...]) -> None:
    """The backup lacks it, so only the old database itself will do."""
    late = "INSERT INTO shops VALUES (4711, 'Late')"
    killed = small.carry_out("--in-place", "--write", late, "--die", json.dumps({"": "in_place.begins"}))
    assert killed.returncode == -signal.SIGKILL
    small.reseed(*command)
    with database.connect(small.target) as connection:
        assert connection.execute("SELECT name FROM shops WHERE id = 4711").fetchone() == ("Late",)


def test_one_that_is_killed_goes_on(small: Legacy) -> None:
    old = small.contents()
    assert small.carry_out("--in-place", "--die", AT_THE_DROP).returncode == -signal.SIGKILL
    assert not database.exists(small.target, small.target.database)
    done = small.reseed("resume")
    assert done.returncode == 0, done.stdout + done.stderr
    assert small.contents() != old
    assert databases_like(small.target) == [small.target.database]


@pytest.mark.parametrize("command", [("recover",), ("schema", "check")])
def test_one_that_is_killed_and_given_up_restores_the_old_database(
    small: Legacy, command: tuple[str, ...]
) -> None:
    """By `reseed recover`, and by any other command that touches the database."""
    old = small.contents()
    assert small.carry_out("--in-place", "--die", AT_THE_DROP).returncode == -signal.SIGKILL
    done = small.reseed(*command)
    assert "restored from its backup" in done.stdout + done.stderr
    assert small.contents() == old
    assert databases_like(small.target) == [small.target.database]
    assert "failed" in small.reseed("status").stdout


def test_a_plan_without_a_proven_backup_is_refused(small: Legacy) -> None:
    assert small.project
    plan = small.project.with_name("plan.toml")
    plan.write_text(plan.read_text().replace('"backup.complete", "backup.restores"', '"backup.complete"'))
    refused = small.reseed("run", "--in-place", "--yes")
    assert_one_sentence(refused, 2, "Task 1.2 would drop the old database in place", "backup.restores")
    assert not (small.state / "runs").exists()
