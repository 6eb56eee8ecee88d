"""What the models' references say, and which of their columns identify a row."""

from __future__ import annotations

import sqlalchemy as sa

from modernize.models import metadata
from reseed.validate.references import foreign_keys, references, soft_references, tenant_tables


def test_every_foreign_key_of_the_models_is_followed() -> None:
    declared = {str(key.name) for table in metadata.tables.values() for key in table.foreign_key_constraints}
    assert {reference.name for reference in foreign_keys(metadata.sorted_tables)} == declared


def test_columns_named_alike_say_where_and_the_rest_says_which() -> None:
    found = {reference.name: reference for reference in foreign_keys(metadata.sorted_tables)}
    flow = found["fk_assets_discovery_flow_id"]
    assert flow.identifying == (("discovery_flow_id", "id"),)
    assert str(flow) == (
        "assets(client_account_id, engagement_id, discovery_flow_id) -> "
        "discovery_flows(client_account_id, engagement_id, id)"
    )
    # Named alike throughout: then all of them identify.
    phase = found["fk_crew_states_discovery_flow_id_phase"]
    assert phase.identifying == phase.pairs


def test_soft_references_keep_the_tenant_and_know_arrays() -> None:
    (insight,) = soft_references(metadata)
    assert insight.pairs == (("client_account_id", "client_account_id"), ("asset_ids", "id"))
    assert (insight.many, insight.hard) == ("asset_ids", False)
    assert references(metadata)[-1] == insight


def test_a_soft_reference_of_one_value() -> None:
    shop = sa.MetaData()
    sa.Table("orders", shop, sa.Column("id", sa.Integer, primary_key=True))
    sa.Table(
        "notes",
        shop,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("order_id", sa.Integer),
        info={"soft_references": {"order_id": "orders"}},
    )
    (note,) = soft_references(shop)
    assert (note.pairs, note.many, note.key) == ((("order_id", "id"),), "", ("id",))


def test_tenant_tables_are_those_with_the_tenant_column_and_the_tenants_themselves() -> None:
    found = tenant_tables(metadata, "client_account_id", "client_accounts")
    assert set(metadata.tables) - set(found) == {"users", "sign_in_attempts"}
    assert found["client_accounts"] == "id"
    assert found["assets"] == "client_account_id"
