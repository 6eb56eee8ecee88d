"""The commands, one file for each group. Errors become one sentence and an exit code here, and nowhere else."""

from __future__ import annotations

import os
import sys
import tempfile
import threading
import traceback

import typer

from reseed import second
from reseed.errors import ReseedError

USAGE = 2
INTERRUPTED = 130

_URL_OPTION = "--database-url"


def main() -> None:
    """Run one command; the process ends with its exit code."""
    _hide_password()
    second.collect_seldom()
    if sys.argv[1:2] in (["run"], ["demo"]):
        second.start()
    code = _exit_code()
    if threading.active_count() > 1:
        # A run that was stopped leaves agents that wait for each other; what they had finished is on disk.
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    sys.exit(code)


def _hide_password() -> None:
    """Begin again without a URL on the command line: whoever lists processes would read its password."""
    command, url = list(sys.orig_argv), ""
    for place, word in enumerate(sys.orig_argv):
        if word == _URL_OPTION and word in sys.argv and place + 1 < len(command):
            url = command[place + 1]
            del command[place : place + 2]
            break
        if word.startswith(f"{_URL_OPTION}=") and word in sys.argv:
            url = word.partition("=")[2]
            del command[place]
            break
    if url:
        os.execve(sys.executable, command, {**os.environ, "RESEED_DATABASE_URL": url})  # noqa: S606 - ourselves


def _exit_code() -> int:
    from reseed.cli.app import app

    try:
        code = app(sys.argv[1:] or ["--help"], standalone_mode=False)
    except ReseedError as error:
        print(f"reseed: {error}", file=sys.stderr)
        return error.exit_code
    except typer.TyperException as error:
        print(f"reseed: {error.format_message()} See: reseed --help", file=sys.stderr)
        return USAGE
    except (KeyboardInterrupt, typer.Abort):
        return _interrupted()
    except BrokenPipeError:
        # The reader of our output went away (`reseed plan | head`); there is nobody left to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:  # noqa: BLE001 - a fault of our own is told in one sentence, with its details kept
        return _fault(error)
    if code == INTERRUPTED:
        # typer turns Ctrl-C into this code, and says nothing.
        return _interrupted()
    return code if isinstance(code, int) else 0


def _interrupted() -> int:
    print("reseed: interrupted; a run goes on with: reseed resume", file=sys.stderr)
    return INTERRUPTED


def _fault(error: Exception) -> int:
    """Keep the traceback in a private file, and say where."""
    with tempfile.NamedTemporaryFile("w", prefix="reseed-", suffix=".log", delete=False) as log:
        traceback.print_exception(error, file=log)
    first = next(iter(str(error).splitlines()), "no message")
    print(
        f"reseed: this is a fault of reseed, not yours: {type(error).__name__}: {first}. "
        f"Its details are in {log.name}; see where a run stands with: reseed status",
        file=sys.stderr,
    )
    return USAGE
