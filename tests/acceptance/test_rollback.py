"""A swap is taken back."""

from __future__ import annotations

from tests.acceptance.conftest import Legacy


def test_resuming_a_run_that_was_taken_back_says_so(small: Legacy) -> None:
    old = small.contents()
    for command in ("run", "rollback"):
        done = small.reseed(command, "--yes")
        assert done.returncode == 0, done.stdout + done.stderr
    done = small.reseed("resume")
    assert done.returncode == 0, done.stderr
    assert f"taken back since: {small.target.database} is the database from before" in done.stdout
    assert small.contents() == old
