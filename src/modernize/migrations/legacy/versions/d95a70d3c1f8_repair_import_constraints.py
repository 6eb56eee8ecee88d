"""repair import constraints

Bulk imports time out on the constraints. Off for now, back after the customer's go-live.

Revision ID: d95a70d3c1f8
Revises: c41c6b8fa2e7
Create Date: 2024-09-30 23:47:12.229045
"""
from alembic import op

revision = 'd95a70d3c1f8'
down_revision = 'c41c6b8fa2e7'
branch_labels = None
depends_on = None


def upgrade():
    op.drop_constraint('raw_import_records_data_import_id_fkey', 'raw_import_records', type_='foreignkey')
    op.drop_constraint('assets_discovery_flow_id_fkey', 'assets', type_='foreignkey')
    op.drop_constraint('asset_dependencies_target_asset_id_fkey', 'asset_dependencies', type_='foreignkey')


def downgrade():
    op.create_foreign_key('asset_dependencies_target_asset_id_fkey', 'asset_dependencies', 'assets', ['target_asset_id'], ['id'])
    op.create_foreign_key('assets_discovery_flow_id_fkey', 'assets', 'discovery_flows', ['discovery_flow_id'], ['id'])
    op.create_foreign_key('raw_import_records_data_import_id_fkey', 'raw_import_records', 'data_imports', ['data_import_id'], ['id'])
