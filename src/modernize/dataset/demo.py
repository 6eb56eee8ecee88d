"""The application's dataset: every table of every tenant as Arrow batches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from itertools import cycle, islice
from uuid import UUID

import pyarrow as pa

from modernize.dataset import definition, imports, story
from modernize.dataset.cast import Cast, cast
from modernize.dataset.columns import arrow_schema
from modernize.dataset.files import broken_scan
from modernize.dataset.filling import Patterns, batch, with_files
from modernize.dataset.identity import DEMO, variants
from modernize.dataset.inventory import inventory
from modernize.dataset.pattern import Pattern, pattern
from modernize.dataset.story_rows import tell
from modernize.dataset.tenant import (
    MOST_ASSETS,
    MOST_VARIANTS,
    USUAL_ASSETS,
    Tenant,
    account_id,
    variant_count,
)
from reseed.seed import Definition, Part

VOLATILE = frozenset({("users", "password_hash")})
_LEFT_OUT = {table: frozenset({column}) for table, column in VOLATILE}

IMPORT_ROLES = {"cmdb_csv": "cmdb", "cloud_json": "cloud", "manual_excel": "manual"}


@dataclass(frozen=True, slots=True)
class DemoDataset:
    """Demo data of the modernization platform; see `reseed.seed.Dataset`."""

    seed: int
    as_of: datetime
    assets_per_tenant: int | None = None

    @property
    def definition(self) -> Definition:
        return definition.DEFINITION

    @property
    def parts(self) -> tuple[Part, ...]:
        return definition.PARTS

    @property
    def volatile(self) -> frozenset[tuple[str, str]]:
        return VOLATILE

    @property
    def identity(self) -> Mapping[str, UUID]:
        return definition.IDENTITY

    def batch(self, table: str, tenants: range) -> pa.RecordBatch:
        """All rows of a table for some tenants, without its volatile columns."""
        patterns, known = _cast(self.seed, self.as_of, self.assets_per_tenant, tenants)
        rows = batch(patterns, known, table, arrow_schema(table, _LEFT_OUT.get(table, frozenset())))
        return with_files(rows, patterns, known) if table == "data_imports" else rows

    def volatile_values(self, table: str, column: str, rows: int, password: str) -> pa.Array:
        """Argon2id hashes of the demo password: one salt for each user of a tenant, shared between tenants."""
        if (table, column) not in VOLATILE:
            raise ValueError(f"{table}.{column} is not volatile")
        return pa.array(islice(cycle(_hashes(password, len(story.members()))), rows), pa.string())

    def tenant_id(self, tenant: int) -> UUID:
        """The client account of a tenant."""
        return account_id(tenant)

    def seeded_ids(self) -> Mapping[str, Mapping[str, UUID]]:
        """Flows and imports of the demo tenant by role."""
        tenant = self._tenant(DEMO)
        return {
            "flows": {flow.role: tenant.id("discovery_flows", flow.role) for flow in story.flows()},
            "imports": {role: tenant.id("data_imports", source) for role, source in IMPORT_ROLES.items()},
        }

    def files(self) -> Mapping[str, bytes]:
        """The demo tenant's import files, and the one that the failed flow could not read."""
        tenant = self._tenant(DEMO)
        known = imports.imports(tenant, inventory(tenant))
        scan = broken_scan(tenant)
        return {each.file.name: each.file.contents for each in known.values()} | {scan.name: scan.contents}

    def file_sizes(self) -> Mapping[str, int]:
        """File name -> size, as `data_imports` and the failed flow's error details state it."""
        tables, _ = tell(self._tenant(DEMO))
        sizes = {row["file_name"]: row["file_size"] for row in tables["data_imports"]}
        failures = [row["error_details"] for row in tables["discovery_flows"] if row["error_details"]]
        return sizes | {details["file"]: details["file_size"] for details in failures}

    def _tenant(self, number: int) -> Tenant:
        return Tenant(self.seed, self.as_of, number, self.assets_per_tenant)


def demo_dataset(seed: int, as_of: datetime, assets_per_tenant: int | None = None) -> DemoDataset:
    """The dataset for a seed and a frozen clock.

    Args:
        as_of: with a time zone; all timestamps are offsets from it.
        assets_per_tenant: how many each tenant but the demo tenant has; as many as the story says when not given.

    Raises:
        ValueError: fewer assets than the story tells of, or more than a tenant has addresses for.
    """
    if assets_per_tenant is not None and not USUAL_ASSETS <= assets_per_tenant <= MOST_ASSETS:
        raise ValueError(
            f"assets_per_tenant is {assets_per_tenant}, expected {USUAL_ASSETS} to {MOST_ASSETS}"
        )
    return DemoDataset(seed, as_of.astimezone(UTC), assets_per_tenant)


@lru_cache(maxsize=1)
def _hashes(password: str, users: int) -> tuple[str, ...]:
    """Salted hashes of one password. Remembered, because argon2 is slow on purpose and loads come in slices."""
    # Imported here because only a load needs it.
    from argon2 import PasswordHasher

    hasher = PasswordHasher()
    return tuple(hasher.hash(password) for _ in range(users))


@lru_cache(maxsize=2)
def _cast(seed: int, as_of: datetime, assets: int | None, tenants: range) -> tuple[Patterns, Cast]:
    """Remembered, because tables are asked for one by one."""
    count = variant_count(assets)
    lives = variants(seed, tenants, count)
    # A long range may have all of them; asking for all keeps it at one set of patterns for every such range.
    some = {*lives} or {DEMO} if len(tenants) < count else {*range(1, count + 1), *lives}
    patterns = _patterns(seed, as_of, assets, tuple(sorted(some)))
    return patterns, cast(seed, tenants, lives, patterns.each)


@lru_cache(maxsize=4)
def _patterns(seed: int, as_of: datetime, assets: int | None, variants: tuple[int, ...]) -> Patterns:
    return Patterns(tuple(_pattern(seed, as_of, assets, variant) for variant in variants))


@lru_cache(maxsize=2 * MOST_VARIANTS)
def _pattern(seed: int, as_of: datetime, assets: int | None, variant: int) -> Pattern:
    return pattern(seed, as_of, variant, assets, _LEFT_OUT)
