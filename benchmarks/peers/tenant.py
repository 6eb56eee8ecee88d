"""How many rows a tenant has in the tables that the peers fill: the full dataset's own numbers, nine tables of it.

Left out are the planning tables and the flows' details: more of the same for whoever writes row by row.
"""

from __future__ import annotations

from collections.abc import Mapping

ROWS: Mapping[str, int] = {
    "client_accounts": 1,
    "users": 4,
    "user_account_associations": 4,
    "engagements": 1,
    "discovery_flows": 1,
    "data_imports": 3,
    "raw_import_records": 153,
    "assets": 63,
    "asset_dependencies": 81,
}
RECORDS_OF_AN_IMPORT = ROWS["raw_import_records"] // ROWS["data_imports"]
TOTAL = sum(ROWS.values())

HASH = "$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHQ$RdescudvJCsgt3ub+b3dWRWJTmaaZzCXXrk+Rrc0ggo"
"""One for all users: hashing a password takes 50 ms on purpose, and no peer is measured by that."""


def edges(assets: int = ROWS["assets"], wanted: int = ROWS["asset_dependencies"]) -> list[tuple[int, int]]:
    """Pairs of different assets by number, no pair twice."""
    near = [(number, (number + 1) % assets) for number in range(assets)]
    far = [(number, (number + 7) % assets) for number in range(assets)]
    return (near + far)[:wanted]
