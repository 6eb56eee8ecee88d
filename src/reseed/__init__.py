"""Reset a database by a plan, and prove every step."""
