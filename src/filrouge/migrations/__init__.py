"""Alembic migrations of the workspace's database."""
