"""add workflow states

Revision ID: e06b2e4d8c93
Revises: d95a70d3c1f8
Create Date: 2024-11-12 10:05:38.610027
"""
from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

revision = 'e06b2e4d8c93'
down_revision = 'd95a70d3c1f8'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('workflow_states',
    sa.Column('id', sa.Integer(), autoincrement=True, nullable=False),
    sa.Column('flow_id', sa.UUID(), nullable=True),
    sa.Column('session_id', sa.UUID(), nullable=True),
    sa.Column('client_account_id', sa.UUID(), nullable=True),
    sa.Column('state', postgresql.JSONB(), nullable=True),
    sa.Column('updated_at', sa.DateTime(), nullable=True),
    sa.PrimaryKeyConstraint('id')
    )


def downgrade():
    op.drop_table('workflow_states')
