"""Which system user runs the embedded server: PostgreSQL refuses to be root, so root lends it another one."""

from __future__ import annotations

import os
import pwd
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile

from reseed.errors import ServerError

_LENDABLE = ("postgres", "nobody")


@dataclass(frozen=True, slots=True)
class Account:
    """The system user that a server's processes run as; `switch` when that is not us."""

    uid: int
    gid: int
    switch: bool

    def run(self, command: Sequence[str | Path], given: str = "") -> subprocess.CompletedProcess[str]:
        """Run a command as this user with nothing of ours but standard input; both outputs come back as `stdout`.

        Output goes through a file: a server started by the command would keep a pipe open for good.
        """
        with TemporaryFile("w+") as output:
            done = subprocess.run(  # noqa: S603
                command,
                input=given,
                stdout=output,
                stderr=subprocess.STDOUT,
                text=True,
                cwd="/",
                umask=0o077,
                env=_environment(),
                check=False,
                user=self.uid if self.switch else None,
                group=self.gid if self.switch else None,
                extra_groups=[] if self.switch else None,
            )
            output.seek(0)
            done.stdout = output.read()
        return done

    def may_use(self, path: Path) -> bool:
        """Whether this user reaches a folder's contents, or can start a program; the kernel is asked as that user."""
        return not self.switch or self.run(["test", "-x", path]).returncode == 0

    def own(self, path: Path) -> None:
        """Give a file or folder to this user."""
        if self.switch:
            os.chown(path, self.uid, self.gid)


def _environment() -> dict[str, str]:
    """Ours without libpq's variables, which the server's programs would obey too."""
    return {key: value for key, value in os.environ.items() if not key.startswith("PG")} | {"LC_ALL": "C"}


def account() -> Account:
    """Ourselves; when that is root, the first of `postgres` and `nobody` that this machine has.

    Raises:
        ServerError: we are root and there is neither.
    """
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid(), switch=False)
    for name in _LENDABLE:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid, switch=True)
    raise ServerError(
        "The embedded PostgreSQL cannot run as root, and this machine has no user postgres or nobody.",
        "Run reseed as an ordinary user, or point --database-url at a server.",
    )
