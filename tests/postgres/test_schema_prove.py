"""The proof of the schema: it passes on what the revision made, and every planted defect is caught."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from reseed import database, schema, validate
from reseed import project as projects
from reseed.check import Check
from reseed.database import Target
from reseed.errors import SchemaError
from reseed.project import Project
from reseed.schema import prove
from reseed.schema.scripts import read_history
from reseed.site import Site
from tests.postgres.backups import write_history
from tests.postgres.schemas import example, site_of, upgraded

ROOT = Path(__file__).resolve().parents[2]

CHECKS = {
    check.name: check for check in schema.checks(projects.load(ROOT / "src" / "modernize" / "reseed.toml"))
}
DATABASE_CHECKS = [check for check in CHECKS.values() if check.scope == "database"]


@pytest.fixture(scope="module")
def proved(server: Target, project: Project, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site on a database that the squashed revision made, with the files of its run."""
    with upgraded(project, server, tmp_path_factory.mktemp("run")) as site:
        yield site


@pytest.mark.parametrize(
    "name", [name for name in CHECKS if name.split(".")[0] in ("schema", "squash", "contract")]
)
def test_what_the_revision_made_passes(proved: Site, name: str) -> None:
    finding = CHECKS[name].measure(proved)
    assert finding.passed, finding
    assert finding.measured > 0


def test_every_planted_defect_is_caught(proved: Site) -> None:
    proofs = validate.prove(proved, DATABASE_CHECKS)
    assert [proof for proof in proofs if not proof.passed] == []
    caught, planted = validate.caught(proofs)
    assert caught == planted >= 20


@pytest.mark.parametrize("check", DATABASE_CHECKS, ids=lambda check: check.name)
def test_every_check_of_a_database_can_be_seen_to_fail(check: Check) -> None:
    assert len(check.faults) >= 2


def test_the_facts_see_what_autogenerate_is_blind_to(proved: Site) -> None:
    blind = [
        fault
        for fault in CHECKS["schema.facts_equal"].faults
        if "policy" in fault.name or "check" in fault.name
    ]
    with database.scratch(proved.target, "blind", template=proved.database) as clone:
        with database.connect(clone) as connection:
            for fault in blind:
                fault.plant(connection)
        assert len(blind) >= 2
        assert CHECKS["schema.compare_metadata"].measure(proved.on(clone.database)).passed


@pytest.mark.filterwarnings("ignore:Cannot correctly sort tables")
def test_models_of_two_schemas_are_proved_like_any_other(server: Target, tmp_path: Path) -> None:
    project = example("attached")
    with upgraded(project, server, tmp_path) as site:
        for check in schema.checks(project):
            if check.name.startswith(("schema.", "contract.", "squash.")):
                finding = check.measure(site)
                assert finding.passed, finding


def test_a_default_that_alembic_cannot_compare_is_one_sentence(
    empty_database: Target, tmp_path: Path
) -> None:
    site = site_of(example("quoted"), empty_database, tmp_path)
    engine = site.engine()
    site.project.load_metadata().create_all(engine)
    engine.dispose()
    with pytest.raises(SchemaError, match=r"one that holds a quote must be declared as sqlalchemy\.text"):
        prove.COMPARE_METADATA.measure(site)


def test_an_empty_database_is_no_proof(proved: Site, empty_database: Target) -> None:
    site = proved.on(empty_database.database)
    for check in (prove.COMPARE_METADATA, prove.FACTS_EQUAL, prove.ONE_REVISION):
        assert not check.measure(site).passed


def test_two_heads_are_not_one_revision(proved: Site, tmp_path: Path) -> None:
    site = replace(proved, folder=tmp_path)
    write_history(site.staged_migrations, {"first": None, "left": "first", "right": "first"})
    finding = prove.ONE_REVISION.measure(site)
    assert not finding.passed
    assert finding.actual["heads"] == 2  # type: ignore[index,call-overload]


def test_after_publishing_the_projects_own_migrations_are_measured(proved: Site, tmp_path: Path) -> None:
    published = replace(proved, folder=tmp_path, migrations=proved.staged_migrations)
    assert read_history(published.migrations).heads == read_history(proved.staged_migrations).heads
    assert prove.ONE_REVISION.measure(published).passed


