"""Every setting, declared once: flag > RESEED_* > DATABASE_URL > reseed.toml.

Flags are handed over as keyword arguments; a flag that was not given is None and leaves the word to the environment.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import AliasChoices, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from reseed import project as projects
from reseed.errors import SettingsError
from reseed.project import Project


class Settings(BaseSettings):
    """What a user may set.

    Attributes:
        project: path of `reseed.toml`; found from the working folder upwards when not set.
        database_url: the target, `postgresql://user:password@host:port/database`; the embedded server when not set.
        state: folder for the embedded server's data and for runs; `.reseed` in the project's home when not set.
        migrations: Alembic's script location for this run, where it is not the project's own.
        demo_password: password of the seeded demo users; one is made for each run when not set.
        consent: name of the database that an AI agent's commands may reset; a person needs none.
        state_url: database that keeps the state of runs for several hosts; it is never reset.
        tenants: how many tenants the dataset has; as `reseed.toml` says when not set.
        assets_per_tenant: size of the tenants beside the demo tenant, for datasets that take it.
        templates: how many proven databases of the project stay on the server as templates; 0: none is kept or copied.
        browser: program that executes the page checklist, or `none`; looked for when not set.
    """

    model_config = SettingsConfigDict(
        env_prefix="RESEED_", env_ignore_empty=True, extra="ignore", frozen=True
    )

    project: Path | None = None
    database_url: SecretStr | None = Field(
        default=None, validation_alias=AliasChoices("database_url", "RESEED_DATABASE_URL", "DATABASE_URL")
    )
    state: Path | None = None
    migrations: Path | None = None
    demo_password: SecretStr | None = None
    consent: str = ""
    state_url: SecretStr | None = None
    templates: int = Field(default=2, ge=0)
    browser: str = ""
    tenants: int | None = Field(default=None, ge=1)
    assets_per_tenant: int | None = Field(default=None, ge=1)

    @classmethod
    def read(cls, **flags: Any) -> Settings:
        """The settings in force.

        Raises:
            SettingsError: a flag or a variable cannot be read.
        """
        try:
            return cls(**{name: value for name, value in flags.items() if value is not None})
        except ValidationError as error:
            first = error.errors(include_input=False)[0]
            name = ".".join(str(part) for part in first["loc"])
            raise SettingsError(f"The setting {name} cannot be read: {first['msg'].lower()}.") from error

    @property
    def given_password(self) -> str:
        """The demo password where one is given, otherwise empty."""
        return self.demo_password.get_secret_value() if self.demo_password else ""

    def load_project(self) -> Project:
        """The project these settings name, or the one the working folder belongs to, in the size they say."""
        if self.project is None:
            file = projects.find(Path.cwd())
        else:
            file = self.project / "reseed.toml" if self.project.is_dir() else self.project
        project = projects.load(file)
        options = {} if self.assets_per_tenant is None else {"assets_per_tenant": self.assets_per_tenant}
        return replace(project, tenants=self.tenants or project.tenants, dataset_options=options)

    def state_folder(self, project: Project) -> Path:
        """Absolute path of the folder for the embedded server and the runs."""
        return (self.state or project.home / ".reseed").expanduser().absolute()
