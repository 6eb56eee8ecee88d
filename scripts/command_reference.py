"""Print docs/commands.md: every command's `--help`, word for word. `make docs` puts it in place."""

from __future__ import annotations

from collections.abc import Iterator

import typer
from typer.core import TyperGroup

from reseed.cli.app import app

_WIDTH = 100
_HEAD = """\
# Commands

Written by `make docs` from each command's `--help`; a test holds it to what the commands say.
Data goes to stdout and progress to stderr. Exit codes: 0 done, 1 checks failed, 2 usage or a fault of our own,
3 refused, 130 interrupted.
"""


def reference() -> str:
    """The whole page."""
    root = typer.main.get_command(app)
    context = typer.Context(root, info_name="reseed", terminal_width=_WIDTH)
    return "\n".join([_HEAD, *_sections(context)])


def _sections(context: typer.Context) -> Iterator[str]:
    command = context.command
    yield f"## {context.command_path}\n\n```\n{command.get_help(context)}\n```\n"
    if isinstance(command, TyperGroup):
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            if inner is not None and not inner.hidden:
                yield from _sections(
                    typer.Context(inner, info_name=name, parent=context, terminal_width=_WIDTH)
                )


if __name__ == "__main__":
    print(reference(), end="")
