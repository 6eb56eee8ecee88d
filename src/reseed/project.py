"""`reseed.toml` -> Project: what an application supplies, and where it lies.

A project is found by walking up from the working folder: a `reseed.toml`, or a `pyproject.toml` whose
`[tool.reseed] project` names one. Python objects are named `module:attribute` and loaded when first asked for.
"""

from __future__ import annotations

import importlib
import inspect
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field, StrictInt, ValidationError

from reseed.errors import ProjectError

if TYPE_CHECKING:
    import sqlalchemy as sa


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class RequiredColumn(_Section):
    """One line of the contract: a column that must exist, its SQL type, and its default where one is promised."""

    table: str
    column: str
    type: str
    default: str | None = None


class Contract(_Section):
    """The intended schema: what models and database must have, and what neither may have."""

    required: tuple[RequiredColumn, ...] = ()
    forbidden_columns: tuple[str, ...] = ()


class Hooks(_Section):
    """Shell commands around the reset, run in the project's folder: the plan's "stop services"."""

    before_reset: tuple[str, ...] = ()
    after_reset: tuple[str, ...] = ()


class Guard(_Section):
    """What may be reset, beside what is never reset; a rule that is empty or not given is none.

    Attributes:
        allowed_hosts, allowed_databases: patterns with `*` and `?`, one of which must match.
        maximum_rows: the most rows of all tables together.
        forbidden_tenants: tenants that must not be there: by primary key, or by a column `name` or `slug`.
    """

    allowed_hosts: tuple[str, ...] = ()
    allowed_databases: tuple[str, ...] = ()
    maximum_rows: int | None = Field(default=None, ge=0)
    forbidden_tenants: tuple[str, ...] = ()


class _Names(_Section):
    name: str
    plan: str = "plan.toml"
    pages: str = "pages.toml"
    metadata: str
    dataset: str
    checks: str
    queries: str = "test_queries.sql"
    legacy: str = ""


class _Database(_Section):
    name: str
    app_role: str
    tenant_table: str
    tenant_column: str
    tenant_setting: str


class _Migrations(_Section):
    folder: str = "migrations"
    revision: str = "initial_clean_schema"


class _Dataset(_Section):
    seed: int
    as_of: datetime
    tenants: StrictInt = Field(default=1, ge=1)
    unseeded: tuple[str, ...] = ()


class _File(_Section):
    project: _Names
    database: _Database
    migrations: _Migrations = _Migrations()
    dataset: _Dataset
    contract: Contract = Contract()
    hooks: Hooks = Hooks()
    guard: Guard = Guard()


@dataclass(frozen=True)
class Project:
    """An application as reseed sees it.

    Attributes:
        root: folder of `reseed.toml`; the project's other files are named relative to it.
        home: folder the commands belong to (where the project was found); `.reseed/` lies here.
        database: public name of the database when no URL names one.
        app_role: role the application connects as; it neither owns tables nor bypasses row-level security.
        tenant_table, tenant_column, tenant_setting: the table of tenants, the column that carries the tenant in every
            tenant table, and the setting (`app.…`) that policies compare it with.
        migrations: Alembic's script location. revision: message of the one clean revision.
        seed, as_of: the dataset's seed and its frozen clock (UTC).
        tenants: how many tenants the whole dataset has; tenant 0, the demo tenant, is the same whatever the number.
        dataset_options: further sizes that the dataset's factory takes: `{"assets_per_tenant": 1000}`.
        unseeded: tables that the dataset leaves to the application at work, such as its sessions; whatever rows they
            have, no validation compares them.
    """

    name: str
    root: Path
    home: Path
    plan: Path
    pages: Path
    queries: Path
    database: str
    app_role: str
    tenant_table: str
    tenant_column: str
    tenant_setting: str
    migrations: Path
    revision: str
    seed: int
    as_of: datetime
    unseeded: tuple[str, ...]
    contract: Contract
    hooks: Hooks
    guard: Guard
    references: Mapping[str, str] = field(repr=False)
    tenants: int = 1
    dataset_options: Mapping[str, int] = field(default_factory=dict)

    def load_metadata(self) -> sa.MetaData:
        """The models' `MetaData`."""
        import sqlalchemy as sa

        metadata = self._load("metadata")
        if not isinstance(metadata, sa.MetaData):
            raise ProjectError(
                f"{self.root / 'reseed.toml'}: project.metadata names {self.references['metadata']}, "
                f"expected a sqlalchemy MetaData, found {type(metadata).__name__}."
            )
        return metadata

    def load_dataset(self) -> Any:
        """The dataset: `factory(seed, as_of, **dataset_options)`; its shape is `reseed.seed.Dataset`.

        Raises:
            ProjectError: the factory does not take one of the options, or not that value.
        """
        factory = self._load("dataset")
        unknown = sorted(self.dataset_options.keys() - _keywords(factory, self.dataset_options))
        if unknown:
            raise ProjectError(
                f"{self.root / 'reseed.toml'}: project.dataset names {self.references['dataset']}, "
                f"which takes no {', '.join(unknown)}.",
                f"Leave out --{unknown[0].replace('_', '-')}, or teach the dataset that size.",
            )
        try:
            return factory(self.seed, self.as_of, **self.dataset_options)
        except ValueError as error:
            raise ProjectError(
                f"The dataset of {self.name} cannot be made: {error}.",
                "Give another size, or correct [dataset] in reseed.toml.",
            ) from error

    def load_checks(self) -> Any:
        """The project's own checks: a sequence of `reseed.check.Check`."""
        return self._load("checks")

    def load_legacy(self) -> Any:
        """What makes the messy starting point of a demo: `load(target, migrations: Path) -> None`."""
        return self._load("legacy")

    def _load(self, key: str) -> Any:
        reference = self.references[key]
        where = f"{self.root / 'reseed.toml'}: project.{key}"
        module_name, _, attribute = reference.partition(":")
        if not module_name or not attribute:
            raise ProjectError(f'{where} is "{reference}", expected "module:attribute".')
        # The application's package may lie beside reseed.toml's package and not be installed.
        for folder in (self.root, self.root.parent):
            if str(folder) not in sys.path:
                sys.path.append(str(folder))
        try:
            return getattr(importlib.import_module(module_name), attribute)
        except ModuleNotFoundError as error:
            raise ProjectError(
                f'{where} names "{reference}", but the module {error.name} is not there.',
                "Install it, or correct the name.",
            ) from error
        except AttributeError as error:
            raise ProjectError(
                f'{where} names "{reference}", but {module_name} has no {attribute}.'
            ) from error