def test_what_downgrade_leaves_behind_is_named(server: Target, tmp_path: Path) -> None:
    with upgraded(example("leftover"), server, tmp_path) as site:
        finding = prove.ROUND_TRIP.measure(site)
    assert not finding.passed
    assert [(row["after"], row["object"]) for row in finding.rows] == [
        ("downgrade to base", "function public.one()"),
        ("downgrade to base", "grant routine public.one() to public"),
    ]


def test_upgrading_before_squashing_is_one_sentence(
    project: Project, empty_database: Target, tmp_path: Path
) -> None:
    with pytest.raises(SchemaError, match="holds no revision to apply"):
        schema.upgrade(site_of(project, empty_database, tmp_path))


def test_a_revision_that_fails_names_the_statement(
    project: Project, empty_database: Target, tmp_path: Path
) -> None:
    site = site_of(project, empty_database, tmp_path)
    revision = site.folder / schema.squash(site).artifacts[0]
    revision.write_text(
        revision.read_text().replace("ENABLE ROW LEVEL SECURITY", "ENABLE ROW LEVEL NONSENSE", 1)
    )
    with pytest.raises(SchemaError, match=r"upgrade to head failed on .*: syntax error .*ROW LEVEL NONSENSE"):
        schema.upgrade(site)
    with database.connect(empty_database) as connection:
        assert schema.read_facts(connection).of("table") == ()


def test_a_database_that_drifted_is_counted(proved: Site) -> None:
    with database.scratch(proved.target, "drifted", template=proved.database) as clone:
        with database.connect(clone) as connection:
            connection.execute("create table nobodys (id integer)")
            connection.execute("drop index ix_assets_name")
            connection.execute("alter table assets alter name drop not null")
        drift = schema.count_drift(replace(proved.on(clone.database), migrations=proved.staged_migrations))
    # A table is three facts: itself, its column, and that it has no row-level security.
    assert (drift.missing, drift.extra, drift.changed, drift.count) == (1, 3, 1, 5)
    assert drift.heads == 1
    assert any("index public.ix_assets_name" in example for example in drift.examples)


def test_the_legacy_database_is_far_from_the_models(
    project: Project, empty_database: Target, tmp_path: Path
) -> None:
    site = replace(site_of(project, empty_database, tmp_path / "run"), migrations=tmp_path / "migrations")
    project.load_legacy()(empty_database, site.migrations)
    drift = schema.count_drift(site)
    assert drift.heads == 2
    assert drift.missing > 100
    assert drift.extra > 10
    told = schema.align(site)
    assert told.facts["models"] == 0
    assert told.facts["drift"] == drift.count
    text = (site.folder / "contract.md").read_text()
    assert "## The models: 0 lines broken" in text
    assert text.count("no column named is_mock") == 7


def test_the_document_tells_every_table(proved: Site) -> None:
    schema.hand_over(proved)
    text = (proved.folder / "SCHEMA_READY.md").read_text()
    for name in proved.project.load_metadata().tables:
        assert f"\n### {name}\n" in text
    assert f"revision `{read_history(proved.staged_migrations).heads[0]}`" in text
    assert "`discovery_flows.learning_scope` = engagement" in text
    assert "no table has a column named is_mock" in text
    assert (
        "**Not seeded**, left to the application at work: user_sessions, user_invitations, sign_in_attempts."
        in text
    )
    assert "`user_sessions`" not in text.partition("**Cycles**")[0]
    assert 'client_accounts ||--o{ engagements : "client_account_id"' in text
    assert "\n\n\n" not in text


def test_the_document_of_an_empty_database_is_refused(proved: Site, empty_database: Target) -> None:
    with pytest.raises(SchemaError, match=r"lacks 21 of 21 tables"):
        schema.schema_markdown(proved.on(empty_database.database))


def test_the_document_names_cycles_and_references_within_a_table(server: Target, tmp_path: Path) -> None:
    with upgraded(example("attached"), server, tmp_path) as site:
        text = schema.schema_markdown(site)
    assert "load rows without these references first, then set them: owners.fk_owners_favourite_id" in text
    assert "**References within a table** (owners): parents before children" in text
    assert "| shop.colour | 'red', 'green', 'it''s blue' |" in text
