"""assets

Revision ID: 8c42d6ef1a90
Revises: 5b1e07a94cd3
Create Date: 2024-04-19 09:12:33.540017
"""
from alembic import op
import sqlalchemy as sa

revision = '8c42d6ef1a90'
down_revision = '5b1e07a94cd3'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('assets',
    sa.Column('id', sa.UUID(), nullable=False),
    sa.Column('client_account_id', sa.UUID(), nullable=False),
    sa.Column('engagement_id', sa.UUID(), nullable=False),
    sa.Column('discovery_flow_id', sa.UUID(), nullable=True),
    sa.Column('name', sa.String(length=255), nullable=False),
    sa.Column('asset_type', sa.Enum('application', 'server', 'database', name='asset_type'), nullable=False),
    sa.Column('hostname', sa.String(length=255), nullable=True),
    sa.Column('ip_address', sa.String(length=15), nullable=True),
    sa.Column('operating_system', sa.String(length=100), nullable=True),
    sa.Column('cpu_cores', sa.Integer(), nullable=True),
    sa.Column('memory_gb', sa.Float(), nullable=True),
    sa.Column('environment', sa.String(length=50), nullable=True),
    sa.Column('created_at', sa.DateTime(), nullable=True),
    sa.ForeignKeyConstraint(['engagement_id'], ['engagements.id']),
    sa.ForeignKeyConstraint(['discovery_flow_id'], ['discovery_flows.id'], name='assets_discovery_flow_id_fkey'),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_table('asset_dependencies',
    sa.Column('id', sa.UUID(), nullable=False),
    sa.Column('client_account_id', sa.UUID(), nullable=False),
    sa.Column('engagement_id', sa.UUID(), nullable=False),
    sa.Column('source_asset_id', sa.UUID(), nullable=False),
    sa.Column('target_asset_id', sa.UUID(), nullable=False),
    sa.Column('dependency_type', sa.String(length=50), nullable=True),
    sa.ForeignKeyConstraint(['source_asset_id'], ['assets.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['target_asset_id'], ['assets.id'], name='asset_dependencies_target_asset_id_fkey'),
    sa.PrimaryKeyConstraint('id')
    )


def downgrade():
    op.drop_table('asset_dependencies')
    op.drop_table('assets')
    op.execute('DROP TYPE asset_type')
