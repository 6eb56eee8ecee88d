"""Dump a database, and prove that the dump restores.

take           one snapshot of a database, as files with a manifest
verify         whether the files are still those of the manifest
restore        bring them back into an empty database
differences    how a database differs from what was backed up
rehearse       all of that on a scratch database; keep: take and rehearse, outside of a run
"""

from reseed.backup.difference import differences
from reseed.backup.keep import keep
from reseed.backup.manifest import verify
from reseed.backup.proof import CHECKS, rehearse
from reseed.backup.restore import restore
from reseed.backup.take import FOLDER, back_up, take

__all__ = ["CHECKS", "FOLDER", "back_up", "differences", "keep", "rehearse", "restore", "take", "verify"]