def _keywords(factory: Any, wanted: Mapping[str, int]) -> set[str]:
    """Which of the wanted keywords a factory takes."""
    parameters = inspect.signature(factory).parameters
    if any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters.values()):
        return set(wanted)
    return {name for name in wanted if name in parameters}


def find(start: Path) -> Path:
    """The `reseed.toml` that commands given in `start` work on.

    Raises:
        ProjectError: no folder from `start` upwards has one.
    """
    for folder in (start, *start.parents):
        if (folder / "reseed.toml").is_file():
            return folder / "reseed.toml"
        if (folder / "pyproject.toml").is_file():
            pointer = _read(folder / "pyproject.toml").get("tool", {}).get("reseed", {}).get("project")
            if pointer:
                return folder / str(pointer)
    raise ProjectError(
        f"No reseed.toml in {start} or a folder above it.",
        "Change to the project's folder, or name the file with --project.",
    )


def load(file: Path, home: Path | None = None) -> Project:
    """Read and check one `reseed.toml`.

    Args:
        file: the file itself. home: where `.reseed/` lies; the nearest folder above with a `pyproject.toml` that
            names the file, else the file's own folder.

    Raises:
        ProjectError: missing, malformed, unknown or missing keys.
    """
    if not file.is_file():
        raise ProjectError(f"{file} does not exist.", "Name the project's reseed.toml with --project.")
    raw = _read(file)
    try:
        parsed = _File.model_validate(raw)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise ProjectError(
            f"{file}: {place}: {first['msg'].lower()}.", "Correct the line and try again."
        ) from error
    root = file.parent.resolve()
    if parsed.dataset.as_of.tzinfo is None:
        raise ProjectError(
            f"{file}: dataset.as_of has no time zone, expected for example 2026-01-15T09:00:00Z."
        )
    return Project(
        name=parsed.project.name,
        root=root,
        home=(home or _home_of(file.resolve())),
        plan=root / parsed.project.plan,
        pages=root / parsed.project.pages,
        queries=root / parsed.project.queries,
        database=parsed.database.name,
        app_role=parsed.database.app_role,
        tenant_table=parsed.database.tenant_table,
        tenant_column=parsed.database.tenant_column,
        tenant_setting=parsed.database.tenant_setting,
        migrations=root / parsed.migrations.folder,
        revision=parsed.migrations.revision,
        seed=parsed.dataset.seed,
        as_of=parsed.dataset.as_of,
        tenants=parsed.dataset.tenants,
        unseeded=parsed.dataset.unseeded,
        contract=parsed.contract,
        hooks=parsed.hooks,
        guard=parsed.guard,
        references={key: getattr(parsed.project, key) for key in ("metadata", "dataset", "checks", "legacy")},
    )


def _home_of(file: Path) -> Path:
    for folder in file.parents:
        pyproject = folder / "pyproject.toml"
        if pyproject.is_file():
            pointer = _read(pyproject).get("tool", {}).get("reseed", {}).get("project")
            if pointer and (folder / str(pointer)).resolve() == file:
                return folder
    return file.parent


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ProjectError(
            f"{file} is not valid TOML: {error}.", "Correct the line and try again."
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise ProjectError(f"{file} cannot be read: {error}.") from error
