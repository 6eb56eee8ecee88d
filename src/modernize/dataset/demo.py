"""The application's dataset: every table of every tenant as Arrow batches."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from itertools import cycle, islice
from uuid import UUID

import pyarrow as pa

from modernize.dataset import access, assets, definition, discovery, imports, planning, story, tenancy
from modernize.dataset.columns import Tables, record_batch
from modernize.dataset.files import broken_scan
from modernize.dataset.inventory import inventory
from modernize.dataset.tenant import DEMO, Tenant
from reseed.seed import TENANTS_AT_ONCE, Definition, Part

VOLATILE = frozenset({("users", "password_hash")})
_LEFT_OUT = {table: frozenset({column}) for table, column in VOLATILE}
# More than a load or a digest asks for at once, so that each tenant is made once for all its tables.
_REMEMBERED = 2 * TENANTS_AT_ONCE

IMPORT_ROLES = {"cmdb_csv": "cmdb", "cloud_json": "cloud", "manual_excel": "manual"}


@dataclass(frozen=True, slots=True)
class DemoDataset:
    """Demo data of the modernization platform; see `reseed.seed.Dataset`."""

    seed: int
    as_of: datetime

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
        rows = [row for number in tenants for row in tenant_tables(self.seed, self.as_of, number)[table]]
        return record_batch(table, rows, _LEFT_OUT.get(table, frozenset()))

    def volatile_values(self, table: str, column: str, rows: int, password: str) -> pa.Array:
        """Argon2id hashes of the demo password: one salt for each user of a tenant, shared between tenants."""
        if (table, column) not in VOLATILE:
            raise ValueError(f"{table}.{column} is not volatile")
        return pa.array(islice(cycle(_hashes(password, len(story.members()))), rows), pa.string())

    def tenant_id(self, tenant: int) -> UUID:
        """The client account of a tenant."""
        return self._tenant(tenant).account_id

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
        tables = tenant_tables(self.seed, self.as_of, DEMO)
        sizes = {row["file_name"]: row["file_size"] for row in tables["data_imports"]}
        failures = [row["error_details"] for row in tables["discovery_flows"] if row["error_details"]]
        return sizes | {details["file"]: details["file_size"] for details in failures}

    def _tenant(self, number: int) -> Tenant:
        return Tenant(self.seed, self.as_of, number)


def demo_dataset(seed: int, as_of: datetime) -> DemoDataset:
    """The dataset for a seed and a frozen clock.

    Args:
        as_of: with a time zone; all timestamps are offsets from it.
    """
    return DemoDataset(seed, as_of.astimezone(UTC))


@lru_cache(maxsize=1)
def _hashes(password: str, users: int) -> tuple[str, ...]:
    """Salted hashes of one password. Remembered, because argon2 is slow on purpose and loads come in slices."""
    # Imported here because only a load needs it.
    from argon2 import PasswordHasher

    hasher = PasswordHasher()
    return tuple(hasher.hash(password) for _ in range(users))


@lru_cache(maxsize=_REMEMBERED)
def tenant_tables(seed: int, as_of: datetime, number: int) -> Tables:
    """Every table of one tenant. Remembered, because tables are asked for one by one."""
    tenant = Tenant(seed, as_of, number)
    items = inventory(tenant)
    known = imports.imports(tenant, items)
    return ChainMap(
        dict(tenancy.tables(tenant)),
        dict(access.tables(tenant)),
        dict(discovery.tables(tenant, items, known)),
        dict(imports.tables(tenant, known)),
        dict(assets.tables(tenant, items, known)),
        dict(planning.tables(tenant, items)),
    )
