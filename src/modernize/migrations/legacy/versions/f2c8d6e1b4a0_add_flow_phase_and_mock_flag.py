"""add flow phase and mock flag

Revision ID: f2c8d6e1b4a0
Revises: d95a70d3c1f8
Create Date: 2024-11-13 08:44:01.337518
"""
from alembic import op
import sqlalchemy as sa

revision = 'f2c8d6e1b4a0'
down_revision = 'd95a70d3c1f8'
branch_labels = None
depends_on = None


def upgrade():
    op.add_column('discovery_flows', sa.Column('current_phase', sa.String(length=50), nullable=True))
    op.add_column('discovery_flows', sa.Column('is_mock', sa.Boolean(), server_default=sa.text('false'), nullable=False))


def downgrade():
    op.drop_column('discovery_flows', 'is_mock')
    op.drop_column('discovery_flows', 'current_phase')
