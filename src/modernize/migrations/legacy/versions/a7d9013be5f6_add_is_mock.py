"""add is_mock

Revision ID: a7d9013be5f6
Revises: 8c42d6ef1a90
Create Date: 2024-05-27 18:55:20.003481
"""
from alembic import op
import sqlalchemy as sa

revision = 'a7d9013be5f6'
down_revision = '8c42d6ef1a90'
branch_labels = None
depends_on = None

TABLES = ['client_accounts', 'engagements', 'users', 'data_imports', 'assets']


def upgrade():
    for table in TABLES:
        op.add_column(table, sa.Column('is_mock', sa.Boolean(), server_default=sa.text('false'), nullable=False))
    op.create_index('ix_assets_is_mock', 'assets', ['is_mock'])


def downgrade():
    op.drop_index('ix_assets_is_mock', table_name='assets')
    for table in TABLES:
        op.drop_column(table, 'is_mock')
