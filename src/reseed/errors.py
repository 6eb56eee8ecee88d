"""Every way a command can fail, and the exit code it ends with.

    ReseedError                     2  usage, or a fault of our own
    ├── ProjectError                2  reseed.toml, or what it names, is wrong
    ├── PlanError                   2  plan.toml is wrong
    ├── SettingsError               2  a flag or an environment variable is wrong
    ├── ServerError                 2  the PostgreSQL server cannot do what is asked
    │   ├── ServerUnreachable       2  nobody answers
    │   ├── LoginRefused            2  it answers, but not to us
    │   └── MissingPrivilege        2  the role may not do what a run needs
    ├── StorageError                2  a folder cannot be written, a disk is full
    ├── ApplicationError            2  the project's application does not start or does not answer
    ├── BackupError                 1  a dump is missing, altered or does not restore
    ├── SchemaError                 1  migrations and models cannot be brought together
    ├── SeedError                   1  rows cannot be made or loaded
    ├── HandoffRefused              1  a handoff is stale, edited or forged
    ├── ChecksFailed                1  the database is not what it should be
    ├── RunFailed                   1  a run ended with failed or blocked tasks
    └── Refused                     3  the guard stands in front of something destructive

An error says one sentence: the object, what was expected, what was found. `next_step` says what to do about it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reseed.records import Finding


class ReseedError(Exception):
    """A failure a user can act on.

    Args:
        message: one sentence with the object, what was expected and what was found.
        next_step: what the user can do now; empty where the message already says it.
    """

    exit_code = 2

    def __init__(self, message: str, next_step: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.next_step = next_step

    def __str__(self) -> str:
        return f"{self.message} {self.next_step}".strip()


class ProjectError(ReseedError):
    """`reseed.toml`, or something it names, is missing or wrong."""


class PlanError(ReseedError):
    """`plan.toml` is missing or wrong."""


class SettingsError(ReseedError):
    """A flag or an environment variable is missing or wrong."""


class ServerError(ReseedError):
    """The PostgreSQL server cannot do what is asked."""


class ServerUnreachable(ServerError):
    """Nobody answers at the server's address."""


class LoginRefused(ServerError):
    """The server answers, but refuses the role or its password."""


class MissingPrivilege(ServerError):
    """The role may not do what a run needs."""


class StorageError(ReseedError):
    """A folder cannot be written, or a disk is full."""


class ApplicationError(ReseedError):
    """The project's application does not start, or does not answer."""


class BackupError(ReseedError):
    """A dump is missing, altered, or does not restore."""

    exit_code = 1


class SchemaError(ReseedError):
    """Migrations and models cannot be brought together."""

    exit_code = 1


class SeedError(ReseedError):
    """Rows cannot be made or loaded."""

    exit_code = 1


class HandoffRefused(ReseedError):
    """A handoff is stale, edited or forged."""

    exit_code = 1


class ChecksFailed(ReseedError):
    """The database is not what it should be; `findings` holds every answer, the failed ones among them."""

    exit_code = 1

    def __init__(self, message: str, next_step: str = "", findings: Sequence[Finding] = ()) -> None:
        super().__init__(message, next_step)
        self.findings = tuple(findings)


class RunFailed(ReseedError):
    """A run ended with failed or blocked tasks."""

    exit_code = 1


class Refused(ReseedError):
    """The guard refuses something destructive."""

    exit_code = 3
