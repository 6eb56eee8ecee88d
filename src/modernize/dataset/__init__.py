"""The demo data: one believable story, told by every table, as a pure function of seed, clock and tenant."""

from modernize.dataset.demo import DemoDataset, demo_dataset

__all__ = ["DemoDataset", "demo_dataset"]
