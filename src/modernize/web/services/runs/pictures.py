"""The page checklist of a run: the pictures a browser took of each page, role by role."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from modernize.web.services.runs.artifacts import inside

_FOLDER = "screenshots"


@dataclass(frozen=True, slots=True)
class PictureLine:
    """One screenshot: of which page, as which role. `path` is relative to the run folder."""

    role: str
    page: str
    path: str


@dataclass(frozen=True, slots=True)
class PagesView:
    """The pictures of a run; none where no browser has opened the pages."""

    pictures: tuple[PictureLine, ...]


def pages_view(folder: Path) -> PagesView | None:
    """The pictures of a run's checklist, by role and page; None where there are none."""
    found = tuple(_pictures(folder))
    return PagesView(found) if found else None


def find(folder: Path, wanted: str) -> Path | None:
    """A picture of the checklist; only a path that the checklist's folder lists is looked up."""
    listed = next((one for one in _pictures(folder) if one.path == wanted), None)
    return inside(folder, listed.path) if listed else None


def _pictures(folder: Path) -> Iterator[PictureLine]:
    for file in sorted((folder / _FOLDER).glob("*/*.png")):
        path = file.relative_to(folder).as_posix()
        if inside(folder, path):
            yield PictureLine(file.parent.name, file.stem, path)
