"""The commands, one file for each group. Errors become one sentence and an exit code here, and nowhere else."""

from __future__ import annotations

import os
import sys
import threading

import typer

from reseed.errors import ReseedError

USAGE = 2
INTERRUPTED = 130


def main() -> None:
    """Run one command; the process ends with its exit code."""
    code = _exit_code()
    if threading.active_count() > 1:
        # A run that was stopped leaves agents that wait for each other; what they had finished is on disk.
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    sys.exit(code)


def _exit_code() -> int:
    from reseed.cli.app import app

    try:
        code = app(sys.argv[1:] or ["--help"], standalone_mode=False)
    except ReseedError as error:
        print(f"reseed: {error}", file=sys.stderr)
        return error.exit_code
    except typer.Exit as error:
        return error.exit_code
    except typer.TyperException as error:
        print(f"reseed: {error.format_message()} See: reseed --help", file=sys.stderr)
        return USAGE
    except (KeyboardInterrupt, typer.Abort):
        print("reseed: interrupted; go on with: reseed resume", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of our output went away (`reseed plan | head`); there is nobody left to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return code if isinstance(code, int) else 0
