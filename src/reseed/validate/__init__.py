"""Checks that measure a database, and the faults that prove the checks."""
