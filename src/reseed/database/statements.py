"""Statements that lie in a package's SQL files, each behind a comment that names it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib.resources import files


def named_statements(package: str, file: str) -> Mapping[str, bytes]:
    """The statements of a file, by the name in the line `-- name: …` before each, in its order.

    Args:
        package: dotted name of the package that has the file.
    """
    text = files(package).joinpath(file).read_text(encoding="utf-8")
    parts = re.split(r"^-- name: (\w+)\n", text, flags=re.MULTILINE)
    return {name: body.encode() for name, body in zip(parts[1::2], parts[2::2], strict=True)}
