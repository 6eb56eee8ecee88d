"""What an earlier run has measured, for a run of the very same inputs: nobody's code, rows, packages or server changed.

That is only about what a gate can have measured beforehand, which no database of a run has a say in. It is kept in the
state folder, under a key over everything that could change an answer. Whatever differs, if only a variable of the
environment, and it is measured again; so it is with `--no-reuse`. A task says whose measuring its gate relies on.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import sys
import sysconfig
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reseed import database, proven
from reseed.files import write_atomically
from reseed.site import Site

FILE = "measured.json"

#: Bytes from which a file counts by its size and time alone.
_LARGE = 10_000_000

#: Nothing was imported before this.
_BEGAN = time.time() - 10

# Settings that decide how statements are planned and what they answer; not where files lie.
_SERVER = """
    SELECT version() || string_agg(name || '=' || setting, E'\\n' ORDER BY name) FROM pg_settings
    WHERE source NOT IN ('client', 'session')
"""


@dataclass(frozen=True, slots=True)
class Carried:
    """Check -> what run `run` measured for it."""

    run: str
    values: Mapping[str, Any]


def key_of(site: Site) -> str:
    """sha256 over all that what is measured beforehand may depend on, as it is now; empty if that cannot be told."""
    try:
        return _key(site)
    except Exception:  # noqa: BLE001 - whatever is wrong with inputs or server is told by the task that meets it
        return ""


def _key(site: Site) -> str:
    project = site.project
    with database.maintenance(site.target) as connection:
        ((server,),) = connection.execute(_SERVER)
    said = [
        proven.measure_inputs(project, site.dataset, site.target).key,
        str(server),
        sys.version,
        *sorted(each.name for folder in sys.path for each in Path(folder).glob("*.dist-info")),
        *sorted(f"{name}={value}" for name, value in os.environ.items() if not _is_of_a_shell(name)),
    ]
    digest = hashlib.sha256("\0".join(said).encode())
    named = (project.root / "reseed.toml", project.queries, project.pages, project.plan)
    for file in sorted({*_sources(), *filter(Path.is_file, named)}):
        found = file.stat()
        digest.update(f"\0{file}\0{found.st_size}\0".encode())
        digest.update(file.read_bytes() if found.st_size <= _LARGE else str(found.st_mtime_ns).encode())
        if found.st_mtime > _BEGAN:
            # It may not be what was imported.
            digest.update(secrets.token_bytes())
    return digest.hexdigest()


def carried(state: Path, key: str) -> Carried | None:
    """What a run of these inputs has measured; None where the last one that kept it had others."""
    try:
        said = json.loads((state / FILE).read_text(encoding="utf-8"))
        return Carried(str(said["run"]), dict(said["values"])) if said["key"] == key else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def carry(state: Path, key: str, run: str, values: Mapping[str, Any]) -> None:
    """Keep what a run that passed has measured, for the next one.

    Raises:
        StorageError: the folder cannot be written.
    """
    write_atomically(state / FILE, json.dumps({"key": key, "run": run, "values": dict(values)}) + "\n")


def _sources() -> Iterator[Path]:
    """Every file of the packages that are imported and are neither Python's nor installed; of reseed in any case."""
    places = ("stdlib", "platstdlib", "purelib", "platlib")
    installed = [Path(sysconfig.get_path(place)).resolve() for place in places]
    for name in {name.partition(".")[0] for name in list(sys.modules)}:
        file = getattr(sys.modules.get(name), "__file__", None)
        source = Path(file or "").resolve()
        if source.suffix != ".py" or (name != "reseed" and any(map(source.is_relative_to, installed))):
            continue
        is_package = source.name == "__init__.py"
        beside = source.parent.rglob("*") if is_package else source.parent.glob("*.py")
        yield from (each for each in beside if each.is_file() and each.suffix != ".pyc")


def _is_of_a_shell(name: str) -> bool:
    return name in ("_", "SHLVL", "PWD", "OLDPWD", "COLUMNS", "LINES")
