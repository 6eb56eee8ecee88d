"""`reseed url` and `reseed stop`, as a shell uses them."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from tempfile import mkdtemp

import pytest

from reseed.database import Target, embedded, tools
from tests.acceptance.conftest import Command


@pytest.fixture
def state() -> Iterator[Path]:
    """A folder with a space in its path for a server of our own."""
    above = Path(mkdtemp(prefix="reseed server "))
    above.chmod(0o711)
    yield above / "state"
    embedded.remove(above / "state")
    shutil.rmtree(above)


def test_url_starts_the_server_once_and_ends(reseed: Command, state: Path) -> None:
    """`$(reseed url)` must not wait for the server that it started."""
    first, second = (reseed("url", "--state", str(state)) for _ in range(2))
    assert first.returncode == 0, first.stderr
    assert first.stdout == second.stdout
    target = Target.parse(first.stdout.strip())
    assert target.database == "modernize"
    version = subprocess.run(
        [tools.find("psql"), "--no-psqlrc", "-At", "-c", "SHOW server_version", target.on("postgres").url()],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert version.startswith("18")


def test_stop_ends_it_and_the_next_command_starts_it_again(reseed: Command, state: Path) -> None:
    first = reseed("url", "--state", str(state))
    stopped = reseed("stop", "--state", str(state))
    assert stopped.returncode == 0
    assert stopped.stdout == ""
    assert "has ended" in stopped.stderr
    assert embedded.running(state) is None
    assert "No embedded server was running" in reseed("stop", "--state", str(state)).stderr
    assert reseed("url", "--state", str(state)).stdout == first.stdout


def test_url_of_a_server_of_ones_own(reseed: Command, tmp_path: Path) -> None:
    given = "postgresql://me:pw@db.example:6543/shop"
    done = reseed("url", "--state", str(tmp_path / "state"), DATABASE_URL=given)
    printed = Target.parse(done.stdout.strip())
    assert printed.without_setting("app.client_account_id") == Target.parse(given)
    assert printed.options["options"].endswith("-1111-111111111111")
    assert not (tmp_path / "state").exists()
