"""What the process that imports is told, and what it answers: one JSON document each way, then the database speaks."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any
from uuid import UUID

from modernize.importing.assets import Otherwise
from modernize.importing.limits import DEFAULT, Limits
from modernize.models.enums import AssetType, Environment


def say(**event: object) -> None:
    """Tell who started this process how it began; nobody listens any more once it has begun."""
    with suppress(BrokenPipeError):
        print(json.dumps(event), flush=True)


def internal(error: Exception) -> str:
    """A fault of our own in the words of a reason; its traceback is for the log."""
    return f"an internal error ({type(error).__name__})"


@dataclass(frozen=True, slots=True)
class Job:
    """One file to import.

    Attributes:
        database_url: as the console has it; its sessions obey row-level security.
        client_account_id, engagement_id, user_id: for whom, and who uploaded it.
        path: where the file lies, and is deleted from in the end. name: what the person calls it.
        size, sha256: of the bytes received.
        title: of the import. source_system: what made the file.
        flow_id: the flow to import into; None begins a new one, named `flow_name`.
        sheet: of a workbook; None takes the first with a header.
        batch: rows for each transaction, which is how often progress is told and a wish to cancel is seen.
    """

    database_url: str = field(repr=False)
    client_account_id: UUID
    engagement_id: UUID
    user_id: UUID
    path: Path
    name: str
    size: int
    sha256: str
    title: str
    source_system: str
    flow_id: UUID | None
    flow_name: str
    sheet: str | None = None
    batch: int = 1000
    limits: Limits = DEFAULT

    def as_json(self) -> str:
        return json.dumps(asdict(self), default=str)

    @classmethod
    def from_json(cls, text: str) -> Job:
        given: dict[str, Any] = json.loads(text)
        for name in ("client_account_id", "engagement_id", "user_id", "flow_id"):
            given[name] = UUID(given[name]) if given[name] else None
        known = {each.name for each in fields(Limits)}
        limits = Limits(**{name: value for name, value in given.pop("limits").items() if name in known})
        return cls(**{**given, "path": Path(given["path"])}, limits=limits)


@dataclass(frozen=True, slots=True)
class Order:
    """Which import's rows are to be added, and what is so of rows that do not say."""

    database_url: str = field(repr=False)
    client_account_id: UUID
    engagement_id: UUID
    import_id: UUID
    otherwise: Otherwise

    def as_json(self) -> str:
        return json.dumps(asdict(self), default=str)

    @classmethod
    def from_json(cls, text: str) -> Order:
        given: dict[str, Any] = json.loads(text)
        said = given.pop("otherwise")
        url = given.pop("database_url")
        return cls(
            url,
            otherwise=Otherwise(AssetType(said["asset_type"]), Environment(said["environment"])),
            **{name: UUID(value) for name, value in given.items()},
        )
