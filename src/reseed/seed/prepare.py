"""Before the first row: the constants that others share, the import files, and the demo password."""

from __future__ import annotations

import json

from reseed.errors import StorageError
from reseed.records import Outcome
from reseed.seed.dataset import Dataset
from reseed.seed.password import FILE as PASSWORD_FILE
from reseed.seed.password import keep_password
from reseed.site import Site

CONSTANTS = "constants.json"
IMPORTS = "imports"


def prepare_dataset(site: Site) -> Outcome:
    """Write what seeding starts from into the run folder.

    Raises:
        StorageError: the folder cannot be written.
    """
    dataset: Dataset = site.dataset
    keep_password(site.folder)
    files = dataset.files()
    try:
        site.artifact(CONSTANTS).write_text(constants_text(dataset), encoding="utf-8")
        for name, contents in files.items():
            site.artifact(IMPORTS, name).write_bytes(contents)
    except OSError as error:
        raise StorageError(
            f"The dataset's files cannot be written to {site.folder}: {error.strerror}.",
            "Free space there, or choose another folder with --state.",
        ) from error
    return Outcome(
        summary=f"{len(dataset.identity)} constants, {len(files)} import files",
        artifacts=(CONSTANTS, *(f"{IMPORTS}/{name}" for name in files)),
        facts={"seed": dataset.seed, "as_of": dataset.as_of.isoformat(), "password_file": PASSWORD_FILE},
    )


def constants_text(dataset: Dataset) -> str:
    """`constants.json`: constant name -> id, in the order declared."""
    return json.dumps({name: str(value) for name, value in dataset.identity.items()}, indent=2) + "\n"
