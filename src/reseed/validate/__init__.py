"""Questions about the data, and the proof that each can be answered with no."""

from reseed.validate.graph import cycles
from reseed.validate.mess import count_mess
from reseed.validate.prove import caught, prove
from reseed.validate.suite import run_checks

__all__ = ["caught", "count_mess", "cycles", "prove", "run_checks"]
