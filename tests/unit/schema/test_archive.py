"""Old revisions: archived before, replaced after, never lost."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.postgres.backups import write_history

from reseed.database import Target
from reseed.errors import SchemaError, StorageError
from reseed.project import Project
from reseed.schema.archive import ARCHIVED, archive, archive_folder, publish, withdraw
from reseed.site import Site

OLD = {"first": None, "second": "first"}


@pytest.fixture
def site(project: Project, tmp_path: Path) -> Site:
    """A run of 15 January 2026 over a history of two revisions; nothing here asks a server."""
    migrations = tmp_path / "migrations"
    write_history(migrations, OLD)
    nowhere = Target("127.0.0.1", 1, "nobody", None, "nothing")
    run = tmp_path / "run"
    return Site(project, nowhere, "nothing", run, "20260115_090000_abc", migrations, dataset=None)


@pytest.fixture
def staged(site: Site) -> Site:
    write_history(site.staged_migrations, {"clean": None})
    return site


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_every_revision_is_copied_into_the_archive_of_the_day(site: Site) -> None:
    assert archive(site) == ("archived_20260115/first.py", "archived_20260115/second.py")
    for name in OLD:
        copy = site.migrations / "archived_20260115" / f"{name}.py"
        assert copy.read_bytes() == (site.migrations / "versions" / f"{name}.py").read_bytes()
    assert archive(site) == ("archived_20260115/first.py", "archived_20260115/second.py")
    assert ARCHIVED.measure(site).passed


def test_an_archive_with_other_bytes_is_refused_and_kept(site: Site) -> None:
    archive(site)
    copy = site.migrations / "archived_20260115" / "first.py"
    copy.write_text("# mine\n")
    with pytest.raises(SchemaError, match=r"first\.py exists already and differs"):
        archive(site)
    assert copy.read_text() == "# mine\n"


def test_a_revision_without_a_copy_fails_the_check(site: Site) -> None:
    archive(site)
    (site.migrations / "versions" / "third.py").write_text("")
    finding = ARCHIVED.measure(site)
    assert not finding.passed
    assert finding.rows == ({"revision": "third.py"},)


def test_publishing_puts_the_new_revision_in_place_of_the_old_ones(staged: Site) -> None:
    archive(staged)
    assert publish(staged) == ("first.py", "second.py")
    assert files(staged.migrations / "versions") == ["clean.py"]
    assert files(staged.migrations / "archived_20260115") == ["first.py", "second.py"]
    assert publish(staged) == ()


def test_publishing_without_an_archive_changes_nothing(staged: Site) -> None:
    archive(staged)
    (staged.migrations / "versions" / "second.py").write_text("# changed since\n")
    with pytest.raises(SchemaError, match=r"second\.py has no identical copy"):
        publish(staged)
    assert files(staged.migrations / "versions") == ["first.py", "second.py"]


def test_publishing_nothing_is_refused(site: Site) -> None:
    with pytest.raises(SchemaError, match="no revision to publish"):
        publish(site)


@pytest.mark.parametrize("survivors", [("first", "second"), ("second",), ()])
def test_publishing_can_stop_anywhere_and_be_done_again(staged: Site, survivors: tuple[str, ...]) -> None:
    archive(staged)
    versions = staged.migrations / "versions"
    (versions / "clean.py").write_bytes((staged.staged_migrations / "versions" / "clean.py").read_bytes())
    for name in OLD:
        if name not in survivors:
            (versions / f"{name}.py").unlink()
    assert publish(staged) == tuple(f"{name}.py" for name in survivors)
    assert files(versions) == ["clean.py"]


@pytest.mark.parametrize("there", [("clean",), ("first", "clean"), ("first", "second", "clean"), tuple(OLD)])
def test_withdrawing_can_stop_anywhere_and_be_done_again(staged: Site, there: tuple[str, ...]) -> None:
    archive(staged)
    replaced, versions = publish(staged), staged.migrations / "versions"
    for name in there:
        source = staged.staged_migrations / "versions" if name == "clean" else archive_folder(staged)
        (versions / f"{name}.py").write_bytes((source / f"{name}.py").read_bytes())
    if "clean" not in there:
        (versions / "clean.py").unlink()
    withdraw(staged, replaced)
    assert files(versions) == ["first.py", "second.py"]


def test_an_archive_that_cannot_be_made_is_one_sentence(site: Site) -> None:
    (site.migrations / "archived_20260115").write_text("a file where the folder belongs")
    with pytest.raises(StorageError, match=r"archived_20260115 cannot be made"):
        archive(site)
    assert files(site.migrations / "versions") == ["first.py", "second.py"]
