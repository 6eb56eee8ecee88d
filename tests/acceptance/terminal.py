"""A command at a terminal of its own, and what is typed there."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from tests.acceptance.conftest import clean_environment
from tests.waiting import until


class Dialogue:
    """A command whose input and output are a terminal. `said`: everything shown there; `code`: how it ended."""

    def __init__(self, command: subprocess.Popen[bytes], terminal: int) -> None:
        self._command, self._terminal = command, terminal
        self._heard = b""
        self.code: int | None = None

    @property
    def said(self) -> str:
        return self._heard.decode().replace("\r\n", "\n")

    def asked(self, question: str) -> None:
        """Wait until the command asks."""
        until(lambda: (self._hear() and question in self.said) or self._command.poll() is not None)
        assert question in self.said, self.said

    def answer(self, typed: str) -> None:
        os.write(self._terminal, typed.encode())

    def finish(self) -> None:
        """Listen until the command has ended."""
        until(lambda: self._hear() and self._command.poll() is not None)
        self._hear()
        self.code = self._command.returncode

    def _hear(self) -> bool:
        # Reading fails once nobody holds the other end any more.
        with suppress(OSError):
            while select.select([self._terminal], [], [], 0)[0]:
                self._heard += os.read(self._terminal, 4096)
        return True


@contextmanager
def at_a_terminal(*arguments: str, **variables: str) -> Iterator[Dialogue]:
    """`reseed …` at a terminal; after the block it has ended."""
    ours, theirs = pty.openpty()
    command = subprocess.Popen(
        [sys.executable, "-m", "reseed", *arguments],
        env=clean_environment(TERM="dumb", **variables),
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    try:
        dialogue = Dialogue(command, ours)
        yield dialogue
        dialogue.finish()
    finally:
        command.kill()
        command.wait()
        os.close(ours)
