"""Alembic's script location, and the messy history that a demo starts from."""
