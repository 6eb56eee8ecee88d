"""Rows as a pure function of seed, clock and size, and the way they are loaded."""

from reseed.seed.checks import CHECKS
from reseed.seed.compare import Keys, TableComparison, compare
from reseed.seed.dataset import TENANTS_AT_ONCE, Completion, Dataset, Definition, Part, Subset
from reseed.seed.digest import (
    actual_digest,
    actual_tables,
    expected_digest,
    expected_tables,
    parts_digest,
)
from reseed.seed.hand_over import hand_over
from reseed.seed.load import load_tenants, seed
from reseed.seed.prepare import prepare_dataset
from reseed.seed.streams import Stream, stable_id, stable_ids

__all__ = [
    "CHECKS",
    "TENANTS_AT_ONCE",
    "Completion",
    "Dataset",
    "Definition",
    "Keys",
    "Part",
    "Stream",
    "Subset",
    "TableComparison",
    "actual_digest",
    "actual_tables",
    "compare",
    "expected_digest",
    "expected_tables",
    "hand_over",
    "load_tenants",
    "parts_digest",
    "prepare_dataset",
    "seed",
    "stable_id",
    "stable_ids",
]
