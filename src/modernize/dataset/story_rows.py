"""All rows of one tenant, told table by table from its inventory: what every other form of the dataset is made from."""

from __future__ import annotations

from modernize.dataset import access, assets, discovery, imports, planning, tenancy
from modernize.dataset.columns import Tables
from modernize.dataset.imports import Import
from modernize.dataset.inventory import inventory
from modernize.dataset.tenant import Tenant


def tell(tenant: Tenant) -> tuple[Tables, dict[str, Import]]:
    """Table -> rows, and the imports by source."""
    items = inventory(tenant)
    known = imports.imports(tenant, items)
    tables = {
        **tenancy.tables(tenant),
        **access.tables(tenant),
        **discovery.tables(tenant, items, known),
        **imports.tables(tenant, known),
        **assets.tables(tenant, items, known),
        **planning.tables(tenant, items),
    }
    return tables, dict(known)
