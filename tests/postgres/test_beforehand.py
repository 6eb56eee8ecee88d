"""What gates can have measured before their turn: by a second process, or by an earlier run of the same inputs."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest

from reseed import database, stages
from reseed.database import Target
from reseed.project import Project
from reseed.records import JSON
from reseed.run import carried
from reseed.run.beforehand import beside
from reseed.run.carried import Carried, carry, key_of
from reseed.run.context import site_of
from reseed.run.folder import RunRecord, create_run
from reseed.site import Site
from tests.waiting import is_alive, until

DIGEST = "dataset.deterministic"
EMPTY = "validation.can_fail"

OWNER = """
import os, sys, time
from pathlib import Path
from reseed import project
from reseed.database import Target
from reseed.run.beforehand import beside
from reseed.run.context import site_of
folder, file, check = sys.argv[1:]
site = site_of(project.load(Path(file)), Target.parse(os.environ["OWNERS_TARGET"]), Path(folder))
with beside(site, [check], None) as early:
    print(early._process.pid, flush=True)
    time.sleep(60)
"""


@pytest.fixture
def site(server: Target, project: Project, tmp_path: Path) -> Site:
    """A run that has just begun; its database does not exist yet."""
    database.ensure_app_role(server, project.app_role)
    record = RunRecord("run", "", "", "none", "none__new_run", str(project.migrations), "")
    return site_of(project, server.on("none"), create_run(tmp_path, record, ""))


def measure(site: Site, check: str) -> JSON:
    return cast(Callable[[Site], JSON], stages.checks(site.project)[check].beforehand)(site)


def scratch_databases(target: Target) -> list[str]:
    with database.maintenance(target) as connection:
        found = connection.execute("SELECT datname FROM pg_database WHERE starts_with(datname, 'none__')")
        return [str(name) for (name,) in found]


def test_a_second_process_measures_what_is_asked_and_nothing_else(site: Site) -> None:
    with beside(site, [DIGEST], None) as early:
        assert early.take(DIGEST) == measure(site, DIGEST)
        assert early.take(EMPTY) is None
        assert early.run_of(DIGEST) == ""
        early.keep(EMPTY, [])
        assert set(early.measured()) == {DIGEST, EMPTY}


def test_what_a_second_process_cannot_measure_is_left_to_the_gate(site: Site) -> None:
    (site.folder / "run.json").unlink()
    with beside(site, [DIGEST], None) as early:
        assert early.take(DIGEST) is None


@pytest.mark.parametrize("said", ['["dataset.deterministic", "ab', ""])
def test_a_second_process_that_dies_leaves_it_to_the_gate(
    site: Site, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    dying = [sys.executable, "-c", f"import sys; sys.stdout.write({said!r}); sys.exit(1)"]
    process = subprocess.Popen(dying, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    monkeypatch.setattr("reseed.second.take", lambda: process)
    with beside(site, [DIGEST], None) as early:
        assert early.take(DIGEST) is None


def test_what_an_earlier_run_has_measured_is_taken_and_told(site: Site) -> None:
    with beside(site, [DIGEST], Carried("earlier", {DIGEST: "abc"})) as early:
        assert early.take(DIGEST) == "abc"
        assert early.run_of(DIGEST) == "earlier"
        assert early.take(EMPTY) is None
        assert early.run_of(EMPTY) == ""


def test_a_second_process_drops_what_it_has_made_when_its_owner_is_killed(site: Site) -> None:
    file = site.project.root / "reseed.toml"
    with subprocess.Popen(
        [sys.executable, "-c", OWNER, str(site.folder), str(file), EMPTY],
        env={**os.environ, "OWNERS_TARGET": site.target.url()},
        stdout=subprocess.PIPE,
        text=True,
    ) as owner:
        assert owner.stdout
        second = int(owner.stdout.readline())
        until(lambda: scratch_databases(site.target))
        owner.send_signal(signal.SIGKILL)
    until(lambda: not is_alive(second))
    assert scratch_databases(site.target) == []


@pytest.fixture
def source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only source file that counts; it is older than this process."""
    file = tmp_path / "source.py"
    monkeypatch.setattr(carried, "_sources", lambda: iter([file]))
    write(file, "one")
    return file


def write(file: Path, text: str, age: float = 3600) -> None:
    file.write_text(text)
    os.utime(file, (time.time() - age, time.time() - age))


def test_the_same_inputs_have_the_same_key_and_others_another(
    site: Site, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(carried, "_BEGAN", time.time() + 3600)  # The application's own files may be new.
    first = key_of(site)
    assert key_of(site) == first
    write(source, "two")
    assert key_of(site) != first
    write(source, "one")
    assert key_of(site) == first
    monkeypatch.setenv("SOMETHING_ELSE", "1")
    assert key_of(site) != first


def test_inputs_that_cannot_be_told_have_no_key(site: Site, source: Path) -> None:
    assert key_of(replace(site, target=replace(site.target, port=1))) == ""


def test_a_source_that_may_be_younger_than_what_was_imported_matches_nothing(
    site: Site, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(carried, "_BEGAN", time.time() - 60)
    write(source, "one", age=30)
    assert key_of(site) != key_of(site)


def test_the_sources_of_the_tool_and_of_the_application_count(site: Site) -> None:
    stages.checks(site.project)
    found = set(carried._sources())
    assert {Path(carried.__file__), Path(carried.__file__).parents[1] / "schema" / "facts.sql"} <= found
    assert site.project.root / "checks" / "assets.sql" in found
    assert site.project.root / "models" / "assets.py" in found
    assert not [file for file in found if "site-packages" in file.parts or file.suffix == ".pyc"]


def test_only_what_was_kept_whole_and_under_the_same_key_is_carried(tmp_path: Path) -> None:
    assert carried.carried(tmp_path, "key") is None
    carry(tmp_path, "key", "run", {DIGEST: "abc"})
    assert carried.carried(tmp_path, "key") == Carried("run", {DIGEST: "abc"})
    assert carried.carried(tmp_path, "another") is None
    file = tmp_path / carried.FILE
    assert file.stat().st_mode & 0o777 == 0o600
    for broken in (file.read_text()[:-5], "[]", json.dumps({"key": "key"})):
        file.write_text(broken)
        assert carried.carried(tmp_path, "key") is None
