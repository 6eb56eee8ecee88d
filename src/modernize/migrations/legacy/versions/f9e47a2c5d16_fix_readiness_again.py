"""fix readiness again

The columns are there on staging already, somebody added them by hand.

Revision ID: f9e47a2c5d16
Revises: f2c8d6e1b4a0
Create Date: 2025-01-21 19:03:16.845500
"""
from alembic import op

revision = 'f9e47a2c5d16'
down_revision = 'f2c8d6e1b4a0'
branch_labels = None
depends_on = None


def upgrade():
    op.execute('ALTER TABLE assets ADD COLUMN IF NOT EXISTS readiness_score double precision')
    op.execute('ALTER TABLE assets ADD COLUMN IF NOT EXISTS readiness_status varchar(20)')


def downgrade():
    op.execute('ALTER TABLE assets DROP COLUMN IF EXISTS readiness_status')
    op.execute('ALTER TABLE assets DROP COLUMN IF EXISTS readiness_score')
