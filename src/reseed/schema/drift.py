"""How far a database is from its models: the number a demo shows before and after."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from reseed.schema.facts import compare, read_facts
from reseed.schema.prove import facts_of_models
from reseed.schema.scripts import read_history
from reseed.site import Site

_EXAMPLES = 5


@dataclass(frozen=True, slots=True)
class Drift:
    """Facts in which a database differs from the models.

    Attributes:
        missing: facts of the models the database lacks. extra: facts no model knows. changed: facts that differ.
        examples: a few differences in words, different kinds first.
        heads: heads of the migrations; one is right.
    """

    missing: int
    extra: int
    changed: int
    examples: tuple[str, ...]
    heads: int

    @property
    def count(self) -> int:
        """All differences together."""
        return self.missing + self.extra + self.changed


def count_drift(site: Site) -> Drift:
    """Measure `site.database` against a database that `create_all` makes, and the heads of `site.migrations`.

    Raises:
        SchemaError: the migrations cannot be read, or the models cannot be created.
    """
    with site.connect() as connection:
        differences = compare(facts_of_models(site), read_facts(connection))
    counts = Counter(difference.change for difference in differences)
    by_kind = {
        (difference.change, difference.key.kind): str(difference) for difference in reversed(differences)
    }
    return Drift(
        missing=counts["missing"],
        extra=counts["extra"],
        changed=counts["changed"],
        examples=tuple(by_kind[kind] for kind in sorted(by_kind))[:_EXAMPLES],
        heads=len(read_history(site.migrations).heads),
    )
