"""`python -m reseed.database.watchdog FOLDER`: ends an ephemeral server when its user is gone."""

from __future__ import annotations

import shutil
import signal
import sys
from pathlib import Path

from reseed.database import embedded


def main(folder: Path) -> None:
    """Wait for the end of standard input, then end the folder's server and delete the folder."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        # Whatever ends our owner's terminal or service must not end us before the server.
        signal.signal(number, signal.SIG_IGN)
    sys.stdin.buffer.read()
    embedded.remove(folder)
    shutil.rmtree(folder)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
