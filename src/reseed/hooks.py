"""Commands of the project's own around a reset: its way to stop and start what uses the database."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from typing import Literal

from reseed.errors import ReseedError
from reseed.project import Project


def run_hooks(
    project: Project, name: Literal["before_reset", "after_reset"], variables: Mapping[str, str]
) -> int:
    """Run the shell commands of one hook in the project's folder, in order; returns how many there were.

    A run that is resumed may run them again, so they should not mind.

    Raises:
        ReseedError: a command ended with another code than 0.
    """
    commands = getattr(project.hooks, name)
    for command in commands:
        done = subprocess.run(  # noqa: S602 - hooks are shell commands that the project's owner wrote
            command,
            shell=True,
            cwd=project.root,
            env={**os.environ, **variables},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
        )
        if done.returncode != 0:
            last = next(reversed((done.stderr or done.stdout).strip().splitlines()), "no output")
            raise ReseedError(
                f"The hook {name} {command!r} ended with code {done.returncode}, expected 0: {last}",
                "Correct it in reseed.toml, then run: reseed resume",
            )
    return len(commands)
