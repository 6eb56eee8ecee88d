"""The other ways to fill such a database, each as its own documentation recommends for many rows.

All fill the same nine tables in the same proportions (`tenant.py`), with indexes and foreign keys in place, as people
use them, and past row-level security. What a second of theirs brings is counted in rows, generation included.
"""
