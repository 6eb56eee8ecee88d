"""What a database is made from: measured now, and put together to the key of the template that stands for it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

from reseed import database, schema, seed
from reseed.database import Target
from reseed.project import Project
from reseed.records import JSON
from reseed.seed import Dataset, DatasetInputs

_MAJOR = 10000


@dataclass(frozen=True, slots=True)
class Inputs:
    """Everything that decides what a database of the project holds, on one server.

    Attributes:
        key: sha256 over all of it.
        dataset: seed, clock, size and digests of the rows. said: the rest, by name.
    """

    key: str
    dataset: DatasetInputs
    said: Mapping[str, JSON]


def measure_inputs(project: Project, dataset: Dataset, target: Target) -> Inputs:
    """The inputs as they are now, for a database like the target's.

    Raises:
        SchemaError: what the models make cannot be told without a database.
        ServerError and its kin: the server does not answer.
    """
    rows = seed.dataset_inputs(project, dataset)
    said: dict[str, JSON] = {
        "reseed": _version(),
        "project": project.name,
        "models": schema.models_digest(project.load_metadata()),
        "unseeded": [*sorted(project.unseeded)],
        **_server(target),
    }
    everything = {**said, "dataset": rows.as_json()}
    key = hashlib.sha256(json.dumps(everything, sort_keys=True).encode()).hexdigest()
    return Inputs(key, rows, said)


def _server(target: Target) -> dict[str, JSON]:
    with database.maintenance(target) as connection:
        ((role,),) = connection.execute("SELECT current_user")
        return {
            "major": connection.info.server_version // _MAJOR,
            "locale": dict(database.locale(connection, target.database)),
            "role": str(role),
        }


def _version() -> str:
    try:
        return version("reseed")
    except PackageNotFoundError:
        return "unknown"
