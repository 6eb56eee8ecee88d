"""Task 1.4: one clean revision, written from the models.

The text is a function of the models alone: the same models give the same bytes, and the revision's id is a digest of
them. It is written into a staged script location in the run folder; the project's own migrations stay as they are.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import CreateDomainType, CreateEnumType, DropEnumType
from sqlalchemy.schema import AddConstraint, CreateIndex, CreateTable

from reseed.errors import SchemaError
from reseed.project import Project
from reseed.records import Outcome
from reseed.schema.recording import Block, Recording, record
from reseed.schema.rendering import Renderer
from reseed.schema.scripts import place, require_migrations
from reseed.schema.templates import template
from reseed.site import Site

ID_DIGITS = 12
SCRIPT_FILES = ("env.py", "script.py.mako")
_MARK = "Change the models and squash again; a change made here is lost."


@dataclass(frozen=True)
class _Function:
    """One function of the revision: what makes a table, or what comes before and after all tables."""

    name: str
    section: str
    lines: tuple[str, ...]


def squash_text(metadata: sa.MetaData, message: str) -> str:
    """The revision's text: a Python module with `upgrade` and `downgrade`.

    Raises:
        SchemaError: the models do something that cannot be written down.
    """
    recording = record(metadata)
    renderer = Renderer(metadata, recording)
    functions = tuple(_functions(recording, renderer))
    downgrade = tuple(_lines(recording.drop, renderer))
    text = template("revision.py.jinja").render(
        message=message,
        mark=_MARK,
        revision="{{ revision }}",
        summary=_summary(recording),
        imports=sorted(renderer.imports),
        declarations=renderer.declarations,
        enums=renderer.enums,
        order=[function.name for function in functions],
        downgrade=downgrade,
        sections=_sections(functions),
        needs_postgresql=_mentions_postgresql(renderer, functions),
    )
    digest = hashlib.sha256(text.encode()).hexdigest()[:ID_DIGITS]
    return text.replace("{{ revision }}", digest)


def revision_id(text: str) -> str:
    """The id a revision's text carries."""
    found = re.search(r'^revision: str = "([0-9a-f]+)"$', text, flags=re.MULTILINE)
    if found is None:
        raise SchemaError("The text is no squashed revision: it has no line `revision: str = …`.")
    return found[1]


def file_name(text: str, message: str) -> str:
    """The name of a revision's file, as Alembic would choose it: `<id>_<message>.py`."""
    slug = "_".join(re.findall(r"\w+", message)).lower()
    return f"{revision_id(text)}_{slug}.py"


def squash(site: Site) -> Outcome:
    """Write the staged script location with the one revision in it; running it again writes the same."""
    path = stage_revision(site.project, site.migrations, site.staged_migrations)
    text = path.read_text(encoding="utf-8")
    written = (path, *sorted(file for file in site.staged_migrations.iterdir() if file.is_file()))
    return Outcome(
        summary=f"revision {revision_id(text)} ({site.project.revision}), {len(text.splitlines())} lines",
        artifacts=tuple(str(file.relative_to(site.folder)) for file in written),
        facts={"revision": revision_id(text), "sha256": hashlib.sha256(text.encode()).hexdigest()},
    )


def stage_revision(project: Project, migrations: Path, folder: Path) -> Path:
    """Make a script location in `folder`: env.py and template of `migrations`, and the one revision; its file.

    An earlier squashed revision in `folder` is replaced; `folder` may be `migrations` itself when it holds no other.

    Raises:
        SchemaError: `migrations` is no script location, `folder` holds revisions that were not squashed, or the models
            cannot be written down.
    """
    text = squash_text(project.load_metadata(), project.revision)
    require_migrations(migrations)
    versions = folder / "versions"
    earlier = sorted(versions.glob("*.py"))
    for revision in earlier:
        if _MARK not in revision.read_text(encoding="utf-8"):
            raise SchemaError(
                f"{revision} was not written by a squash; it would be lost.",
                "Name another folder with --into.",
            )
    like = migrations / "env.py"
    for name in SCRIPT_FILES:
        if (migrations / name).is_file() and folder.resolve() != migrations.resolve():
            place(folder / name, (migrations / name).read_bytes(), like=like)
    path = versions / file_name(text, project.revision)
    place(path, text.encode(), like=like)
    for revision in earlier:
        if revision != path:
            revision.unlink()
    return path


def _functions(recording: Recording, renderer: Renderer) -> Iterator[_Function]:
    for number, block in enumerate(recording.create):
        section = str(block.table.info.get("area", "")) if block.table is not None else ""
        name = renderer.name(_function_name(block, is_first=number == 0))
        yield _Function(name, section, tuple(_lines(block.statements, renderer)))


def _function_name(block: Block, *, is_first: bool) -> str:
    if block.table is not None:
        return f"create_{block.table.fullname}"
    kinds = {type(statement) for statement in block.statements}
    if is_first:
        return "create_types" if kinds <= {CreateEnumType, CreateDomainType} else "prepare"
    return "add_foreign_keys" if kinds <= {AddConstraint} else "complete"


def _lines(statements: Iterable[sa.ClauseElement], renderer: Renderer) -> Iterator[str]:
    """Lines of a function body, enum types in one loop where the first of them stands."""
    looped: set[type] = set()
    for statement in statements:
        kind = type(statement)
        if kind in (CreateEnumType, DropEnumType):
            if kind not in looped:
                yield f"for type_ in {'ENUMS' if kind is CreateEnumType else 'reversed(ENUMS)'}:"
                yield f"    op.execute(postgresql.{kind.__name__}(type_))"
            looped.add(kind)
        else:
            yield renderer.statement(statement)


def _sections(functions: Iterable[_Function]) -> list[dict[str, object]]:
    """Functions by area, the areas in the order in which they first occur."""
    order = {
        section: position for position, section in reversed(list(enumerate(f.section for f in functions)))
    }
    by_section = sorted(functions, key=lambda function: order[function.section])
    return [
        {"title": title, "functions": list(group)}
        for title, group in groupby(by_section, lambda item: item.section)
    ]


def _summary(recording: Recording) -> str:
    kinds = [type(statement) for statement in recording.statements()]
    known = {CreateEnumType: "enum types", CreateTable: "tables", CreateIndex: "indexes"}
    counts = [f"{name}: {kinds.count(kind)}" for kind, name in known.items() if kinds.count(kind)]
    others = sum(kind not in (*known, AddConstraint, CreateDomainType) for kind in kinds)
    if others:
        counts.append(f"further statements: {others}")
    return ", ".join(counts)


def _mentions_postgresql(renderer: Renderer, functions: Iterable[_Function]) -> bool:
    texts = [*renderer.declarations.values(), *(line for function in functions for line in function.lines)]
    return any("postgresql." in text for text in texts)
