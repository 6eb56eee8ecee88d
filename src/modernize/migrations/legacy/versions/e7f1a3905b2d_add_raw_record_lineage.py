"""add raw record lineage

Revision ID: e7f1a3905b2d
Revises: e06b2e4d8c93
Create Date: 2024-12-03 17:28:54.981230
"""
from alembic import op
import sqlalchemy as sa

revision = 'e7f1a3905b2d'
down_revision = 'e06b2e4d8c93'
branch_labels = None
depends_on = None


def upgrade():
    op.add_column('assets', sa.Column('raw_import_record_id', sa.UUID(), nullable=True))
    op.add_column('raw_import_records', sa.Column('is_valid', sa.Boolean(), nullable=True))
    op.add_column('raw_import_records', sa.Column('cleansed_data', sa.JSON(), nullable=True))


def downgrade():
    op.drop_column('raw_import_records', 'cleansed_data')
    op.drop_column('raw_import_records', 'is_valid')
    op.drop_column('assets', 'raw_import_record_id')
