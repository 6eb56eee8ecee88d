"""What a schema is, and the proof that models, migrations and databases agree."""
