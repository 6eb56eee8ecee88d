"""Task 1.5: the migration applied, and the proof that it makes exactly what the models say.

Comparing models with themselves proves nothing, so two databases are built on separate ways, by the squashed revision
and by `create_all`, and everything their catalogs say is compared. Alembic's own comparison must find nothing either.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import sqlalchemy as sa
from alembic.autogenerate import produce_migrations, render_python_code
from alembic.migration import MigrationContext
from alembic.operations import ops

from reseed import database
from reseed.check import Check
from reseed.database import Target
from reseed.errors import SchemaError
from reseed.records import Finding, Outcome
from reseed.schema.facts import Difference, Facts, compare, read_facts
from reseed.schema.faults import seen_by_alembic, seen_in_the_catalog
from reseed.schema.scripts import downgrade_to, read_history, stands_at, upgrade_to
from reseed.schema.squash import file_name, squash_text
from reseed.site import Site

_TEXT_LENGTH = 300


def upgrade(site: Site) -> Outcome:
    """Bring the database to the head of the staged migrations; nothing is done where it stands there already.

    Raises:
        SchemaError: nothing is staged, or a revision fails.
    """
    if not (site.staged_migrations / "versions").is_dir():
        raise SchemaError(f"{site.staged_migrations} holds no revision to apply.", "Squash first: task 1.4.")
    database.ensure_app_role(site.target, site.project.app_role)
    upgrade_to(site.staged_migrations, site.target.on(site.database), "head", site.project.load_metadata())
    with site.connect() as connection:
        facts = read_facts(connection)
    tables = len(facts.of("table"))
    return Outcome(
        summary=f"{tables} tables, {len(facts)} facts in {site.database}",
        facts={"tables": tables, "facts": len(facts), "schema_fingerprint": facts.fingerprint},
    )


def facts_of_models(site: Site) -> Facts:
    """The facts of a database that `create_all` makes from the models, beside the one under work.

    It is made once in a process: models are imported once, so another one would be the same.
    """
    metadata = site.project.load_metadata()
    return site.lasting(("facts of the models", metadata), lambda: _facts_of_created(site, metadata))


def _facts_of_created(site: Site, metadata: sa.MetaData) -> Facts:
    with database.scratch(site.target, f"{site.public}__models") as made:
        engine = database.engine(made)
        try:
            metadata.create_all(engine)
        except sa.exc.DBAPIError as error:
            raise SchemaError(
                f"create_all of the models failed on {made.masked}: {str(error.orig).splitlines()[0]}."
            ) from error
        finally:
            engine.dispose()
        with database.connect(made) as connection:
            return read_facts(connection)


def rows_of(differences: Iterable[Difference], **more: object) -> tuple[dict[str, object], ...]:
    """Differences as the offending rows of a finding, long definitions cut."""
    return tuple(
        {
            **more,
            "object": str(difference.key),
            "change": difference.change,
            "expected": difference.expected[:_TEXT_LENGTH],
            "found": difference.found[:_TEXT_LENGTH],
        }
        for difference in differences
    )


def _is_squashed(site: Site) -> Finding:
    text = squash_text(site.project.load_metadata(), site.project.revision)
    expected = file_name(text, site.project.revision)
    found = {path.name: path for path in sorted((site.staged_migrations / "versions").glob("*.py"))}
    same = expected in found and found[expected].read_text(encoding="utf-8") == text
    compile(text, expected, "exec")
    return SINGLE_REVISION.answer([expected], list(found), measured=1, passed=same and len(found) == 1)


def _is_one_revision(site: Site) -> Finding:
    history = read_history(_location(site))
    with site.engine().connect() as connection:
        database_at = stands_at(connection)
    expected = {"revisions": 1, "bases": 1, "heads": 1, "database at": list(history.heads)}
    actual = {
        "revisions": len(history.revisions),
        "bases": len(history.bases),
        "heads": len(history.heads),
        "database at": list(database_at),
    }
    return ONE_REVISION.answer(expected, actual, measured=len(history.revisions))


def _sees_no_difference(site: Site) -> Finding:
    metadata = site.project.load_metadata()
    needed = _needed(site, metadata)
    measured = sum(
        1 + len(table.columns) + len(table.constraints) + len(table.indexes)
        for table in metadata.tables.values()
    )
    rows: tuple[dict[str, object], ...] = tuple({"to be done": text} for text in _operations(needed))
    return COMPARE_METADATA.answer(0, len(rows), measured=measured, rows=rows)


def _needed(site: Site, metadata: sa.MetaData) -> ops.UpgradeOps | None:
    """What autogenerate would do to the database."""
    options = {
        "compare_type": True,
        "compare_server_default": True,
        "include_schemas": any(table.schema for table in metadata.tables.values()),
    }
    try:
        with site.engine().connect() as connection:
            return produce_migrations(
                MigrationContext.configure(connection, opts=options), metadata
            ).upgrade_ops
    except sa.exc.ProgrammingError as error:
        raise SchemaError(
            f"Alembic cannot compare the models with {site.database}: {str(error.orig).splitlines()[0]}.",
            "It writes a default into SQL as it is; one that holds a quote must be declared as sqlalchemy.text.",
        ) from error


def _operations(container: ops.OpContainer | None) -> Iterator[str]:
    """The operations that autogenerate would write down, a line each."""
    for operation in container.ops if container is not None else ():
        if isinstance(operation, ops.OpContainer):
            yield from _operations(operation)
        else:
            lines = render_python_code(ops.UpgradeOps([operation])).splitlines()
            yield " ".join(line.strip() for line in lines if not line.lstrip().startswith("#"))[:_TEXT_LENGTH]


def _are_facts_equal(site: Site) -> Finding:
    with site.connect() as connection:
        found = read_facts(connection)
    differences = compare(facts_of_models(site), found)
    return FACTS_EQUAL.answer(0, len(differences), measured=len(found), rows=rows_of(differences))


def _goes_down_and_up(site: Site) -> Finding:
    """Up, down and up again in a scratch database: down leaves nothing, and both ways up make the same."""
    scripts = _digest_of(_location(site))
    measured = site.beforehand(
        ROUND_TRIP.name, lambda: {"scripts": scripts, "finding": _round_trip(site).as_json()}
    )
    return Finding.from_json(measured["finding"]) if measured["scripts"] == scripts else _round_trip(site)


def _digest_of(folder: Path) -> str:
    """Over every file of a script location."""
    digest = hashlib.sha256()
    for file in sorted(each for each in folder.rglob("*") if each.is_file() and each.suffix != ".pyc"):
        digest.update(f"{file.relative_to(folder)}\0{file.stat().st_size}\0".encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _round_trip(site: Site) -> Finding:
    folder, metadata = _location(site), site.project.load_metadata()
    with database.scratch(site.target, f"{site.public}__round_trip") as target:
        empty = _facts_in(target)
        upgrade_to(folder, target, "head", metadata)
        first = _facts_in(target)
        downgrade_to(folder, target, "base", metadata)
        left = compare(empty, _facts_in(target))
        upgrade_to(folder, target, "head", metadata)
        changed = compare(first, _facts_in(target))
    rows = rows_of(left, after="downgrade to base") + rows_of(changed, after="second upgrade")
    return ROUND_TRIP.answer(
        {"left by downgrade": 0, "changed by second upgrade": 0},
        {"left by downgrade": len(left), "changed by second upgrade": len(changed)},
        measured=len(first) - len(empty),
        rows=rows,
    )


def _facts_in(target: Target) -> Facts:
    with database.connect(target) as connection:
        return read_facts(connection)


def _location(site: Site) -> Path:
    """The migrations this run is about: the staged ones until they are published."""
    staged = site.staged_migrations
    return staged if (staged / "versions").is_dir() else site.migrations


SINGLE_REVISION = Check(
    name="squash.single_revision",
    question="Do the staged migrations hold one revision, and is it what the models give?",
    measure=_is_squashed,
    scope="run",
)

ONE_REVISION = Check(
    name="schema.one_revision",
    question="Is there one revision with one base and one head, and does the database stand at it?",
    measure=_is_one_revision,
    scope="run",
)

COMPARE_METADATA = Check(
    name="schema.compare_metadata",
    question="Does Alembic's autogenerate find nothing to change between the models and the database?",
    measure=_sees_no_difference,
)

FACTS_EQUAL = Check(
    name="schema.facts_equal",
    question="Does the catalog say the same about this database as about one that create_all makes from the models?",
    measure=_are_facts_equal,
)

ROUND_TRIP = Check(
    name="schema.round_trip",
    question="Does downgrade leave an empty database, and upgrade make the same schema again?",
    measure=_goes_down_and_up,
    scope="run",
)


def checks(metadata: sa.MetaData) -> tuple[Check, ...]:
    """The checks of the migration and of what it makes, with faults picked from the models."""
    return (
        SINGLE_REVISION,
        ONE_REVISION,
        replace(COMPARE_METADATA, faults=tuple(seen_by_alembic(metadata))),
        replace(FACTS_EQUAL, faults=tuple(seen_in_the_catalog(metadata))),
        ROUND_TRIP,
    )
