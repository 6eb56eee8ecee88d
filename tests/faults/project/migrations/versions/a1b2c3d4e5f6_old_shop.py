"""What the old database was made by."""

revision = "a1b2c3d4e5f6"
down_revision = None


def upgrade() -> None:
    raise NotImplementedError("nobody makes an old shop again")


def downgrade() -> None:
    raise NotImplementedError("nobody makes an old shop again")
