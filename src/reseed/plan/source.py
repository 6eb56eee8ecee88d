"""The plan's file: its text, its TOML, and the line where a task is written, for errors to point at."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reseed.errors import PlanError


@dataclass(frozen=True)
class Source:
    """One `plan.toml`, parsed as TOML and not yet understood."""

    path: Path
    text: str
    data: dict[str, Any]

    def error(
        self, sentence: str, next_step: str = "", *, section: str = "", index: int | None = None
    ) -> PlanError:
        """The error for one entry: `plan.toml:12: task 1.2: <sentence>`; without one, for the whole file."""
        if index is None:
            return PlanError(f"{self.path}: {sentence}", next_step)
        return PlanError(
            f"{self.place(section, index)}: {self._label(section, index)}: {sentence}", next_step
        )

    def place(self, section: str, index: int) -> str:
        """`plan.toml:12`, the line of the entry's `[[task]]`; the file alone where it is not written so."""
        header = re.compile(rf"\s*\[\[\s*{section}\s*\]\]\s*(#.*)?")
        lines = [number for number, line in enumerate(self.text.splitlines(), 1) if header.fullmatch(line)]
        return f"{self.path}:{lines[index]}" if len(lines) == len(self.data[section]) else f"{self.path}"

    def _label(self, section: str, index: int) -> str:
        entry = self.data[section][index]
        name = entry.get("id") if isinstance(entry, dict) else None
        return f"{section} {name}" if isinstance(name, str) and name else f"{section} number {index + 1}"


def load(path: Path) -> Source:
    """Read the file as TOML.

    Raises:
        PlanError: it is not there, cannot be read, or is not TOML.
    """
    try:
        text = path.read_text(encoding="utf-8")
        return Source(path, text, tomllib.loads(text))
    except FileNotFoundError as error:
        raise PlanError(f"{path} does not exist.", "Name it in reseed.toml: project.plan.") from error
    except tomllib.TOMLDecodeError as error:
        raise PlanError(f"{path} is not valid TOML: {error}.", "Correct the line and try again.") from error
    except (OSError, UnicodeDecodeError) as error:
        raise PlanError(f"{path} cannot be read: {error}.") from error


def did_you_mean(name: str, names: Iterable[str]) -> str:
    """`Did you mean "align"?` for the nearest known name; empty where none is near."""
    nearest = difflib.get_close_matches(name, sorted(names), n=1)
    return f'Did you mean "{nearest[0]}"?' if nearest else ""
