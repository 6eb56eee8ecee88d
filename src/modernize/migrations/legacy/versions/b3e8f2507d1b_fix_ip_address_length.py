"""fix ip_address length

IPv6 did not fit.

Revision ID: b3e8f2507d1b
Revises: a7d9013be5f6
Create Date: 2024-06-14 11:20:45.771902
"""
from alembic import op
import sqlalchemy as sa

revision = 'b3e8f2507d1b'
down_revision = 'a7d9013be5f6'
branch_labels = None
depends_on = None


def upgrade():
    op.alter_column('assets', 'ip_address', existing_type=sa.String(length=15), type_=sa.String(length=45))


def downgrade():
    op.alter_column('assets', 'ip_address', existing_type=sa.String(length=45), type_=sa.String(length=15))
