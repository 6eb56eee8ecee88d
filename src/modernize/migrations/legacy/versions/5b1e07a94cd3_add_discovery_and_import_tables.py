"""add discovery and import tables

Revision ID: 5b1e07a94cd3
Revises: 0f3a91c2d7b4
Create Date: 2024-04-02 16:40:07.902114
"""
from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

revision = '5b1e07a94cd3'
down_revision = '0f3a91c2d7b4'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('discovery_flows',
    sa.Column('id', sa.UUID(), nullable=False),
    sa.Column('client_account_id', sa.UUID(), nullable=False),
    sa.Column('engagement_id', sa.UUID(), nullable=False),
    sa.Column('flow_name', sa.String(length=255), nullable=True),
    sa.Column('status', sa.String(length=20), nullable=True),
    sa.Column('progress_percentage', sa.Float(), nullable=True),
    sa.Column('data_import_completed', sa.Boolean(), nullable=True),
    sa.Column('crewai_state_data', postgresql.JSONB(), nullable=True),
    sa.Column('created_at', sa.DateTime(), nullable=True),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_table('data_imports',
    sa.Column('id', sa.UUID(), nullable=False),
    sa.Column('client_account_id', sa.UUID(), nullable=False),
    sa.Column('engagement_id', sa.UUID(), nullable=False),
    sa.Column('discovery_flow_id', sa.UUID(), nullable=True),
    sa.Column('import_name', sa.String(length=255), nullable=True),
    sa.Column('filename', sa.String(length=255), nullable=True),
    sa.Column('file_size', sa.Integer(), nullable=True),
    sa.Column('status', sa.String(length=20), nullable=True),
    sa.Column('total_records', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(), nullable=True),
    sa.ForeignKeyConstraint(['engagement_id'], ['engagements.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_table('raw_import_records',
    sa.Column('id', sa.UUID(), nullable=False),
    sa.Column('client_account_id', sa.UUID(), nullable=False),
    sa.Column('engagement_id', sa.UUID(), nullable=False),
    sa.Column('data_import_id', sa.UUID(), nullable=False),
    sa.Column('row_number', sa.Integer(), nullable=True),
    sa.Column('raw_data', sa.JSON(), nullable=True),
    sa.Column('is_processed', sa.Boolean(), nullable=True),
    sa.ForeignKeyConstraint(['data_import_id'], ['data_imports.id'], name='raw_import_records_data_import_id_fkey'),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_table('import_field_mappings',
    sa.Column('id', sa.UUID(), nullable=False),
    sa.Column('client_account_id', sa.UUID(), nullable=False),
    sa.Column('engagement_id', sa.UUID(), nullable=False),
    sa.Column('data_import_id', sa.UUID(), nullable=False),
    sa.Column('source_field', sa.String(length=255), nullable=False),
    sa.Column('target_field', sa.String(length=255), nullable=True),
    sa.Column('confidence_score', sa.Float(), nullable=True),
    sa.Column('status', sa.String(length=20), nullable=True),
    sa.ForeignKeyConstraint(['data_import_id'], ['data_imports.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id')
    )


def downgrade():
    op.drop_table('import_field_mappings')
    op.drop_table('raw_import_records')
    op.drop_table('data_imports')
    op.drop_table('discovery_flows')
