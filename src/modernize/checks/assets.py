"""The inventory: addresses, completeness, the way back to the row of a file."""

from __future__ import annotations

from pathlib import Path

from reseed.validate import none_of, read_queries, row_fault

_SQL = read_queries(Path(__file__).with_suffix(".sql"))

_ASSETS = "SELECT 1 FROM assets"
_ADDRESSED = "SELECT 1 FROM assets WHERE ip_address IS NOT NULL"

CHECKS = (
    none_of(
        "assets.private_addresses",
        _SQL["private_addresses"],
        _ADDRESSED,
        (
            row_fault(
                "give a firewall a public address",
                "UPDATE assets SET ip_address = '203.0.113.7' WHERE network_role = 'firewall'",
            ),
        ),
    ),
    none_of(
        "assets.addresses_clash",
        _SQL["addresses_clash"],
        _ADDRESSED,
        (
            row_fault(
                "give two servers one address",
                "UPDATE assets SET ip_address = '10.20.99.99' WHERE asset_type = 'server' AND os_family = 'windows'",
            ),
        ),
    ),
    none_of(
        "assets.found_by_flow",
        _SQL["found_by_flow"],
        _ASSETS,
        (
            row_fault(
                "let another flow have found an asset",
                "UPDATE assets a SET discovery_flow_id = (SELECT f.id FROM discovery_flows f"
                " WHERE f.client_account_id = a.client_account_id AND f.current_phase = 'asset_inventory')"
                " WHERE network_role = 'firewall'",
            ),
            row_fault(
                "assign assets to no flow",
                "UPDATE assets SET discovery_flow_id = NULL WHERE asset_type = 'network_device'",
            ),
        ),
    ),
    none_of(
        "assets.from_accepted_rows",
        _SQL["from_accepted_rows"],
        _ASSETS,
        (
            row_fault(
                "trace an asset to a refused row",
                "UPDATE assets a SET raw_import_record_id = (SELECT r.id FROM raw_import_records r"
                " WHERE r.client_account_id = a.client_account_id AND NOT r.is_valid LIMIT 1)"
                " WHERE asset_type = 'application' AND six_r_strategy = 'retire'",
            ),
            row_fault(
                "forget where applications come from",
                "UPDATE assets SET raw_import_record_id = NULL WHERE asset_type = 'application'",
            ),
        ),
    ),
    none_of(
        "assets.values_of_their_rows",
        _SQL["values_of_their_rows"],
        _ASSETS,
        (
            row_fault(
                "give a server more memory than its row says",
                "UPDATE assets SET memory_gb = memory_gb + 1 WHERE asset_type = 'server'",
            ),
            row_fault(
                "rename an application",
                "UPDATE assets SET name = name || ' (new)' WHERE asset_type = 'application'",
            ),
        ),
    ),
    none_of(
        "assets.complete",
        _SQL["complete"],
        _ASSETS,
        (
            row_fault(
                "leave servers without an owner",
                "UPDATE assets SET technical_owner = NULL WHERE asset_type = 'server'",
            ),
            row_fault(
                "forget the version of a database",
                "UPDATE assets SET database_version = NULL WHERE database_engine = 'oracle'",
            ),
        ),
    ),
    none_of(
        "assets.costs",
        _SQL["costs"],
        _ASSETS,
        (
            row_fault(
                "let a retired asset cost something in the cloud",
                "UPDATE assets SET cloud_monthly_cost = 10 WHERE six_r_strategy = 'retire'",
            ),
        ),
    ),
)
