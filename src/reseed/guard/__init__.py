"""The guard before anything destructive: look at the target, judge it, and refuse with every reason that holds."""

from reseed.guard.agents import VARIABLES as AGENT_VARIABLES
from reseed.guard.measure import room_for_copy
from reseed.guard.measured import Measured, Room, Rows, Stamp
from reseed.guard.require import require, require_consent, require_if_there, require_kept
from reseed.guard.rules import megabytes
from reseed.guard.stamp import PRODUCTION, shown_stamp, stamp
from reseed.guard.terms import Terms, terms

__all__ = [
    "AGENT_VARIABLES",
    "PRODUCTION",
    "Measured",
    "Room",
    "Rows",
    "Stamp",
    "Terms",
    "megabytes",
    "require",
    "require_consent",
    "require_if_there",
    "require_kept",
    "room_for_copy",
    "shown_stamp",
    "stamp",
    "terms",
]
