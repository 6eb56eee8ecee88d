"""The inventory is believable: addresses, versions, sizes, costs."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from ipaddress import IPv4Address

import numpy as np
from tests.unit.modernize.demo_rows import AS_OF, by_id, edges, rows

# Last days of standard support as the vendors publish them; versions that do not exist are not in here.
SUPPORT_ENDS = {
    ("Red Hat Enterprise Linux", "6.10"): date(2020, 11, 30),
    ("Red Hat Enterprise Linux", "7.9"): date(2024, 6, 30),
    ("Red Hat Enterprise Linux", "8.10"): date(2029, 5, 31),
    ("Red Hat Enterprise Linux", "9.4"): date(2032, 5, 31),
    ("Oracle Linux Server", "8.10"): date(2029, 7, 31),
    ("Ubuntu", "20.04"): date(2025, 5, 31),
    ("Debian GNU/Linux", "11"): date(2024, 8, 14),
    ("Windows Server", "2012 R2"): date(2023, 10, 10),
    ("Windows Server", "2016"): date(2027, 1, 12),
    ("Windows Server", "2019"): date(2029, 1, 9),
    ("Windows Server", "2022"): date(2031, 10, 14),
    ("BIG-IP", "16.1.6"): date(2025, 7, 31),
    ("BIG-IP", "17.1.3"): date(2027, 3, 31),
    ("FortiOS", "7.0.17"): date(2025, 9, 30),
    ("FortiOS", "7.2.11"): date(2026, 9, 30),
    ("oracle", "11.2.0.4"): date(2015, 1, 31),
    ("oracle", "12.2.0.1"): date(2022, 3, 31),
    ("oracle", "19.25"): date(2029, 12, 31),
    ("sql_server", "2014 SP3"): date(2024, 7, 9),
    ("sql_server", "2016 SP3"): date(2026, 7, 14),
    ("sql_server", "2017"): date(2027, 10, 12),
    ("sql_server", "2019"): date(2030, 1, 8),
    ("postgresql", "13.18"): date(2025, 11, 13),
    ("postgresql", "14.15"): date(2026, 11, 12),
    ("postgresql", "15.10"): date(2027, 11, 11),
}
# First days on which one could install them.
RELEASED = {
    "6.10": date(2010, 11, 10),
    "7.9": date(2014, 6, 9),
    "8.10": date(2019, 5, 7),
    "9.4": date(2022, 5, 17),
    "20.04": date(2020, 4, 23),
    "11": date(2021, 8, 14),
    "2012 R2": date(2013, 11, 25),
    "2016": date(2016, 10, 15),
    "2019": date(2018, 11, 13),
    "2022": date(2021, 8, 18),
}


def test_addresses_are_private_and_no_two_machines_share_one(tenant: int) -> None:
    own = [row["ip_address"] for row in rows("assets", tenant) if row["ip_address"]]
    surveyed = [
        row["cleansed_data"]["ip_address"]
        for row in rows("raw_import_records", tenant)
        if row["is_valid"] and "Site" in row["raw_data"]
    ]
    together = own + surveyed
    assert len(set(together)) == len(together)
    assert all(IPv4Address(address).is_private for address in together)
    assert len(own) == len(
        [row for row in rows("assets", tenant) if row["asset_type"] in ("server", "network_device")]
    )


def test_names_hosts_and_serial_numbers_are_one_of_a_kind(tenant: int) -> None:
    machines = [row for row in rows("assets", tenant) if row["serial_number"]]
    for column in ("name", "hostname", "fqdn", "serial_number"):
        values = [row[column] for row in machines]
        assert len(set(values)) == len(values)
    places = [row["rack"] for row in machines if row["rack"]]
    assert len(set(places)) == len(places)
    assert {row["hosting_type"] for row in machines if row["rack"]} == {"physical"}


def test_versions_exist_and_their_support_ends_on_the_true_day(tenant: int) -> None:
    for row in rows("assets", tenant):
        if row["os_name"]:
            assert row["os_end_of_life"] == SUPPORT_ENDS[row["os_name"], row["os_version"]]
        if row["database_engine"]:
            told = date.fromisoformat(row["attributes"]["support_ends"])
            assert told == SUPPORT_ENDS[row["database_engine"], row["database_version"]]


def test_nothing_was_installed_before_it_was_released_or_after_today(tenant: int) -> None:
    for row in rows("assets", tenant):
        assert row["installed_on"] < AS_OF.date()
        if row["asset_type"] == "server":
            assert row["installed_on"] >= RELEASED[row["os_version"]], row["name"]


def test_a_database_is_not_older_than_its_server_and_fits_on_its_disk(tenant: int) -> None:
    assets = by_id(tenant)
    for edge in edges(tenant, "hosted_on"):
        database, server = assets[edge["source_asset_id"]], assets[edge["target_asset_id"]]
        assert database["installed_on"] >= server["installed_on"]
        assert database["storage_gb"] < server["storage_gb"]
        assert database["hostname"] == server["hostname"]
        windows = server["os_family"] == "windows"
        assert windows == (database["database_engine"] == "sql_server")


def test_sizes_fit_the_role(tenant: int) -> None:
    for row in rows("assets", tenant):
        if row["asset_type"] == "server":
            assert 2 <= row["cpu_cores"] <= 64
            assert 1 <= row["memory_gb"] / row["cpu_cores"] <= 16
            assert row["storage_gb"] >= 40
    tiers: dict[str, list[int]] = {}
    for row in rows("assets", tenant):
        if row["asset_type"] == "server":
            tiers.setdefault(row["application_tier"], []).append(int(row["memory_gb"]))
    assert np.mean(tiers["data"]) > np.mean(tiers["application"]) > np.mean(tiers["presentation"])


def test_costs_follow_the_strategy(tenant: int) -> None:
    for row in rows("assets", tenant):
        now, later = row["monthly_cost"], row["cloud_monthly_cost"]
        assert now > 0
        match row["six_r_strategy"]:
            case "retire":
                assert later == 0
            case "retain":
                assert later == now
            case "repurchase":
                assert now < later < now * Decimal("1.2")
            case _:
                assert 0 < later < now
    total, after = (
        sum(row[name] for row in rows("assets", tenant)) for name in ("monthly_cost", "cloud_monthly_cost")
    )
    # What the engagement promises: at least a fifth less.
    assert after < total * Decimal("0.8")
