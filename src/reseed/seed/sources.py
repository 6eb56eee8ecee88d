"""A digest of the source files that a dataset is made by, so that changed code is noticed without running all of it.

Imports are read from the source, those inside functions too, and followed as long as they stay in the project's own
code: the packages that the project names, and what lies in its folder. Other files beside the dataset's modules, such
as lists of words, count as well.
"""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterable, Iterator
from importlib.machinery import ModuleSpec
from importlib.util import find_spec, resolve_name
from pathlib import Path

from reseed.project import Project

_OTHERS = frozenset({"site-packages", "dist-packages"})


def sources_digest(project: Project) -> str:
    """sha256 over names and contents of every file that the project's models and dataset are made by."""
    digest = hashlib.sha256()
    for file in sorted(source_files(project)):
        digest.update(f"{file.name}\0{file.stat().st_size}\0".encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()


def source_files(project: Project) -> frozenset[Path]:
    """Files of the modules that the project's models and dataset consist of, and the data files beside those."""
    starts = [project.references[key].partition(":")[0] for key in ("metadata", "dataset")]
    modules: dict[str, Path] = {}
    waiting = [*starts]
    while waiting:
        name = waiting.pop()
        if name not in modules and (file := _file(project, name, starts)):
            modules[name] = file
            waiting += _imports(name, file)
    packages = {file.parent for file in modules.values() if file.name == "__init__.py"}
    return frozenset([*modules.values(), *(file for folder in packages for file in _data(folder))])


def _file(project: Project, name: str, starts: Iterable[str]) -> Path | None:
    """The source of a module of the project; None of any other, and of what is no module."""
    spec = _spec(name)
    if spec is None or not spec.has_location or not spec.origin or not spec.origin.endswith(".py"):
        return None
    file = Path(spec.origin).resolve()
    named = name.partition(".")[0] in {start.partition(".")[0] for start in starts}
    beside = file.is_relative_to(project.root) and not _OTHERS & set(file.parts)
    return file if named or beside else None


def _spec(name: str) -> ModuleSpec | None:
    try:
        return find_spec(name)
    except (ImportError, AttributeError, ValueError):
        # `from package import name` may name anything at all.
        return None


def _imports(module: str, file: Path) -> Iterator[str]:
    """Names that may be modules, with the packages around them, which are imported first."""
    package = module if file.name == "__init__.py" else module.rpartition(".")[0]
    yield from _with_parents(module)
    for node in ast.walk(ast.parse(file.read_bytes())):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield from _with_parents(alias.name)
        elif isinstance(node, ast.ImportFrom):
            base = (
                resolve_name("." * node.level + (node.module or ""), package)
                if node.level
                else str(node.module)
            )
            yield from _with_parents(base)
            yield from (f"{base}.{alias.name}" for alias in node.names)


def _with_parents(name: str) -> Iterator[str]:
    parts = name.split(".")
    return (".".join(parts[:length]) for length in range(1, len(parts) + 1))


def _data(folder: Path) -> Iterator[Path]:
    return (file for file in folder.iterdir() if file.is_file() and file.suffix not in (".py", ".pyc"))
