"""The squashed revision and `create_all` make the same, whatever the models hold; downgrade leaves nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from reseed import database, schema
from reseed.database import Target
from reseed.errors import ProjectError, SchemaError
from reseed.project import Project
from reseed.schema import prove
from reseed.schema.scripts import downgrade_to
from reseed.schema.squash import file_name, squash_text
from tests.postgres.schemas import example, facts_of, site_of, upgraded

TABLES = {"schema", "table", "column", "primary key", "foreign key", "unique", "check", "exclusion", "index"}
TYPES = {"enum", "domain", "sequence"}
ATTACHED = {"view", "materialized view", "function", "trigger", "row security", "policy", "comment", "grant"}


def test_the_committed_revision_is_what_the_models_give(project: Project) -> None:
    text = squash_text(project.load_metadata(), project.revision)
    versions = project.migrations / "versions"
    assert [path.name for path in versions.glob("*.py")] == [file_name(text, project.revision)]
    assert (versions / file_name(text, project.revision)).read_text(encoding="utf-8") == text, (
        "The models have changed; run: reseed schema squash --into src/modernize/migrations"
    )


@pytest.mark.parametrize("name", ["modernize", "attached"])
@pytest.mark.parametrize("on", ["server", "server_15"])
def test_upgrade_and_create_all_make_the_same_facts(
    name: str, on: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    server: Target = request.getfixturevalue(on)
    project = request.getfixturevalue("project") if name == "modernize" else example(name)
    with upgraded(project, server, tmp_path) as site:
        assert schema.compare(schema.facts_of_models(site), facts_of(site.target)) == ()


def test_the_example_holds_every_kind_of_fact(server: Target, tmp_path: Path) -> None:
    with upgraded(example("attached"), server, tmp_path) as site:
        assert {key.kind for key in facts_of(site.target)} >= TABLES | TYPES | ATTACHED


@pytest.mark.parametrize("name", ["modernize", "attached"])
def test_downgrade_leaves_an_empty_database(
    name: str, server: Target, empty_database: Target, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    project = request.getfixturevalue("project") if name == "modernize" else example(name)
    with upgraded(project, server, tmp_path) as site:
        downgrade_to(site.staged_migrations, site.target, "base", project.load_metadata())
        assert schema.compare(facts_of(empty_database), facts_of(site.target)) == ()


def test_upgrading_again_changes_nothing(project: Project, server: Target, tmp_path: Path) -> None:
    with upgraded(project, server, tmp_path) as site:
        before = facts_of(site.target)
        schema.upgrade(site)
        assert facts_of(site.target) == before


def test_squashing_again_writes_the_same_bytes(project: Project, server: Target, tmp_path: Path) -> None:
    site = site_of(project, server, tmp_path)
    first = schema.squash(site)
    revision = site.folder / first.artifacts[0]
    before = revision.read_bytes()
    assert schema.squash(site) == first
    assert revision.read_bytes() == before
    assert prove.SINGLE_REVISION.measure(site).passed


def test_an_edited_revision_is_not_what_the_models_give(
    project: Project, server: Target, tmp_path: Path
) -> None:
    site = site_of(project, server, tmp_path)
    revision = site.folder / schema.squash(site).artifacts[0]
    revision.write_text(
        revision.read_text().replace("FORCE ROW LEVEL SECURITY", "ENABLE ROW LEVEL SECURITY", 1)
    )
    assert not prove.SINGLE_REVISION.measure(site).passed


def test_a_folder_with_hand_written_revisions_is_left_alone(project: Project, tmp_path: Path) -> None:
    (tmp_path / "versions").mkdir()
    (tmp_path / "versions" / "mine.py").write_text("revision = 'mine'\n")
    with pytest.raises(SchemaError, match=r"mine\.py was not written by a squash"):
        schema.stage_revision(project, project.migrations, tmp_path)
    assert [path.name for path in (tmp_path / "versions").iterdir()] == ["mine.py"]


def test_a_missing_script_location_is_one_sentence(project: Project, tmp_path: Path) -> None:
    with pytest.raises(
        ProjectError, match=r"nowhere is expected to be Alembic's script location, found nothing"
    ):
        schema.stage_revision(project, tmp_path / "nowhere", tmp_path / "staged")


def test_an_ordinary_role_with_createdb_can_do_it_all(
    project: Project, role: object, superuser: Target, tmp_path: Path
) -> None:
    ordinary: Target = role("CREATEDB")  # type: ignore[operator]
    with database.connect(superuser) as connection:
        grant = database.sql.SQL("GRANT {} TO {}").format(
            database.sql.Identifier(project.app_role), database.sql.Identifier(ordinary.user)
        )
        database.ensure_app_role(superuser, project.app_role)
        connection.execute(grant)
    with upgraded(project, ordinary, tmp_path) as site:
        assert all(check.measure(site).passed for check in prove.checks(project.load_metadata()))
