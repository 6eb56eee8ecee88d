"""Dump a database, and prove that the dump restores."""
