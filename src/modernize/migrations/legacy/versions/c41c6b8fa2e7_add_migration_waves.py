"""add migration waves

Revision ID: c41c6b8fa2e7
Revises: b3e8f2507d1b
Create Date: 2024-08-05 14:31:09.450116
"""
from alembic import op
import sqlalchemy as sa

revision = 'c41c6b8fa2e7'
down_revision = 'b3e8f2507d1b'
branch_labels = None
depends_on = None

sixr = sa.Enum('rehost', 'replatform', 'refactor', 'repurchase', 'retire', name='sixr_strategy')


def upgrade():
    op.create_table('migration_waves',
    sa.Column('id', sa.UUID(), nullable=False),
    sa.Column('client_account_id', sa.UUID(), nullable=False),
    sa.Column('engagement_id', sa.UUID(), nullable=False),
    sa.Column('wave_number', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=255), nullable=True),
    sa.Column('start_date', sa.DateTime(), nullable=True),
    sa.Column('is_mock', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    sixr.create(op.get_bind(), checkfirst=True)
    op.add_column('assets', sa.Column('six_r_strategy', sixr, nullable=True))
    # TODO foreign key once waves are seeded
    op.add_column('assets', sa.Column('migration_wave_id', sa.UUID(), nullable=True))


def downgrade():
    op.drop_column('assets', 'migration_wave_id')
    op.drop_column('assets', 'six_r_strategy')
    sixr.drop(op.get_bind(), checkfirst=True)
    op.drop_table('migration_waves')
