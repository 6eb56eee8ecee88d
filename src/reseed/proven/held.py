"""What a database holds as a whole, in a few digests: two copies for which they are equal are the same database."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass

from reseed import database, schema
from reseed.database import Target


@dataclass(frozen=True, slots=True)
class Held:
    """What was measured of a database.

    Attributes:
        schema_fingerprint: over every object of its catalog.
        contents: over every row of every table, Alembic's among them, large objects, and where sequences stand.
    """

    schema_fingerprint: str
    contents: str


def measure_held(target: Target) -> Held:
    """What the target's database holds now."""
    with database.connect(target) as connection:
        found = {
            **asdict(database.contents(connection)),
            "sequences": database.sequences(connection),
        }
        fingerprint = schema.fingerprint(connection)
    digest = hashlib.sha256(json.dumps(found, sort_keys=True).encode()).hexdigest()
    return Held(fingerprint, digest)
