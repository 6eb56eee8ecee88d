"""What a target is held against: the project's rules, and who gives the command."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from reseed.database import Target
from reseed.guard.agents import Agent, agent_at_work
from reseed.project import Guard, Project
from reseed.settings import Settings


@dataclass(frozen=True, slots=True)
class Terms:
    """Gathered once, where a command begins.

    Attributes:
        rules: `[guard]` of `reseed.toml`. tenant_table: the project's table of tenants.
        ours: the target is our own embedded server, which is thrown away some day; nobody is asked about it, and where
            it listens is nobody's rule.
        state: the folder for runs, where backups land, and the embedded server's data.
        agent: who is at work, when it is an AI agent. consent: the database it may reset.
        state_database: the database that keeps runs' state, where a setting names one.
    """

    rules: Guard
    tenant_table: str
    ours: bool
    state: Path
    agent: Agent | None = None
    consent: str = ""
    state_database: Target | None = None


def terms(project: Project, settings: Settings, environment: Mapping[str, str] = os.environ) -> Terms:
    """The terms for commands with these settings.

    Raises:
        SettingsError: the URL of the state database is malformed.
    """
    url = settings.state_url
    return Terms(
        rules=project.guard,
        tenant_table=project.tenant_table,
        ours=settings.database_url is None,
        state=settings.state_folder(project),
        agent=agent_at_work(environment),
        consent=settings.consent,
        state_database=Target.parse(url.get_secret_value()) if url else None,
    )
