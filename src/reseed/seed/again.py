"""The same digest made another way: a fresh process, the last table first, each tenant by itself.

`python -m reseed.seed.again PROJECT SEED AS_OF TENANTS` prints the digest. Run under another hash seed, it proves that
no row depends on the order of a set, on a neighbour, or on what was generated before.
"""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from reseed import project as projects
from reseed.errors import SeedError
from reseed.project import Project
from reseed.seed.canonical import combined, joined
from reseed.seed.dataset import Dataset
from reseed.seed.digest import expected_table

_PATIENCE_SECONDS = 300


def digest_elsewhere(project: Project, tenants: int, hash_seed: int) -> str:
    """The digest of tenants 0..`tenants`-1, made by a fresh interpreter with the given `PYTHONHASHSEED`.

    Raises:
        SeedError: it did not end with a digest.
    """
    arguments = [
        str(project.root / "reseed.toml"),
        str(project.seed),
        project.as_of.isoformat(),
        str(tenants),
    ]
    done = subprocess.run(  # noqa: S603 - our own interpreter and module, no shell
        [sys.executable, "-m", "reseed.seed.again", *arguments],
        env={**os.environ, "PYTHONHASHSEED": str(hash_seed)},
        capture_output=True,
        text=True,
        timeout=_PATIENCE_SECONDS,
        check=False,
    )
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no message"])[-1]
        raise SeedError(f"The dataset of {project.name} could not be generated in a second process: {last}.")
    return done.stdout.strip()


def digest_in_pieces(dataset: Dataset, tenants: int) -> str:
    """The digest of tenants 0..`tenants`-1 from single tenants, last table and last tenant first."""
    tables = reversed(list(dataset.definition.rows))
    return combined(
        {
            table: joined(expected_table(dataset, table, range(n, n + 1)) for n in reversed(range(tenants)))
            for table in tables
        }
    )


def main(arguments: list[str]) -> None:
    """Print the digest for the command line in the module's docstring."""
    file, seed, as_of, tenants = arguments
    project = replace(projects.load(Path(file)), seed=int(seed), as_of=datetime.fromisoformat(as_of))
    sys.stdout.write(digest_in_pieces(project.load_dataset(), int(tenants)) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
