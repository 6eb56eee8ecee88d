"""`python watchdog.py COMMAND …`: runs an application, and ends it with all it started when its owner is gone.

The owner holds the other end of our standard input. It closes when the owner lets go and when the owner is killed, so
no application is left behind either way. Needs nothing but the standard library, for it is started by its path.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading

_GRACE_SECONDS = 5
_NOT_STARTED = 127  # As a shell has it.


def main(command: list[str]) -> int:
    """Run the command until it ends or standard input does; returns its exit code."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        # Whatever ends our owner's terminal or service must not end us before the application. A handler, unlike
        # SIG_IGN, is not inherited by it.
        signal.signal(number, lambda *_: None)
    # A group of its own, so that what it starts ends with it, and Ctrl-C in a terminal reaches our owner alone.
    try:
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True)  # noqa: S603
    except OSError as error:
        print(f"{command[0]} cannot be started: {error.strerror}", file=sys.stderr)
        return _NOT_STARTED
    threading.Thread(target=_end_with_owner, args=(child,), daemon=True).start()
    code = child.wait()
    _signal_group(child, signal.SIGKILL)
    return code if code >= 0 else 128 - code


def _end_with_owner(child: subprocess.Popen[bytes]) -> None:
    sys.stdin.buffer.read()
    _signal_group(child, signal.SIGTERM)
    try:
        child.wait(_GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        _signal_group(child, signal.SIGKILL)


def _signal_group(child: subprocess.Popen[bytes], number: signal.Signals) -> None:
    try:
        os.killpg(child.pid, number)
    except ProcessLookupError:
        return


if __name__ == "__main__":
    # Not sys.exit: the thread that waits for our owner may hold standard input for good.
    code = main(sys.argv[1:])
    sys.stderr.flush()
    os._exit(code)
