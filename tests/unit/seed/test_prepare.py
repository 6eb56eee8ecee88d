"""Preparing a run: constants, import files and one password, and the two checks of that task's gate."""

from __future__ import annotations

import json
import os
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from reseed.database import Target
from reseed.errors import SeedError, StorageError
from reseed.project import Project
from reseed.seed import prepare_dataset
from reseed.seed.checks import CONSTANTS_CHECK as CONSTANTS
from reseed.seed.checks import DETERMINISTIC_CHECK as DETERMINISTIC
from reseed.seed.password import FILE as PASSWORD_FILE
from reseed.seed.password import demo_password, keep_password
from reseed.site import Site

NOWHERE = Target("127.0.0.1", 1, "nobody", "", "nothing")


@pytest.fixture(autouse=True)
def no_password_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RESEED_DEMO_PASSWORD", raising=False)


@pytest.fixture
def site(project: Project, tmp_path: Path) -> Site:
    """A site whose database nobody needs: preparing touches files only."""
    return Site(project, NOWHERE, "nothing", tmp_path, "run", project.migrations, project.load_dataset())


def test_a_run_gets_its_constants_its_files_and_a_password(site: Site) -> None:
    outcome = prepare_dataset(site)
    constants = json.loads((site.folder / "constants.json").read_text(encoding="utf-8"))
    assert constants["DEMO_CLIENT_ID"] == "11111111-1111-1111-1111-111111111111"
    assert list(constants) == list(site.dataset.identity)
    for name, contents in site.dataset.files().items():
        assert (site.folder / "imports" / name).read_bytes() == contents
    assert all((site.folder / name).is_file() for name in outcome.artifacts)
    assert CONSTANTS.measure(site).passed


def test_the_password_is_for_its_owner_only_and_in_no_outcome(site: Site) -> None:
    outcome = prepare_dataset(site)
    file = site.folder / PASSWORD_FILE
    password = demo_password(site.folder)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert len(password) >= 16
    assert password not in repr(outcome)
    assert PASSWORD_FILE not in outcome.artifacts


def test_a_resumed_run_keeps_its_password(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    prepare_dataset(site)
    first = demo_password(site.folder)
    monkeypatch.setenv("RESEED_DEMO_PASSWORD", "another one")
    prepare_dataset(site)
    assert demo_password(site.folder) == first


def test_a_password_may_be_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RESEED_DEMO_PASSWORD", "given by hand")
    assert keep_password(tmp_path)
    assert demo_password(tmp_path) == "given by hand"
    assert not keep_password(tmp_path)


def test_two_runs_have_two_passwords(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        keep_password(tmp_path / name)
    assert demo_password(tmp_path / "one") != demo_password(tmp_path / "two")


def test_a_password_file_that_a_crash_left_empty_is_filled(tmp_path: Path) -> None:
    (tmp_path / PASSWORD_FILE).touch()
    with pytest.raises(SeedError, match="is empty"):
        demo_password(tmp_path)
    assert keep_password(tmp_path)
    assert demo_password(tmp_path)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_is_named(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(StorageError, match=r"cannot be written.*Make the run folder writable"):
        keep_password(tmp_path)


def test_a_run_folder_that_is_a_file_is_named(site: Site, tmp_path: Path) -> None:
    blocked = tmp_path / "blocked"
    blocked.write_text("not a folder", encoding="utf-8")
    with pytest.raises(StorageError, match="blocked"):
        prepare_dataset(replace(site, folder=blocked))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda folder: (folder / "constants.json").unlink(),
        lambda folder: (folder / "constants.json").write_text("{}", encoding="utf-8"),
        lambda folder: (folder / "imports" / "servicenow_cmdb_democorp.csv").unlink(),
        lambda folder: (folder / "imports" / "network_scan_dc2.csv").write_bytes(b"\xfc"),
    ],
    ids=["constants gone", "constants edited", "import gone", "import edited"],
)
def test_a_file_that_is_not_what_the_rows_say_is_caught(site: Site, spoil: object) -> None:
    prepare_dataset(site)
    spoil(site.folder)  # type: ignore[operator]
    finding = CONSTANTS.measure(site)
    assert not finding.passed
    assert len(finding.rows) == 1


def test_an_import_of_another_size_than_its_row_says_is_caught(site: Site) -> None:
    prepare_dataset(site)
    name = "servicenow_cmdb_democorp.csv"

    class Misinformed(type(site.dataset)):  # type: ignore[misc]
        def file_sizes(self) -> dict[str, int]:
            return {**super().file_sizes(), name: 1}

    finding = CONSTANTS.measure(replace(site, dataset=Misinformed(site.dataset.seed, site.dataset.as_of)))
    assert not finding.passed
    assert finding.expected["sizes"][f"imports/{name}"] == 1  # type: ignore[index,call-overload]


def test_another_process_makes_the_same_rows(site: Site) -> None:
    finding = DETERMINISTIC.measure(site)
    assert finding.passed
    assert finding.measured == sum(site.dataset.definition.rows.values())


def test_a_process_that_makes_other_rows_is_caught(site: Site) -> None:
    elsewhere = replace(site, project=replace(site.project, seed=site.project.seed + 1))
    finding = DETERMINISTIC.measure(elsewhere)
    assert not finding.passed


def test_a_second_process_that_breaks_down_says_why(site: Site, project: Project) -> None:
    broken = replace(site, project=replace(project, root=site.folder))
    with pytest.raises(SeedError, match=r"could not be generated in a second process.*reseed\.toml"):
        DETERMINISTIC.measure(broken)
