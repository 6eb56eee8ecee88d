"""Dump a database, and prove that the dump restores."""

from reseed.backup.proof import CHECKS, restore
from reseed.backup.take import back_up

__all__ = ["CHECKS", "back_up", "restore"]
