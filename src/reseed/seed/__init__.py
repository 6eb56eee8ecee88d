"""Rows as a pure function of seed, clock and size, and the way they are loaded."""
