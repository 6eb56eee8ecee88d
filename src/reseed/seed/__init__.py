"""Rows as a pure function of seed, clock and size, and the way they are loaded."""

from reseed.seed.already import came_with_copy, forget_copy, note_copy
from reseed.seed.bulk import Order
from reseed.seed.checks import CHECKS
from reseed.seed.compare import Keys, TableComparison, compare
from reseed.seed.dataset import TENANTS_AT_ONCE, Completion, Dataset, Definition, Part, Subset
from reseed.seed.digest import (
    Whose,
    actual_digest,
    actual_tables,
    expected_digest,
    expected_tables,
    parts_digest,
)
from reseed.seed.hand_over import hand_over
from reseed.seed.inputs import DatasetInputs, dataset_inputs
from reseed.seed.load import clear, load_tenants, seed
from reseed.seed.password import password_of
from reseed.seed.prepare import prepare_dataset
from reseed.seed.streams import Stream, stable_id, stable_ids

__all__ = [
    "CHECKS",
    "TENANTS_AT_ONCE",
    "Completion",
    "Dataset",
    "DatasetInputs",
    "Definition",
    "Keys",
    "Order",
    "Part",
    "Stream",
    "Subset",
    "TableComparison",
    "Whose",
    "actual_digest",
    "actual_tables",
    "came_with_copy",
    "clear",
    "compare",
    "dataset_inputs",
    "expected_digest",
    "expected_tables",
    "forget_copy",
    "hand_over",
    "load_tenants",
    "note_copy",
    "parts_digest",
    "password_of",
    "prepare_dataset",
    "seed",
    "stable_id",
    "stable_ids",
]
