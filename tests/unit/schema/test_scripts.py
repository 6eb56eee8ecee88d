"""Script locations: what revisions they hold, and what is wrong with a broken one."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.postgres.backups import write_history

from reseed.errors import ProjectError, SchemaError
from reseed.schema.scripts import read_history, require_migrations


def test_two_heads_are_two_heads(tmp_path: Path) -> None:
    folder = tmp_path / "100% migrations"
    write_history(folder, {"first": None, "left": "first", "right": "first"})
    history = read_history(folder)
    assert history.revisions == ("first", "left", "right")
    assert history.bases == ("first",)
    assert history.heads == ("left", "right")


def test_an_archive_beside_the_revisions_is_not_read(tmp_path: Path) -> None:
    write_history(tmp_path / "migrations", {"first": None})
    archive = tmp_path / "migrations" / "archived_20260115"
    archive.mkdir()
    (archive / "old.py").write_text("revision = 'old'\ndown_revision = 'lost'\n")
    assert read_history(tmp_path / "migrations").revisions == ("first",)


@pytest.mark.filterwarnings("ignore:Revision lost")
@pytest.mark.parametrize(
    "text",
    [
        "revision = 'broken'\ndown_revision = 'lost'\n",
        "revision = 'broken'\ndown_revision = None\nimport nowhere\n",
        "revision = 'broken'\ndown_revision = \n",
    ],
    ids=["a parent that is not there", "an import that fails", "no Python"],
)
def test_a_broken_revision_is_one_sentence(tmp_path: Path, text: str) -> None:
    write_history(tmp_path / "migrations", {"first": None})
    (tmp_path / "migrations" / "versions" / "broken.py").write_text(text)
    with pytest.raises(SchemaError, match=r"revisions in .* cannot be read"):
        read_history(tmp_path / "migrations")


def test_a_folder_without_env_is_no_script_location(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match=r"found nothing.*alembic init"):
        require_migrations(tmp_path / "none")
    with pytest.raises(ProjectError, match=r"found a folder without env\.py"):
        require_migrations(tmp_path)
